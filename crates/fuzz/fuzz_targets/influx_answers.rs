//! `cargo fuzz run --fuzz-dir crates/fuzz --features libfuzzer influx_answers`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::influx_answers(data));
