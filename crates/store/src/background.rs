//! What the writer does while nobody waits, a chunk at a time: queueing history that was not queued, and pruning.

mod fill;
mod prune;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, Result};

use crate::config::StoreConfig;
use crate::writer::Batch;

/// Rows of a chunk: a few milliseconds, the longest that a commit waits for the work in the background.
pub(crate) const CHUNK: usize = 500;

/// Between two looks for history that is too old.
const PRUNE_EVERY: TimeDelta = TimeDelta::hours(1);

/// What is still to be done in the background.
#[derive(Debug, Clone)]
pub(crate) struct Background {
    /// Whether history waits to be considered for the outbox.
    fill: bool,
    /// Whether history is kept only for so long.
    prunes: bool,
    /// How far pruning came; none between two rounds.
    pruned: Option<prune::Cursor>,
    /// When the last round of pruning began.
    last_prune: Option<DateTime<Utc>>,
    /// A chunk failed: a commit must succeed first.
    rests: bool,
}

impl Background {
    /// Finds out what is to be done. What was recorded while InfluxDB was off is noted as still to be queued.
    pub fn begin(db: &Connection, config: &StoreConfig) -> Result<Self> {
        Ok(Self {
            fill: config.queue.is_some() && fill::begin(db)?,
            prunes: config.retention.is_some(),
            pruned: None,
            last_prune: None,
            rests: false,
        })
    }

    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        !self.rests && (self.fill || self.pruned.is_some() || (self.prunes && self.prune_is_due(now)))
    }

    fn prune_is_due(&self, now: DateTime<Utc>) -> bool {
        self.last_prune.is_none_or(|last| (now - last).abs() >= PRUNE_EVERY)
    }

    /// Does one chunk. History is queued first, so that nothing is pruned that is yet to be queued.
    pub fn work(&mut self, batch: &mut Batch<'_>) -> Result<()> {
        if self.fill {
            self.fill = fill::chunk(batch)?;
            return Ok(());
        }
        let from = self.pruned.take().unwrap_or_else(|| {
            self.last_prune = Some(batch.now);
            prune::Cursor::default()
        });
        self.pruned = prune::chunk(batch, from)?;
        Ok(())
    }

    pub fn rest_until_a_commit(&mut self) {
        self.rests = true;
    }

    pub fn go_on(&mut self) {
        self.rests = false;
    }
}
