//! Where events are kept and read.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EventFilter, GameEvent};

/// The place of an event among all events of a store. It grows with each; numbers may be left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventNumber(pub u64);

impl EventNumber {
    /// Before every event.
    pub const START: Self = Self(0);
}

/// An event that is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its place among all events.
    pub number: EventNumber,
    /// The event.
    pub event: Arc<GameEvent>,
}

/// What was found after a place in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventPage {
    /// The events that passed the filter, oldest first.
    pub events: Vec<LoggedEvent>,
    /// Everything up to here was looked at: where to read on, also when no event passed.
    pub through: EventNumber,
    /// Whether there is more to read now.
    pub more: bool,
}

/// Why events, deliveries or registrations could not be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EventError {
    /// A sentence for people that says what to do.
    pub message: String,
}

/// The log of events. They are committed with the observation that found them, and kept for a while.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// The events after a place in the log that pass the filter, oldest first, `limit` at most.
    ///
    /// The newest events come from memory; older ones wait for a disk.
    async fn events(
        &self,
        after: EventNumber,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<EventPage, EventError>;

    /// The place of the newest event that was ever committed; [`EventNumber::START`] before the first. Never waits.
    fn newest(&self) -> EventNumber;

    /// The place of the oldest event that is kept, or the place after the newest where none is: who asks for what
    /// comes after an older place than the one before it may have missed events.
    async fn oldest(&self) -> Result<EventNumber, EventError>;

    /// Waits until an event after this place is committed, and tells the newest. Costs nothing while it waits, and
    /// never ends on a log that is closed.
    async fn wait_beyond(&self, after: EventNumber) -> EventNumber;
}

/// Where events that the clock tells are due: the starts that are so many minutes away.
#[async_trait]
pub trait Pregames: Send + Sync {
    /// Commits a `pregame` for every announced start that is `minutes` away or less, for each of these minutes and
    /// those that registered webhooks ask for. Each start is told once for each number of minutes, whatever is
    /// restarted in between; a start that moved is another start. A start without a time of day, or that has passed,
    /// is not told.
    ///
    /// Answers when the next one is due; none while no start that is known will be.
    async fn tell_pregames(&self, minutes: &[u32]) -> Result<Option<DateTime<Utc>>, EventError>;
}
