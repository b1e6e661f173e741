//! One answer of a source of scoreboards.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{Game, League, Slate, SlateId};

/// The games of one slate of a league as a source showed them, and what of it could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoreboard {
    /// The league.
    pub league: League,
    /// What was asked for.
    pub asked: Slate,
    /// Which slate the answer says it is; none where it does not say.
    pub slate: Option<SlateId>,
    /// The games, in ESPN's order.
    pub games: Vec<Game>,
    /// The events that are no games.
    pub problems: Vec<EventProblem>,
    /// The weeks of the season, in their order, with the moment each ends, for leagues that have weeks.
    pub weeks: Vec<(SlateId, DateTime<Utc>)>,
    /// The days of the season on which games are played, for leagues without weeks and where the source says them.
    pub days: Option<SeasonDays>,
    /// How long the source asks to be left alone with this question (`Cache-Control: max-age`).
    pub max_age: Duration,
    /// The source's own clock (`Date` header), where it sent one.
    pub server_time: Option<DateTime<Utc>>,
    /// Size of the answer's body, decompressed.
    pub bytes: usize,
}

/// The days of a season on which games are played, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeasonDays {
    /// ESPN's year of the season.
    pub year: i32,
    /// The US-Eastern days, in their order, each once.
    pub days: Vec<NaiveDate>,
    /// Whether the source lists each of them as a day with games; else it lists days without, and others may have
    /// none either.
    pub are_listed: bool,
}

/// Why one event of a scoreboard could not be read. The others are not affected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProblem {
    /// ESPN's id of the event, where it has one.
    pub event: Option<String>,
    /// Its place on the scoreboard, from 0.
    pub position: usize,
    /// A sentence that names the field, the value and what is allowed.
    pub reason: String,
}

impl fmt::Display for EventProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.event {
            Some(id) => write!(f, "event {id}: {}", self.reason),
            None => write!(f, "event at position {}: {}", self.position, self.reason),
        }
    }
}
