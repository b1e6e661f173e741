//! Drains an outbox of line protocol into InfluxDB: batches, retry, circuit breaker.
#![doc = include_str!("../README.md")]

mod batch;
mod config;
mod control;
mod courier;
mod drain;
mod failure;
mod gate;
mod pace;
mod progress;
mod report;
mod settle;
mod sink;
mod suspects;
mod tempo;
mod waiting;
mod worker;

pub use batch::MAX_BATCH_BYTES;
pub use config::SinkConfig;
pub use control::SinkControl;
pub use drain::MAX_BYTES_IN_FLIGHT;
pub use pace::MAX_RETRY_AFTER;
pub use progress::DrainProgress;
pub use report::SinkReport;
pub use sink::InfluxSink;
