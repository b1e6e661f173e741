//! The traits and types of a durable queue of bytes: peek, acknowledge, set aside.
#![doc = include_str!("../README.md")]

#[cfg(feature = "contract")]
pub mod contract;
mod memory;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

pub use memory::MemoryOutbox;

/// The place of an entry in the queue: later entries have larger ids. Ids are never used twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

impl EntryId {
    /// Before every entry.
    pub const START: Self = Self(0);
}

/// One entry of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place.
    pub id: EntryId,
    /// What is to be delivered, unchanged since it was queued.
    pub bytes: Bytes,
}

/// An entry that can not be delivered, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The entry.
    pub id: EntryId,
    /// The receiver's reason.
    pub reason: String,
    /// Who refused it.
    pub server: String,
}

/// What has become of all entries so far. `accepted = delivered + pending + set_aside`, always.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Entries ever queued.
    pub accepted: u64,
    /// Entries acknowledged.
    pub delivered: u64,
    /// Entries that wait, the deferred ones among them.
    pub pending: u64,
    /// Entries that wait until the queue has room for their bytes: peeking does not show them yet.
    pub deferred: u64,
    /// Entries set aside, the discarded ones among them.
    pub set_aside: u64,
    /// Entries set aside that a person has thrown away since.
    pub discarded: u64,
    /// Bytes of the entries acknowledged.
    pub delivered_bytes: u64,
    /// The newest entry ever queued.
    pub newest: EntryId,
}

/// Why the queue could not be read or changed. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OutboxError {
    /// A sentence for people that says what to do.
    pub message: String,
}

/// A durable queue of bytes with one consumer.
///
/// An entry stays until it is acknowledged or set aside, so that a crash between delivery and acknowledgement
/// delivers it again: the same bytes.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// The oldest entries after `after`, at most `limit`, oldest first. They stay in the queue.
    async fn peek(&self, after: EntryId, limit: usize) -> Result<Vec<Entry>, OutboxError>;

    /// Removes entries that were delivered. Ids that are no longer queued are ignored.
    async fn acknowledge(&self, delivered: &[EntryId]) -> Result<(), OutboxError>;

    /// Moves entries that can not be delivered to the dead letters. Ids no longer queued are ignored.
    async fn set_aside(&self, rejected: &[Rejection]) -> Result<(), OutboxError>;

    /// The totals, now and whenever they change.
    fn totals(&self) -> watch::Receiver<Totals>;
}
