//! The one thread that writes. What waits is committed together, and each is answered after the commit.

mod awaited;
mod batch;
mod request;
mod state;

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use game_model::{LoggedEvent, WallClock};
use rusqlite::{Connection, Result, TransactionBehavior};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tracing::{error, info, warn};

pub(crate) use awaited::Awaited;
pub(crate) use batch::Batch;
pub(crate) use request::{Job, Request, Work};
pub(crate) use state::{Known, Told, bytes_on_disk};

use crate::audit::{Audits, Finding};
use crate::background::Background;
use crate::config::StoreConfig;
use crate::counters::Counters;
use crate::events::{self, Last, Looks};
use crate::failure::{Failure, Fault};
use crate::history::{Recorded, oldest};
use crate::open::mark_damaged;
use crate::past::{Changed, Revisions};
use crate::room::Room;

/// Writes that wait for the writer; whoever comes next waits outside.
pub(crate) const WAITING_WRITES: usize = 64;

/// How often an idle writer looks at what others changed: the disk's free space, a command beside the service.
const LOOK_AROUND_EVERY: Duration = Duration::from_secs(2);

/// What the writer is told.
pub(crate) enum Message {
    /// Something to write.
    Write(Box<dyn Job>),
    /// What an audit found.
    Audited(Finding),
    /// Nothing comes after what is already there.
    Close,
}

/// What is true once a transaction is committed.
struct Done {
    counters: Counters,
    oldest: Option<i64>,
    looked: HashMap<i64, i64>,
    last: HashMap<i64, Option<Last>>,
    rows: HashMap<i64, (i64, Arc<Recorded>)>,
    changed: Changed,
    told: Vec<LoggedEvent>,
    room: Room,
}

/// The writer's side of the database.
pub(crate) struct Writer {
    pub db: Connection,
    pub path: PathBuf,
    pub config: StoreConfig,
    pub clock: Arc<dyn WallClock>,
    pub background: Background,
    pub audits: Audits,
    pub known: Known,
    pub told: Told,
    /// When games were looked at since the start.
    pub looks: Looks,
    /// Which seasons changed.
    pub revisions: Arc<Revisions>,
    /// When others' changes were last looked for.
    pub looked_at: Instant,
    /// What `PRAGMA data_version` said last: it changes when another connection commits.
    pub data_version: i64,
    /// What it is to write.
    pub messages: mpsc::Receiver<Message>,
    /// Who waits for that.
    pub awaited: Arc<Awaited>,
    /// Held, and with it the lock, until the writer ends.
    pub lock: File,
}

impl Writer {
    /// Writes until it is closed or nobody can send any more.
    pub fn run(mut self) {
        // Made here, because a runtime must not be dropped on a thread of another runtime.
        let timer = Builder::new_current_thread().enable_time().build().inspect_err(|error| {
            warn!(%error, "what other programs change in the database is noticed at the next write only");
        });
        while let Some(first) = self.next_message(timer.as_ref().ok()) {
            let mut jobs = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Write(job) => jobs.push(job),
                    Message::Audited(finding) => self.audited(finding),
                    Message::Close => self.messages.close(),
                }
                next = if jobs.len() < WAITING_WRITES { self.messages.try_recv().ok() } else { None };
            }
            if !jobs.is_empty() {
                self.write(jobs);
            }
        }
        self.finish();
    }

    /// The next message. While nobody waits, the work in the background goes on, a chunk at a time.
    fn next_message(&mut self, timer: Option<&Runtime>) -> Option<Message> {
        loop {
            // Also where messages follow each other without end.
            if self.looked_at.elapsed() >= LOOK_AROUND_EVERY {
                self.look_around();
            }
            let mut now = self.clock.now();
            while self.background.is_due(now, &self.known.counters, || Room::look(&self.config, &self.db)) {
                match self.messages.try_recv() {
                    Ok(message) => return Some(message),
                    Err(mpsc::error::TryRecvError::Disconnected) => return None,
                    Err(mpsc::error::TryRecvError::Empty) => self.work_in_background(),
                }
                now = self.clock.now();
            }
            self.audits.begin_if_due(&self.path, now);
            let Some(timer) = timer else {
                return self.messages.blocking_recv();
            };
            match timer.block_on(async { timeout(LOOK_AROUND_EVERY, self.messages.recv()).await }) {
                Ok(message) => return message,
                Err(_) => self.look_around(),
            }
        }
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
            Err(_) => self.background.rest(self.clock.now()),
        }
    }

    /// Does all of `work` and its counters in one transaction, or nothing.
    fn commit(&mut self, work: impl FnOnce(&mut Batch<'_>) -> Result<()>) -> Result<(), Failure> {
        let changes = self.db.total_changes();
        match self.transaction(work) {
            Ok(done) => {
                let earlier = std::mem::replace(&mut self.known.counters, done.counters);
                self.known.oldest = done.oldest;
                self.looks.note(done.looked, done.last);
                self.looks.note_rows(done.rows);
                self.revisions.note(&done.changed);
                self.told.tell(done.told);
                let wrote = self.db.total_changes() != changes;
                if wrote {
                    self.background.go_on();
                    self.known.failure = None;
                }
                if wrote || earlier != self.known.counters {
                    self.publish_with(done.room);
                }
                Ok(())
            }
            Err(error) => {
                let failure = Failure::of(&self.path, &error);
                error!(reason = failure.message, "nothing was committed");
                if failure.fault == Fault::Damage {
                    mark_damaged(&self.path);
                }
                self.known.failure = Some(failure.message.clone());
                self.publish();
                Err(failure)
            }
        }
    }

    fn transaction(&mut self, work: impl FnOnce(&mut Batch<'_>) -> Result<()>) -> Result<Done> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read anew: a command beside the service may have changed them.
        let before = Counters::load(&transaction)?;
        let mut batch = Batch {
            db: &transaction,
            now: self.clock.now(),
            config: &self.config,
            room: Room::look(&self.config, &transaction),
            counters: before,
            oldest: self.known.oldest,
            looks: &self.looks,
            looked: HashMap::new(),
            last: HashMap::new(),
            rows: HashMap::new(),
            changed: Changed::default(),
            told: Vec::new(),
            listening: None,
            give_way: &|| {
                if self.awaited.by_nobody() {
                    thread::yield_now();
                }
            },
        };
        work(&mut batch)?;
        let Batch { counters, oldest, looked, last, rows, changed, told, room, .. } = batch;
        if counters != before {
            counters.save(&transaction)?;
        }
        transaction.commit()?;
        Ok(Done { counters, oldest, looked, last, rows, changed, told, room })
    }

    /// Notices what others changed since.
    fn look_around(&mut self) {
        self.looked_at = Instant::now();
        let looked = self.db.pragma_query_value(None, "data_version", |row| row.get(0)).and_then(|version| {
            if version != self.data_version {
                self.known.counters = Counters::load(&self.db)?;
                self.background.look_around(&self.db)?;
                self.known.oldest = oldest(&self.db)?;
                self.told.notice(events::newest(&self.db)?);
                // What history tells may have changed in any season.
                self.revisions.note_all();
                self.data_version = version;
            }
            Ok(())
        });
        if let Err(error) = looked {
            warn!(%error, "what other programs changed in the database can not be read now");
        }
        self.publish();
    }

    fn audited(&mut self, finding: Finding) {
        self.audits.ended();
        match finding {
            Ok(differences) => {
                for difference in &differences {
                    error!("{difference}");
                }
                self.known.differences = differences;
            }
            Err(failure) if failure.fault == Fault::Damage => {
                error!(reason = failure.message, "the database is damaged");
                mark_damaged(&self.path);
                self.known.differences = vec![failure.message];
            }
            Err(failure) => {
                warn!(reason = failure.message, "the counters could not be compared with the tables");
            }
        }
        self.publish();
    }

    /// Tells what is true now.
    pub fn publish(&self) {
        self.publish_with(Room::look(&self.config, &self.db));
    }

    /// Tells what is true now, with the room that was there a moment ago.
    fn publish_with(&self, room: Room) {
        self.told.publish(&self.path, self.config.outbox_max_bytes, &self.known, room);
    }

    /// Writes the log into the database and closes it.
    fn finish(mut self) {
        self.audits.stop();
        let Self { db, path, lock, .. } = self;
        let checkpoint = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = checkpoint {
            warn!(%error, "the write-ahead log stays beside the database; the next start reads it");
        }
        if let Err((_, error)) = db.close() {
            warn!(%error, "the database was not closed in order; nothing that was committed is lost");
        }
        info!(path = %path.display(), "the store is closed");
        // Said, not left to dropping: a process that is being started just now may hold the same open file.
        if let Err(error) = lock.unlock() {
            warn!(%error, "the data directory is free once this process ends");
        }
    }
}
