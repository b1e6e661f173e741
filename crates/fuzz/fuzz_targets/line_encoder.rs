//! `cargo fuzz run --fuzz-dir crates/fuzz --features libfuzzer line_encoder`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::line_encoder(data));
