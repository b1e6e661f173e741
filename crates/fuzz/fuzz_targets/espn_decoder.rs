//! `cargo fuzz run --fuzz-dir crates/fuzz --features libfuzzer espn_decoder`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::espn_decoder(data));
