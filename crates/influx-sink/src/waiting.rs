//! When a batch is due.

use std::time::Duration;

use outbox::{EntryId, Totals};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::SinkConfig;
use crate::pace::later;

/// Watches what waits in the outbox, and says when a batch is due.
///
/// What is waited for may be given up at any time: a later call goes on with the same interval.
#[derive(Debug)]
pub(crate) struct Waiting {
    totals: watch::Receiver<Totals>,
    batch_size: u64,
    flush_interval: Duration,
    flush_jitter: Duration,
    random: fastrand::Rng,
    /// Lines that wait and have no time to go at yet came after this.
    known_since: Instant,
    /// When the lines that wait are to go; none while none is known to wait.
    flush_at: Option<Instant>,
}

impl Waiting {
    pub fn new(config: &SinkConfig, mut totals: watch::Receiver<Totals>, random: fastrand::Rng) -> Self {
        totals.mark_changed();
        Self {
            totals,
            batch_size: config.batch_size.get() as u64,
            flush_interval: config.flush_interval,
            flush_jitter: config.flush_jitter,
            random,
            known_since: Instant::now(),
            flush_at: None,
        }
    }

    /// Everything that waits now is about to be sent: what is left afterwards came later.
    pub fn looked(&mut self) {
        self.known_since = Instant::now();
        self.flush_at = None;
    }

    /// How many lines wait.
    pub fn pending(&self) -> u64 {
        self.totals.borrow().pending
    }

    /// How many of them the outbox gives out: the deferred ones it does not.
    pub fn can_be_sent(&self) -> u64 {
        let totals = self.totals.borrow();
        totals.pending.saturating_sub(totals.deferred)
    }

    /// The newest line.
    pub fn newest(&self) -> EntryId {
        self.totals.borrow().newest
    }

    /// The flush interval with its jitter.
    pub fn interval(&mut self) -> Duration {
        self.flush_interval.saturating_add(self.flush_jitter.mul_f64(self.random.f64()))
    }

    /// Waits until there are lines enough for a batch, or the oldest one has waited for the flush interval.
    pub async fn due(&mut self) {
        let mut changed = self.totals.has_changed().unwrap_or(false);
        loop {
            let totals = *self.totals.borrow_and_update();
            // Deferred lines are not given out. Nor are these, perhaps, where nothing changed: the interval is soon
            // enough to ask for them again.
            let lines = totals.pending.saturating_sub(totals.deferred);
            if (changed && lines >= self.batch_size) || self.time_is_up(lines > 0).await {
                return;
            }
            changed = true;
        }
    }

    /// The same, for the lines that are newer than `after` alone.
    pub async fn due_beyond(&mut self, after: EntryId) {
        loop {
            let newest = self.totals.borrow_and_update().newest;
            // At most as many lines as that: ids may be left out.
            let lines = newest.0.abs_diff(after.0.min(newest.0));
            if lines >= self.batch_size || self.time_is_up(lines > 0).await {
                return;
            }
        }
    }

    /// Waits until lines have waited for the flush interval, if any do, and then is true; or until the totals change.
    ///
    /// The exact time at which a line came while nobody watched is not known; it counts from the last look at the
    /// outbox, so that no line waits longer than it should.
    async fn time_is_up(&mut self, lines_wait: bool) -> bool {
        if !lines_wait {
            self.looked();
        } else if self.flush_at.is_none() {
            self.flush_at = Some(later(self.known_since, self.interval()));
        }
        let flush_at = self.flush_at;
        let time_is_up = tokio::select! {
            () = changed_again(&mut self.totals) => false,
            () = at(flush_at) => true,
        };
        self.known_since = Instant::now();
        time_is_up
    }
}

/// Waits for the totals to change; for ever once nobody is left to change them.
async fn changed_again(totals: &mut watch::Receiver<Totals>) {
    if totals.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Waits until the time comes, if any.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
