//! When a batch is due.

use std::time::Duration;

use outbox::Totals;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::SinkConfig;
use crate::pace::later;

/// Watches what waits in the outbox, and says when a batch is due.
#[derive(Debug)]
pub(crate) struct Waiting {
    totals: watch::Receiver<Totals>,
    batch_size: u64,
    flush_interval: Duration,
    flush_jitter: Duration,
    random: fastrand::Rng,
    looked_at: Instant,
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
            looked_at: Instant::now(),
        }
    }

    /// Everything that waits now is about to be sent: what is left afterwards came later.
    pub fn looked(&mut self) {
        self.looked_at = Instant::now();
    }

    /// How many lines wait.
    pub fn pending(&self) -> u64 {
        self.totals.borrow().pending
    }

    /// The flush interval with its jitter.
    pub fn interval(&mut self) -> Duration {
        self.flush_interval.saturating_add(self.flush_jitter.mul_f64(self.random.f64()))
    }

    /// Waits until there are lines enough for a batch, or the oldest one has waited for the flush interval.
    ///
    /// The exact time at which a line came while others were being sent is not known; it counts from the last
    /// look at the outbox, so that no line waits longer than it should.
    pub async fn due(&mut self) {
        let mut changed = self.totals.has_changed().unwrap_or(false);
        let mut known_since = self.looked_at;
        let mut flush_at = None;
        loop {
            let pending = self.totals.borrow_and_update().pending;
            match pending {
                0 => flush_at = None,
                // Unchanged, these are lines that the outbox counts but does not give out yet: the interval is
                // soon enough to ask for them again.
                _ if changed && pending >= self.batch_size => return,
                _ if flush_at.is_none() => flush_at = Some(later(known_since, self.interval())),
                _ => {}
            }
            tokio::select! {
                () = changed_again(&mut self.totals) => {}
                () = at(flush_at) => return,
            }
            changed = true;
            known_since = Instant::now();
        }
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
