//! The embedded database: history of observations, outbox, dead letters, preferences.
#![doc = include_str!("../README.md")]

mod background;
mod config;
mod counters;
mod failure;
mod games;
mod history;
mod lines;
mod open;
mod preferences;
mod readers;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use config::{QueueConfig, StoreConfig};
pub use open::OpenError;
pub use store::Store;
