//! Committing observations beside a running service, or without one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use game_model::{
    AskedSlate, BackfillLog, CommitError, Committed, League, Observation, ObservationLog, RememberedGame,
    SlateId, WallClock,
};
use rusqlite::{Connection, Result, TransactionBehavior};

use crate::backfill::{self, Forget, Note};
use crate::background::note_unqueued;
use crate::config::StoreConfig;
use crate::counters::Counters;
use crate::events::Looks;
use crate::failure::Failure;
use crate::games;
use crate::open::{OpenError, open_beside};
use crate::past::Changed;
use crate::record::Record;
use crate::room::Room;
use crate::writer::{Batch, Work};

/// The database of a data directory, for a command that commits observations beside a running service or without
/// one. A cheap handle: clones are the same connection.
///
/// What it commits goes into the history. The service queues it for InfluxDB, by its own settings, as it does with
/// what was recorded while InfluxDB was off: within seconds where it runs, else at its next start.
#[derive(Clone)]
pub struct BesideStore(Arc<Shared>);

struct Shared {
    db: Mutex<Connection>,
    path: PathBuf,
    config: StoreConfig,
    clock: Arc<dyn WallClock>,
}

impl BesideStore {
    /// Opens the database that a service made. `clock` tells the time of commits.
    pub fn open(dir: &Path, clock: Arc<dyn WallClock>) -> Result<Self, OpenError> {
        let (db, path) = open_beside(dir)?;
        // Nothing is queued here, so that the bounds of the queue are the service's alone.
        let config = StoreConfig { dir: dir.to_owned(), queue: None, ..StoreConfig::default() };
        Ok(Self(Arc::new(Shared { db: Mutex::new(db), path, config, clock })))
    }

    /// Does something on a thread that may wait for the disk, and for the service's own writes.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared, &mut Connection) -> Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let shared = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let mut db = shared.db.lock().unwrap_or_else(PoisonError::into_inner);
            work(&shared, &mut db).map_err(|error| Failure::of(&shared.path, &error))
        });
        done.await.map_err(|_| Failure::stopped())?
    }

    async fn write<W: Work>(&self, work: W) -> Result<W::Output, Failure>
    where
        W::Output: 'static,
    {
        self.work(move |shared, db| shared.write(db, &work)).await
    }
}

impl Shared {
    /// Does the work and what it counts in one transaction, or nothing.
    fn write<W: Work>(&self, db: &mut Connection, work: &W) -> Result<W::Output> {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = Counters::load(&transaction)?;
        let looks = Looks::default();
        let mut batch = Batch {
            db: &transaction,
            now: self.clock.now(),
            config: &self.config,
            room: Room::look(&self.config, &transaction),
            counters: before,
            oldest: None,
            looks: &looks,
            looked: HashMap::new(),
            last: HashMap::new(),
            rows: HashMap::new(),
            changed: Changed::default(),
            told: Vec::new(),
            listening: None,
            // The service may wait for the lock.
            give_way: &|| (),
        };
        let output = work.apply(&mut batch)?;
        let counters = batch.counters;
        if counters != before {
            counters.save(&transaction)?;
            note_unqueued(&transaction)?;
        }
        transaction.commit()?;
        Ok(output)
    }
}

#[async_trait]
impl ObservationLog for BesideStore {
    async fn commit(&self, observation: Observation) -> Result<Committed, CommitError> {
        Ok(self.write(Record(observation)).await?)
    }

    async fn remembered(
        &self,
        league: League,
        since: DateTime<Utc>,
    ) -> Result<Vec<RememberedGame>, CommitError> {
        Ok(self.work(move |_, db| games::remembered(db, league, since)).await?)
    }
}

#[async_trait]
impl BackfillLog for BesideStore {
    async fn asked(&self, league: League, year: i32) -> Result<Vec<AskedSlate>, CommitError> {
        Ok(self.work(move |_, db| backfill::asked(db, league, year)).await?)
    }

    async fn note(&self, league: League, year: i32, asked: AskedSlate) -> Result<(), CommitError> {
        Ok(self.write(Note { league, year, asked }).await?)
    }

    async fn forget(&self, league: League, year: i32, slates: Vec<SlateId>) -> Result<(), CommitError> {
        Ok(self.write(Forget { league, year, slates }).await?)
    }
}
