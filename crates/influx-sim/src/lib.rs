//! A small InfluxDB 2 and 3 on loopback, for tests: write, ping, buckets, retention, and faults.
#![doc = include_str!("../README.md")]

mod connection;
mod database;
mod fault;
mod influxql;
mod options;
mod server;
mod sim;
mod v2;
mod v3;
mod wire;

pub use fault::Fault;
pub use options::{Kind, Options, Ping};
pub use sim::{InfluxSim, RequestSeen};
