//! The one thread that writes. What waits is committed together, and each is answered after the commit.

mod batch;
mod request;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use game_model::{StorageReport, WallClock};
use influx_schema::from_nanoseconds;
use outbox::Totals;
use rusqlite::{Connection, Result, TransactionBehavior};
use tokio::sync::{mpsc, watch};
use tracing::{error, info, warn};

pub(crate) use batch::Batch;
pub(crate) use request::{Job, Request, Work};

use crate::background::Background;
use crate::config::StoreConfig;
use crate::counters::Counters;
use crate::failure::{Failure, Fault};
use crate::open::mark_damaged;

/// Writes that wait for the writer; whoever comes next waits outside.
pub(crate) const WAITING_WRITES: usize = 64;

/// What the writer is told.
pub(crate) enum Message {
    /// Something to write.
    Write(Box<dyn Job>),
    /// Nothing comes after what is already there.
    Close,
}

/// The writer's side of the database.
pub(crate) struct Writer {
    pub db: Connection,
    pub path: PathBuf,
    pub config: StoreConfig,
    pub clock: Arc<dyn WallClock>,
    pub counters: Counters,
    pub oldest: Option<i64>,
    pub background: Background,
    /// What was found at the start, for people.
    pub found: Vec<String>,
    pub report: watch::Sender<StorageReport>,
    pub totals: watch::Sender<Totals>,
    pub pending_bytes: watch::Sender<u64>,
    /// Held, and with it the lock, until the writer ends.
    pub lock: File,
}

impl Writer {
    /// Writes until it is closed or nobody can send any more.
    pub fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        while let Some(first) = self.next_message(&mut messages) {
            let mut jobs = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Write(job) => jobs.push(job),
                    Message::Close => messages.close(),
                }
                next = if jobs.len() < WAITING_WRITES { messages.try_recv().ok() } else { None };
            }
            self.write(jobs);
        }
        self.finish();
    }

    /// The next message. While nobody waits, the work in the background goes on, a chunk at a time.
    fn next_message(&mut self, messages: &mut mpsc::Receiver<Message>) -> Option<Message> {
        while self.background.is_due(self.clock.now()) {
            match messages.try_recv() {
                Ok(message) => return Some(message),
                Err(mpsc::error::TryRecvError::Disconnected) => return None,
                Err(mpsc::error::TryRecvError::Empty) => self.work_in_background(),
            }
        }
        messages.blocking_recv()
    }

    fn write(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let together = self.commit(|batch| jobs.iter_mut().try_for_each(|job| job.apply(batch)));
        match together {
            Ok(()) => jobs.into_iter().for_each(|job| job.answer(Ok(()))),
            // One of them may be the reason: each gets its own chance.
            Err(failure) if jobs.len() > 1 && failure.fault != Fault::Locked => {
                for job in jobs {
                    self.write(vec![job]);
                }
            }
            Err(failure) => jobs.into_iter().for_each(|job| job.answer(Err(failure.clone()))),
        }
    }

    fn work_in_background(&mut self) {
        let mut background = self.background.clone();
        match self.commit(|batch| background.work(batch)) {
            Ok(()) => self.background = background,
            Err(_) => self.background.rest_until_a_commit(),
        }
    }

    /// Does all of `work` and its counters in one transaction, or nothing.
    fn commit(&mut self, work: impl FnOnce(&mut Batch<'_>) -> Result<()>) -> Result<(), Failure> {
        let changes = self.db.total_changes();
        match self.transaction(work) {
            Ok((counters, oldest)) => {
                self.counters = counters;
                self.oldest = oldest;
                if self.db.total_changes() != changes {
                    self.background.go_on();
                    self.publish(None);
                }
                Ok(())
            }
            Err(error) => {
                let failure = Failure::of(&self.path, &error);
                error!(reason = failure.message, "nothing was committed");
                if failure.fault == Fault::Damage {
                    mark_damaged(&self.path);
                }
                self.publish(Some(&failure));
                Err(failure)
            }
        }
    }

    fn transaction(
        &mut self,
        work: impl FnOnce(&mut Batch<'_>) -> Result<()>,
    ) -> Result<(Counters, Option<i64>)> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read anew: a command beside the service may have changed them.
        let before = Counters::load(&transaction)?;
        let mut batch = Batch {
            db: &transaction,
            now: self.clock.now(),
            config: &self.config,
            counters: before,
            oldest: self.oldest,
        };
        work(&mut batch)?;
        let (counters, oldest) = (batch.counters, batch.oldest);
        if counters != before {
            counters.save(&transaction)?;
        }
        transaction.commit()?;
        Ok((counters, oldest))
    }

    /// Tells what is true now.
    pub fn publish(&self, failure: Option<&Failure>) {
        let totals = self.counters.totals();
        self.totals.send_if_modified(|known| std::mem::replace(known, totals) != totals);
        self.pending_bytes.send_replace(self.counters.pending_bytes);
        self.report.send_replace(StorageReport {
            path: self.path.display().to_string(),
            bytes: bytes_on_disk(&self.path),
            observations: self.counters.observations,
            oldest: self.oldest.map(from_nanoseconds),
            outbox_bytes: self.counters.pending_bytes,
            outbox_max_bytes: self.config.outbox_max_bytes,
            disk_free_bytes: None,
            reasons: self
                .found
                .iter()
                .cloned()
                .chain(failure.map(|failure| failure.message.clone()))
                .collect(),
        });
    }

    /// Writes the log into the database and closes it.
    fn finish(self) {
        let Self { db, path, lock, .. } = self;
        let checkpoint = db.pragma_query(None, "wal_checkpoint(TRUNCATE)", |_| Ok(()));
        if let Err(error) = checkpoint {
            warn!(%error, "the write-ahead log stays beside the database; the next start reads it");
        }
        if let Err((_, error)) = db.close() {
            warn!(%error, "the database was not closed in order; nothing that was committed is lost");
        }
        info!(path = %path.display(), "the store is closed");
        drop(lock);
    }
}

/// The size of the database and its write-ahead log.
fn bytes_on_disk(path: &Path) -> u64 {
    let log = crate::open::beside(path, "-wal");
    [path, &log].iter().filter_map(|file| std::fs::metadata(file).ok()).map(|file| file.len()).sum()
}
