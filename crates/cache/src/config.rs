//! Times to live and bounds.

use std::time::Duration;

use crate::AnswerKind;

/// Times to live and bounds of a [`Cache`](crate::Cache).
#[derive(Debug, Clone)]
pub struct CacheConfig {
    /// A live answer is stale when it is older than the poll interval and this: 15 s.
    pub ttl_live: Duration,
    /// The same for upcoming games: 5 min.
    pub ttl_upcoming: Duration,
    /// The same for teams: 1 h.
    pub ttl_teams: Duration,
    /// Serialized answers take at most so many bytes: 8 MiB. The one used least recently goes first.
    pub max_answer_bytes: u64,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            ttl_live: Duration::from_secs(15),
            ttl_upcoming: Duration::from_mins(5),
            ttl_teams: Duration::from_hours(1),
            max_answer_bytes: 8 * 1024 * 1024,
        }
    }
}

impl CacheConfig {
    /// How much older than the poll interval an answer of this kind may be and still count as fresh.
    pub fn ttl(&self, kind: AnswerKind) -> Duration {
        match kind {
            AnswerKind::Live | AnswerKind::TeamStatus | AnswerKind::TeamContext => self.ttl_live,
            AnswerKind::Upcoming => self.ttl_upcoming,
            AnswerKind::Teams => self.ttl_teams,
        }
    }
}
