//! The HTTP of InfluxDB 1, 2 and 3: write, ping, query, retention; errors that say what the caller can do.
#![doc = include_str!("../README.md")]

mod answer;
mod api;
mod client;
mod config;
mod error;
mod influxql;
mod probe;
mod refusal;
mod retention;
mod secret;
mod transport;
mod write;
mod writer;

pub use api::{Api, ApiChoice, UnknownApi};
pub use client::{InfluxClient, Server};
pub use config::{ConfigError, InfluxConfig};
pub use error::InfluxError;
pub use refusal::read as read_refusal;
pub use retention::{Retention, RetentionChange};
pub use secret::Secret;
#[cfg(feature = "mock")]
pub use writer::MockLineWriter;
pub use writer::{DataRefusal, LineRefusal, LineWriter, ServerFacts, WriteError};
