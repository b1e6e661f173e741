//! An outbox as the store is one: what it has no room for is deferred, and on a full disk nothing is accepted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use outbox::{Entry, EntryId, MemoryOutbox, Outbox, OutboxError, Rejection, Totals};
use tokio::sync::watch;
use tokio::task::yield_now;

use crate::outbox_trouble::{Troubled, trouble};

/// An outbox that holds so many lines; further ones are deferred. Whoever waits for it can be killed before it has
/// done something, and after.
pub struct Bounded {
    pub troubled: Troubled,
    room: u64,
    deferred: Mutex<VecDeque<String>>,
    disk_full: Mutex<bool>,
    totals: watch::Sender<Totals>,
}

impl Bounded {
    pub fn new(room: u64) -> Arc<Self> {
        Arc::new(Self {
            troubled: Troubled::default(),
            room,
            deferred: Mutex::default(),
            disk_full: Mutex::default(),
            totals: watch::Sender::default(),
        })
    }

    pub fn memory(&self) -> &MemoryOutbox {
        &self.troubled.inner
    }

    /// From now on the disk is full, or no longer.
    pub fn disk_full(&self, full: bool) {
        *self.disk_full.lock().unwrap() = full;
    }

    /// Commits lines, and tells whether that was possible.
    pub fn accept(&self, lines: Vec<String>) -> bool {
        if *self.disk_full.lock().unwrap() {
            return false;
        }
        self.deferred.lock().unwrap().extend(lines);
        self.move_up();
        true
    }

    pub fn deferred(&self) -> Vec<String> {
        self.deferred.lock().unwrap().iter().cloned().collect()
    }

    /// Queues what there is room for, and tells the totals.
    fn move_up(&self) {
        let mut deferred = self.deferred.lock().unwrap();
        let pending = self.memory().totals().borrow().pending;
        let room = usize::try_from(self.room.saturating_sub(pending)).unwrap().min(deferred.len());
        self.memory().queue(deferred.drain(..room));
        let waits = deferred.len() as u64;
        let mut totals = *self.memory().totals().borrow();
        totals.accepted += waits;
        totals.pending += waits;
        totals.deferred = waits;
        self.totals.send_replace(totals);
    }

    fn check_disk(&self) -> Result<(), OutboxError> {
        if *self.disk_full.lock().unwrap() { Err(trouble()) } else { Ok(()) }
    }
}

#[async_trait]
impl Outbox for Bounded {
    async fn peek(&self, after: EntryId, limit: usize) -> Result<Vec<Entry>, OutboxError> {
        yield_now().await;
        let entries = self.troubled.peek(after, limit).await;
        yield_now().await;
        entries
    }

    async fn acknowledge(&self, delivered: &[EntryId]) -> Result<(), OutboxError> {
        yield_now().await;
        self.check_disk()?;
        let done = self.troubled.acknowledge(delivered).await;
        self.move_up();
        yield_now().await;
        done
    }

    async fn set_aside(&self, rejected: &[Rejection]) -> Result<(), OutboxError> {
        yield_now().await;
        self.check_disk()?;
        let done = self.troubled.set_aside(rejected).await;
        self.move_up();
        yield_now().await;
        done
    }

    fn totals(&self) -> watch::Receiver<Totals> {
        self.totals.subscribe()
    }
}
