//! Servers.
fn main() {}
