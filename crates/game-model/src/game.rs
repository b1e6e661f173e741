//! A game as it was seen at one moment.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{GameStatus, League, Period, Record, Season, Team, Week};

/// ESPN's id of an event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GameId(pub String);

impl fmt::Display for GameId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A game as it was seen at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Game {
    /// ESPN's id.
    pub id: GameId,
    /// The league.
    pub league: League,
    /// The season, where ESPN says it.
    pub season: Option<Season>,
    /// The week, in leagues that have weeks and where ESPN says it.
    pub week: Option<Week>,
    /// The state of the game.
    pub status: GameStatus,
    /// The announced start.
    pub start: DateTime<Utc>,
    /// The announced start in ESPN's own form, `2022-09-11T17:00Z`, as clients get it.
    pub start_text: String,
    /// False where the time of day is still to be announced and `start` holds a placeholder.
    pub start_confirmed: bool,
    /// The home team and its score.
    pub home: Side,
    /// The visiting team and its score.
    pub away: Side,
    /// Period and clock.
    pub clock: Clock,
    /// Name of the stadium or arena.
    pub venue: Option<String>,
}

/// One of the two sides of a game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The team.
    pub team: Team,
    /// Points or goals; 0 before the game.
    pub score: u32,
    /// The team's record as the scoreboard showed it, where it did.
    pub record: Option<Record>,
}

/// Period and clock of a game.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// ESPN's number of the period: 0 before the game, 5 for football's first overtime.
    pub number: u32,
    /// What the period is; none before the game.
    pub period: Option<Period>,
    /// The clock as displayed: `14:32`, `0.0`, `45'`.
    pub display: String,
    /// The period is over, and the next has not begun: `End of 1st`, `Halftime`. Baseball's innings do not say so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub period_over: bool,
}

impl Game {
    /// The clock as InfluxDB keeps it: the display clock while it runs, `Final` when finished, and empty when
    /// scheduled, postponed or canceled and in sports without a clock.
    pub fn time_remaining(&self) -> &str {
        match self.status {
            GameStatus::Finished => "Final",
            GameStatus::Live | GameStatus::Delayed | GameStatus::Suspended if self.league.has_clock => {
                &self.clock.display
            }
            _ => "",
        }
    }

    /// Whether play has begun, as far as this look at the game can tell.
    ///
    /// ESPN shows a delayed start as period 1 at 0-0, so a delay is no evidence of play by itself.
    pub fn has_begun(&self) -> bool {
        match self.status {
            GameStatus::Live | GameStatus::Finished => true,
            GameStatus::Delayed | GameStatus::Suspended => {
                self.home.score > 0 || self.away.score > 0 || self.clock.number > 1
            }
            GameStatus::Scheduled | GameStatus::Postponed | GameStatus::Canceled => false,
        }
    }

    /// Home and away, in this order.
    pub fn sides(&self) -> [&Side; 2] {
        [&self.home, &self.away]
    }
}
