//! What the writer does while nobody waits, a chunk at a time: queueing history that was not queued, and pruning.

mod deferred;
mod fill;
mod prune;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, Result};

pub(crate) use fill::note as note_unqueued;

use crate::config::StoreConfig;
use crate::counters::Counters;
use crate::events;
use crate::room::Room;
use crate::writer::Batch;

/// Rows of a chunk: a few milliseconds, the longest that a commit waits for the work in the background.
pub(crate) const CHUNK: usize = 500;

/// Between two looks for history that is too old.
const PRUNE_EVERY: TimeDelta = TimeDelta::hours(1);

/// After a chunk that failed, unless something was committed since.
const REST: TimeDelta = TimeDelta::minutes(1);

/// What is still to be done in the background.
#[derive(Debug, Clone)]
pub(crate) struct Background {
    /// Whether lines are queued at all.
    queues: bool,
    /// Whether history waits to be considered for the outbox.
    fill: bool,
    /// Whether history is kept only for so long.
    prunes: bool,
    /// How far pruning came; none between two rounds.
    pruned: Option<prune::Cursor>,
    /// When the last round of pruning began.
    last_prune: Option<DateTime<Utc>>,
    /// When the last round of forgetting events ended; none while one goes on.
    last_forgot: Option<DateTime<Utc>>,
    /// Since when it rests, because a chunk failed.
    resting: Option<DateTime<Utc>>,
}

impl Background {
    /// Finds out what is to be done. What was recorded while InfluxDB was off is noted as still to be queued.
    pub fn begin(db: &Connection, config: &StoreConfig) -> Result<Self> {
        Ok(Self {
            queues: config.queue.is_some(),
            fill: config.queue.is_some() && fill::begin(db)?,
            prunes: config.retention.is_some(),
            pruned: None,
            last_prune: None,
            last_forgot: None,
            resting: None,
        })
    }

    /// Looks anew whether history waits to be queued, after a command beside the service committed some.
    pub fn look_around(&mut self, db: &Connection) -> Result<()> {
        self.fill = self.queues && fill::waits(db)?;
        Ok(())
    }

    /// Whether there is something that can be done now.
    pub fn is_due(&self, now: DateTime<Utc>, counters: &Counters, room: impl FnOnce() -> Room) -> bool {
        let rests = self.resting.is_some_and(|since| (now - since).abs() < REST);
        let queue = || self.backlog(counters) && room().takes_backlog(counters.pending_bytes);
        !rests && (self.prune_is_due(now) || self.forgetting_is_due(now) || queue())
    }

    /// Whether anything waits to be queued.
    fn backlog(&self, counters: &Counters) -> bool {
        self.queues && (self.fill || counters.deferred > 0)
    }

    /// Nothing is pruned while history waits to be considered for the outbox.
    fn prune_is_due(&self, now: DateTime<Utc>) -> bool {
        let long_ago = || self.last_prune.is_none_or(|last| (now - last).abs() >= PRUNE_EVERY);
        self.prunes && !self.fill && (self.pruned.is_some() || long_ago())
    }

    fn forgetting_is_due(&self, now: DateTime<Utc>) -> bool {
        self.last_forgot.is_none_or(|last| (now - last).abs() >= PRUNE_EVERY)
    }

    /// Does one chunk of what is due.
    pub fn work(&mut self, batch: &mut Batch<'_>) -> Result<()> {
        if self.backlog(&batch.counters) && batch.has_room_for_backlog() {
            if batch.counters.deferred > 0 {
                return deferred::chunk(batch);
            }
            self.fill = fill::chunk(batch)?;
            return Ok(());
        }
        if self.forgetting_is_due(batch.now) {
            let more = events::prune(batch)?;
            self.last_forgot = (!more).then_some(batch.now);
            return Ok(());
        }
        if !self.prune_is_due(batch.now) {
            return Ok(());
        }
        let from = self.pruned.take().unwrap_or_else(|| {
            self.last_prune = Some(batch.now);
            prune::Cursor::default()
        });
        self.pruned = prune::chunk(batch, from)?;
        Ok(())
    }

    pub fn rest(&mut self, now: DateTime<Utc>) {
        self.resting = Some(now);
    }

    pub fn go_on(&mut self) {
        self.resting = None;
    }
}
