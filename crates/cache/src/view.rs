//! The newest scoreboard of one league.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use game_model::{Game, League};

/// The newest scoreboard of one league.
#[derive(Debug, Clone)]
pub struct LeagueView {
    /// The league.
    pub league: League,
    /// Its games, in the order in which they are listed.
    pub games: Vec<Arc<Game>>,
    /// When a scoreboard last came; none while the games come from the store only.
    pub polled_at: Option<DateTime<Utc>>,
    /// The poll interval now in force.
    pub interval: Duration,
    /// Grows when the games change; no two views of a cache that differ in games share it.
    pub version: u64,
}

impl LeagueView {
    /// How long ago the scoreboard came; none while there was none yet. Never negative.
    pub fn age(&self, now: DateTime<Utc>) -> Option<Duration> {
        self.polled_at.map(|at| (now - at).to_std().unwrap_or_default())
    }

    /// Whether the scoreboard should have been replaced by now: there was none yet, or it is older than the
    /// interval and `ttl`.
    pub fn is_stale(&self, now: DateTime<Utc>, ttl: Duration) -> bool {
        self.age(now).is_none_or(|age| age > self.interval.saturating_add(ttl))
    }
}
