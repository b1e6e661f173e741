//! The embedded database: history of observations, outbox, dead letters, preferences.
#![doc = include_str!("../README.md")]

mod audit;
mod backfill;
mod background;
mod beside;
mod checkup;
mod config;
mod counters;
mod dead_letters;
mod events;
mod export;
mod failure;
mod games;
mod history;
mod import;
mod lines;
mod open;
mod past;
mod preferences;
mod readers;
mod record;
mod replay;
mod room;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod webhooks;
mod writer;

pub use beside::BesideStore;
pub use checkup::Checkup;
pub use config::{
    DEFAULT_DISK_FREE_MIN_BYTES, DEFAULT_HISTORY_CLOCK, DEFAULT_LATE_AFTER, DEFAULT_OUTBOX_MAX_BYTES,
    QueueConfig, StoreConfig,
};
pub use dead_letters::{DeadLetter, DeadLetterFilter, DeadLetters};
pub use export::{Export, ExportScope};
pub use failure::StoreError;
pub use import::{Import, ImportOptions, ImportedLines, Landing};
pub use open::OpenError;
pub use replay::{Replay, ReplayPage, ReplayProgress, ReplayRange};
pub use store::Store;
