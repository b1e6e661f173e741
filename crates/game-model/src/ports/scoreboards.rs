//! Where scoreboards come from.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::{League, Scoreboard, Slate};

/// Where scoreboards come from: ESPN, or something that behaves as it does.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ScoreboardSource: Send + Sync {
    /// Asks for one slate of a league.
    async fn fetch(&self, league: League, slate: Slate) -> Result<Arc<Scoreboard>, SourceError>;
}

/// Why there is no scoreboard, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// What kind of failure it was.
    pub kind: SourceErrorKind,
    /// A sentence for people that says what to do.
    pub message: String,
    /// The source is not to be asked about this league again before so long.
    pub retry_after: Duration,
}

/// The kinds of failure of a source of scoreboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceErrorKind {
    /// 403: the source refuses this client.
    Blocked,
    /// 429: too many requests.
    RateLimited,
    /// 400, 404 and other answers that the question itself earned.
    Rejected,
    /// 5xx.
    Unavailable,
    /// No complete answer in time.
    TimedOut,
    /// No connection, or it broke.
    Network,
    /// The answer is truncated, too large, or not a scoreboard.
    Malformed,
    /// Not asked: the source is left alone after an earlier failure.
    BackingOff,
}

impl SourceErrorKind {
    /// The kind as a metric's label: `rate_limited`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::RateLimited => "rate_limited",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
            Self::TimedOut => "timed_out",
            Self::Network => "network",
            Self::Malformed => "malformed",
            Self::BackingOff => "backing_off",
        }
    }
}

/// A hint that somebody was served an answer older than it should be. Giving it never waits.
pub trait PollHint: Send + Sync {
    /// Asks for a poll of the league as soon as politeness allows.
    fn hint(&self, league: League);
}
