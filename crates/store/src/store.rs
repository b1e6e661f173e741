//! The store as others see it: a cheap handle that implements the ports.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use game_model::{
    CommitError, Committed, EventNumber, League, Observation, ObservationLog, Preferences, PreferencesError,
    RememberedGame, StorageReport, TeamPreferences, WallClock,
};
use outbox::{Entry, EntryId, Outbox, OutboxError, Rejection, Totals};
use rusqlite::Connection;
use tokio::sync::{mpsc, watch};

use crate::audit::Audits;
use crate::config::StoreConfig;
use crate::events::{Looks, Recent};
use crate::failure::Failure;
use crate::games;
use crate::lines::{self, Acknowledge, SetAside};
use crate::open::{OpenError, OpenFile, Opened, open};
use crate::past::Revisions;
use crate::preferences::{self, SaveTeams};
use crate::readers::Readers;
use crate::record::Record;
use crate::writer::{Awaited, Known, Message, Request, Told, WAITING_WRITES, Work, Writer};

/// The embedded database of the service.
///
/// A cheap handle: clones are the same store. What a write answered is on the disk. Once every handle is dropped,
/// what waits is committed and the database closed, without anybody waiting for it; [`Self::close`] waits.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    writes: mpsc::Sender<Message>,
    /// Who waits for what is urgent.
    awaited: Arc<Awaited>,
    readers: Readers,
    /// A reader of its own, so that a long drain is in nobody's way.
    outbox_reader: Readers,
    revisions: Arc<Revisions>,
    clock: Arc<dyn WallClock>,
    retention: Option<Duration>,
    report: watch::Receiver<StorageReport>,
    totals: watch::Receiver<Totals>,
    pending_bytes: watch::Receiver<u64>,
    own_since: watch::Receiver<Option<i64>>,
    /// Readers of their own, so that whoever follows events does not wait behind questions of history.
    event_readers: Readers,
    recent: Arc<Recent>,
    newest_event: watch::Receiver<EventNumber>,
    /// Grows with each change of a webhook.
    webhooks: AtomicU64,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens the database of the directory, and holds the directory until it is closed.
    ///
    /// A damaged database is set aside and said in the reasons of [`Self::report`]. History that was recorded
    /// while InfluxDB was off is queued in the background.
    pub fn open(config: StoreConfig, clock: Arc<dyn WallClock>) -> Result<Self, OpenError> {
        let Opened { file, path, lock } = open(&config, clock.now())?;
        let OpenFile { db, counters, oldest, background, found, data_version, newest_event } = file;
        let (report, reports) = watch::channel(StorageReport::default());
        let (totals, all_totals) = watch::channel(counters.totals());
        let (pending_bytes, all_pending_bytes) = watch::channel(counters.pending_bytes);
        let (own_since, all_own_since) = watch::channel(counters.own_since);
        let (writes, messages) = mpsc::channel(WAITING_WRITES);
        let awaited = Arc::new(Awaited::default());
        let start_readers = || Readers::start(path.clone()).map_err(|source| OpenError::Thread { source });
        let (readers, event_readers) = (start_readers()?, start_readers()?);
        let outbox_reader = Readers::start_for_outbox(path.clone());
        let outbox_reader = outbox_reader.map_err(|source| OpenError::Thread { source })?;
        let recent = Arc::new(Recent::new(newest_event));
        let (newest, all_newest) = watch::channel(newest_event);
        let revisions = Arc::new(Revisions::default());
        let retention = config.retention;
        let owner = Writer {
            db,
            path,
            config,
            clock: clock.clone(),
            background,
            audits: Audits::new(writes.downgrade()),
            known: Known { counters, oldest, found, differences: Vec::new(), failure: None },
            told: Told { report, totals, pending_bytes, own_since, recent: Arc::clone(&recent), newest },
            looks: Looks::default(),
            revisions: Arc::clone(&revisions),
            data_version,
            looked_at: Instant::now(),
            messages,
            awaited: Arc::clone(&awaited),
            lock,
        };
        owner.publish();
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(|| owner.run())
            .map_err(|source| OpenError::Thread { source })?;
        Ok(Self(Arc::new(Shared {
            writes,
            awaited,
            readers,
            outbox_reader,
            revisions,
            clock,
            retention,
            report: reports,
            totals: all_totals,
            pending_bytes: all_pending_bytes,
            own_since: all_own_since,
            event_readers,
            recent,
            newest_event: all_newest,
            webhooks: AtomicU64::new(0),
            thread: Mutex::new(Some(thread)),
        })))
    }

    /// How the store is. From memory: never waits.
    pub fn report(&self) -> StorageReport {
        let mut report = self.0.report.borrow().clone();
        if self.0.writes.is_closed() {
            report.reasons.push(Failure::stopped().message);
        }
        report
    }

    /// The time of the oldest row that was observed here, not imported. From memory: never waits.
    pub(crate) fn own_since(&self) -> Option<i64> {
        *self.0.own_since.borrow()
    }

    /// Bytes of the lines that wait for InfluxDB. From memory: never waits.
    pub fn pending_bytes(&self) -> u64 {
        *self.0.pending_bytes.borrow()
    }

    /// Commits what waits, closes the database, and gives the directory free.
    pub async fn close(self) {
        // Refused only by a writer that already ended.
        let _ = self.0.writes.send(Message::Close).await;
        self.0.readers.close().await;
        self.0.outbox_reader.close().await;
        self.0.event_readers.close().await;
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Both can only tell of a panic, which was printed when it happened.
            let _ = tokio::task::spawn_blocking(|| thread.join()).await;
        }
    }

    /// Asks the database on a connection that only reads.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        self.0.readers.ask(question).await
    }

    /// Asks the database about events, on a connection that only reads.
    pub(crate) async fn ask_for_events<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        self.0.event_readers.ask(question).await
    }

    /// The newest events, in memory.
    pub(crate) fn recent(&self) -> &Recent {
        &self.0.recent
    }

    /// The number of the newest event.
    pub(crate) fn newest_event(&self) -> &watch::Receiver<EventNumber> {
        &self.0.newest_event
    }

    /// A webhook was changed.
    pub(crate) fn webhooks_changed(&self) {
        self.0.webhooks.fetch_add(1, Ordering::Release);
    }

    /// How often webhooks were changed since the store was opened.
    pub(crate) fn webhooks_seen(&self) -> u64 {
        self.0.webhooks.load(Ordering::Acquire)
    }

    /// Which seasons changed since the store was opened.
    pub(crate) fn revisions(&self) -> &Revisions {
        &self.0.revisions
    }

    /// Since when nothing is pruned, up to the next midnight (UTC), so that it stays the same for a day; none where
    /// nothing ever is.
    pub(crate) fn keeps_since(&self) -> Option<DateTime<Utc>> {
        const DAY: i64 = 86_400;
        let retention = i64::try_from(self.0.retention?.as_secs()).ok()?;
        let since = self.0.clock.now().timestamp().checked_sub(retention)?;
        DateTime::from_timestamp(since.div_euclid(DAY).checked_add(1)?.checked_mul(DAY)?, 0)
    }

    /// Who waits for the writer.
    #[cfg(test)]
    pub(crate) fn awaited(&self) -> &Awaited {
        &self.0.awaited
    }

    /// Has the writer do the work, and waits for its commit.
    pub(crate) async fn write<W: Work>(&self, work: W) -> Result<W::Output, Failure> {
        let _waiting = W::IS_URGENT.then(|| self.0.awaited.wait());
        let (request, outcome) = Request::new(work);
        let sent = self.0.writes.send(Message::Write(Box::new(request))).await;
        sent.map_err(|_| Failure::stopped())?;
        outcome.await.map_err(|_| Failure::stopped())?
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.report().path).finish()
    }
}

#[async_trait]
impl ObservationLog for Store {
    async fn commit(&self, observation: Observation) -> Result<Committed, CommitError> {
        Ok(self.write(Record(observation)).await?)
    }

    async fn remembered(
        &self,
        league: League,
        since: DateTime<Utc>,
    ) -> Result<Vec<RememberedGame>, CommitError> {
        Ok(self.0.readers.ask(move |db| games::remembered(db, league, since)).await?)
    }
}

#[async_trait]
impl Outbox for Store {
    async fn peek(&self, after: EntryId, limit: usize) -> Result<Vec<Entry>, OutboxError> {
        Ok(self.0.outbox_reader.ask(move |db| lines::peek(db, after, limit)).await?)
    }

    async fn acknowledge(&self, delivered: &[EntryId]) -> Result<(), OutboxError> {
        Ok(self.write(Acknowledge(delivered.to_vec())).await?)
    }

    async fn set_aside(&self, rejected: &[Rejection]) -> Result<(), OutboxError> {
        Ok(self.write(SetAside(rejected.to_vec())).await?)
    }

    fn totals(&self) -> watch::Receiver<Totals> {
        self.0.totals.clone()
    }
}

impl Store {
    /// The teams that any user follows, each once.
    pub async fn followed_teams(&self) -> Result<TeamPreferences, PreferencesError> {
        Ok(self.0.readers.ask(preferences::followed).await?)
    }
}

#[async_trait]
impl Preferences for Store {
    async fn teams(&self, user_id: &str) -> Result<TeamPreferences, PreferencesError> {
        let user = user_id.to_owned();
        Ok(self.0.readers.ask(move |db| preferences::teams(db, &user)).await?)
    }

    async fn save_teams(&self, user_id: &str, teams: TeamPreferences) -> Result<(), PreferencesError> {
        Ok(self.write(SaveTeams { user: user_id.to_owned(), teams: teams.teams }).await?)
    }
}
