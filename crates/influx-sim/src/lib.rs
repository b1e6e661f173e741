//! A small InfluxDB 2 and 3 on loopback, for tests: write, ping, buckets, retention, and faults.

mod fault;
mod options;
mod sim;

pub use fault::Fault;
pub use options::{Kind, Options};
pub use sim::{InfluxSim, RequestSeen};
