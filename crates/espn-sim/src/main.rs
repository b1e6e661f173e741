//! The program: a small ESPN on loopback.
fn main() {}
