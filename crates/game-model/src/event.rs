//! What happened in a game, as it is told outside: each event once, under an id of its own.

mod filter;
mod kind;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Change, Game};

pub use filter::{DEFAULT_PREGAME_MINUTES, EventFilter};
pub use kind::{EventKind, UnknownEvent};

/// The id of an event: league, game, kind, and a number. The same if the event is ever told again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub String);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The score of a game at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The home side's.
    pub home: u32,
    /// The visitors'.
    pub away: u32,
}

impl Score {
    /// The score of the game as it was seen.
    pub fn of(game: &Game) -> Self {
        Self { home: game.home.score, away: game.away.score }
    }
}

/// Something that happened in a game.
///
/// As JSON the fields of [`Change`] stand beside the others, its name under `kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GameEvent {
    /// The event's id: `nfl-401437650-score_changed-3`; a `pregame`'s ends in its minutes and the start,
    /// `nfl-401437650-pregame-15-202209111700`.
    pub id: EventId,
    /// Which event of its kind it is in this game, from 1.
    pub sequence: u32,
    /// When the game was seen so, by the corrected clock.
    pub observed_at: DateTime<Utc>,
    /// It was found after a restart, or after an outage of more than a minute: it may have happened long before.
    pub late: bool,
    /// What happened.
    #[serde(flatten)]
    pub change: Change,
    /// The score at the look before; none where that was no look, and for a `pregame`.
    pub previous_score: Option<Score>,
    /// The game as it was seen then. Where one look found several changes, all of them show in each.
    pub game: Arc<Game>,
}

impl GameEvent {
    /// The n-th event of its kind in a game.
    pub fn new(
        game: &Arc<Game>,
        change: Change,
        sequence: u32,
        observed_at: DateTime<Utc>,
        late: bool,
        previous_score: Option<Score>,
    ) -> Self {
        let head = format!("{}-{}-{}", game.league.key, game.id, change.event_kind());
        let id = match &change {
            Change::Pregame { start, minutes } => {
                format!("{head}-{minutes}-{}", start.format("%Y%m%d%H%M"))
            }
            _ => format!("{head}-{sequence}"),
        };
        let game = Arc::clone(game);
        Self { id: EventId(id), sequence, observed_at, late, change, previous_score, game }
    }

    /// The kind of the event.
    pub fn kind(&self) -> EventKind {
        self.change.event_kind()
    }

    /// The score as it was seen.
    pub fn score(&self) -> Score {
        Score::of(&self.game)
    }
}
