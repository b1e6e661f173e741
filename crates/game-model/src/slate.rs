//! Slates: what one scoreboard covers, a US-Eastern day or a week of a season.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::America::New_York;
use serde::{Deserialize, Serialize};

use crate::SeasonPhase;

/// Which scoreboard of a league is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slate {
    /// The one that ESPN shows by default; out of season it lies months ahead.
    Current,
    /// A named one.
    Named(SlateId),
}

/// The name of a slate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SlateId {
    /// A US-Eastern day: a game at 01:40Z is filed under the previous date.
    Day(NaiveDate),
    /// A week of a season.
    Week {
        /// ESPN's year of the season.
        year: i32,
        /// ESPN's number of the season's phase.
        phase: i32,
        /// ESPN's number of the week.
        number: u32,
    },
}

impl SlateId {
    /// The slate of a week.
    pub fn week(year: i32, phase: SeasonPhase, number: u32) -> Self {
        Self::Week { year, phase: phase.to_espn(), number }
    }
}

impl fmt::Display for SlateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => write!(f, "{date}"),
            Self::Week { year, phase, number } => write!(f, "{year} phase {phase} week {number}"),
        }
    }
}

impl fmt::Display for Slate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => f.write_str("current"),
            Self::Named(id) => id.fmt(f),
        }
    }
}

/// The US-Eastern day on which a moment falls, by which ESPN files its games.
pub fn eastern_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&New_York).date_naive()
}
