//! What state a game is in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of a game.
///
/// A delayed game may not have started; a postponed or suspended one has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GameStatus {
    /// Not begun; a start is announced.
    Scheduled,
    /// Being played, breaks between periods included.
    Live,
    /// Held up before or during play, to go on the same day.
    Delayed,
    /// Put off to another day before it began.
    Postponed,
    /// Interrupted, to be finished another day.
    Suspended,
    /// Will not be played.
    Canceled,
    /// Over: its result stands.
    Finished,
}

impl GameStatus {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::Scheduled,
        Self::Live,
        Self::Delayed,
        Self::Postponed,
        Self::Suspended,
        Self::Canceled,
        Self::Finished,
    ];

    /// The word of InfluxDB's tag `status`: `scheduled`, `live`, `finished`, ...
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Live => "live",
            Self::Delayed => "delayed",
            Self::Postponed => "postponed",
            Self::Suspended => "suspended",
            Self::Canceled => "canceled",
            Self::Finished => "finished",
        }
    }

    /// Whether the game is on: what `/games/live` lists.
    pub fn is_on(self) -> bool {
        matches!(self, Self::Live | Self::Delayed)
    }

    /// Whether nothing more is expected of the game on its slate.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Finished | Self::Canceled | Self::Postponed)
    }

    /// Whether a point of this status is stamped with the time of its observation instead of the game's start.
    pub fn moves_with_time(self) -> bool {
        matches!(self, Self::Live | Self::Delayed | Self::Suspended)
    }
}

impl fmt::Display for GameStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
