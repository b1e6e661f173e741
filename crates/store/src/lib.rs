//! The embedded database: history of observations, outbox, dead letters, preferences.
#![doc = include_str!("../README.md")]

mod audit;
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
mod record;
mod room;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use config::{
    DEFAULT_DISK_FREE_MIN_BYTES, DEFAULT_HISTORY_CLOCK, DEFAULT_OUTBOX_MAX_BYTES, QueueConfig, StoreConfig,
};
pub use open::OpenError;
pub use store::Store;
