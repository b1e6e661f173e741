//! A point: what is kept of one observation of a game.

#[cfg(test)]
mod tests;

use game_model::{Game, GameStatus, PeriodField};

use crate::series::series;
use crate::time::nanoseconds;

/// How many nanoseconds from a game's start on belong to corrections of what was written there: 1 ms.
pub const RUN_OF_CORRECTIONS: i64 = 1_000_000;

/// One point: everything that determines its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Measurement and tags, escaped: `nfl_scores,away_conference=NFC,...`.
    pub series: String,
    /// The visitors' score.
    pub away_score: i64,
    /// The home side's score.
    pub home_score: i64,
    /// When the game was observed so, in nanoseconds since the epoch.
    pub observed_at: i64,
    /// The name of the field that holds the period.
    pub period_field: PeriodField,
    /// `1`, `OT`, ...; none before the game.
    pub period: Option<String>,
    /// The clock, `Final`, or nothing.
    pub time_remaining: String,
    /// Where the game is played, where known.
    pub venue: Option<String>,
    /// The point's place in its series, in nanoseconds since the epoch.
    pub timestamp: i64,
}

impl Point {
    /// The point of a game that was observed so many nanoseconds after the epoch.
    ///
    /// `taken` is the newest timestamp that a point of the same game and status already has among the
    /// [`RUN_OF_CORRECTIONS`] that begins at [`Self::base_timestamp`]: the new point comes right after it, because
    /// servers differ in which of two points with one timestamp they keep.
    pub fn observe(game: &Game, observed_at_ns: i64, taken: Option<i64>) -> Self {
        let base = Self::base_timestamp(game, observed_at_ns);
        let before = matches!(game.status, GameStatus::Scheduled | GameStatus::Postponed);
        Self {
            series: series(game),
            away_score: game.away.score.into(),
            home_score: game.home.score.into(),
            observed_at: observed_at_ns,
            period_field: game.league.period_field,
            period: game.clock.period.filter(|_| !before).map(|period| period.to_string()),
            time_remaining: game.time_remaining().to_owned(),
            venue: game.venue.clone().filter(|venue| !venue.is_empty()),
            timestamp: taken.map_or(base, |taken| taken.saturating_add(1).max(base)),
        }
    }

    /// The timestamp of a game's point that corrects nothing: the time of the observation while the game moves,
    /// the game's start otherwise, so that writing it again changes nothing.
    pub fn base_timestamp(game: &Game, observed_at_ns: i64) -> i64 {
        if game.status.moves_with_time() { observed_at_ns } else { nanoseconds(game.start) }
    }

    /// Whether the points are equal in everything but `observed_at` and `timestamp`.
    pub fn same_but_for_time(&self, other: &Self) -> bool {
        let Self {
            series,
            away_score,
            home_score,
            observed_at: _,
            period_field,
            period,
            time_remaining,
            venue,
            timestamp: _,
        } = self;
        *series == other.series
            && *away_score == other.away_score
            && *home_score == other.home_score
            && *period_field == other.period_field
            && *period == other.period
            && *time_remaining == other.time_remaining
            && *venue == other.venue
    }
}
