//! `cargo fuzz run --fuzz-dir crates/fuzz --features libfuzzer settings`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::settings(data));
