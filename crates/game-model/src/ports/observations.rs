//! Where observations are committed and remembered.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Game, League};

/// What one poll of a league saw.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The league that was polled.
    pub league: League,
    /// When, by the corrected clock.
    pub observed_at: DateTime<Utc>,
    /// The games as they were then.
    pub games: Vec<Arc<Game>>,
    /// How they were seen.
    pub seen: Seen,
}

/// How games were seen: it decides which events an observation tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Seen {
    /// As they were at that time: what changed since the look before is told.
    #[default]
    Watched,
    /// The same, by whoever plans looks, and therefore knows which ones did not come.
    Planned(Plan),
    /// As somebody kept them, or the source tells them afterwards. Nothing is told of a game that is new or was
    /// settled; of one that was watched and left in the middle, what it missed is told late.
    Imported,
}

impl Seen {
    /// Whether somebody watched, instead of hearing of it afterwards.
    pub fn is_watched(self) -> bool {
        matches!(self, Self::Watched | Self::Planned(_))
    }
}

/// When a look was planned. What it finds is late if it was to be had more than a minute earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Plan {
    /// The look before at the same slate, since the start of the process; none where this is the first.
    pub since: Option<DateTime<Utc>>,
    /// When this look was to be had, had all gone as planned: never after it.
    pub due: DateTime<Utc>,
}

/// What became of an observation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Committed {
    /// Games of which a row was added to the history.
    pub recorded: u64,
    /// Games that equalled their last observation and added nothing.
    pub unchanged: u64,
    /// Live games of which only the clock moved, so soon after their last row that the history does without.
    pub thinned: u64,
    /// Lines queued for InfluxDB.
    pub queued: u64,
    /// Lines for InfluxDB that wait in the history until the queue has room.
    pub deferred: u64,
    /// Events told.
    pub events: u64,
}

/// A game and when it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedGame {
    /// The game as it was last seen.
    pub game: Game,
    /// When it was last seen to change.
    pub observed_at: DateTime<Utc>,
}

/// Why an observation was not committed: nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CommitError {
    /// A sentence for people that says what to do.
    pub message: String,
}

/// Where observations are committed. What was committed survives a crash.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ObservationLog: Send + Sync {
    /// Commits all of an observation, or nothing.
    async fn commit(&self, observation: Observation) -> Result<Committed, CommitError>;

    /// The league's games that start at `since` or later, or are not settled, as last seen, by their start.
    async fn remembered(
        &self,
        league: League,
        since: DateTime<Utc>,
    ) -> Result<Vec<RememberedGame>, CommitError>;
}
