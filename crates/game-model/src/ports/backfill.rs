//! How far the backfill of past and announced slates got.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{CommitError, League, SlateId};

/// A slate of a season that the backfill asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedSlate {
    /// The slate.
    pub slate: SlateId,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Whether nothing more is expected of it: it is over, and so are its games.
    pub settled: bool,
    /// How often it came back empty in a row although the calendar of the season tells of games on it.
    pub empty: u32,
}

/// Where the backfill keeps how far it got, so that an interrupted one goes on from there.
#[async_trait]
pub trait BackfillLog: Send + Sync {
    /// The slates of the season that were asked for, each once. `year` is ESPN's year of the season.
    async fn asked(&self, league: League, year: i32) -> Result<Vec<AskedSlate>, CommitError>;

    /// Remembers that a slate was asked for, and that what it showed is committed.
    async fn note(&self, league: League, year: i32, asked: AskedSlate) -> Result<(), CommitError>;

    /// Forgets these slates, so that they are asked for again.
    async fn forget(&self, league: League, year: i32, slates: Vec<SlateId>) -> Result<(), CommitError>;
}
