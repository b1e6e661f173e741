//! The loop: wait until a batch is due, send what waits, and after a failure wait longer.

use std::sync::Arc;
use std::time::Duration;

use circuit_breaker::{Hold, State};
use outbox::{EntryId, Totals};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::SinkConfig;
use crate::courier::Courier;
use crate::drain::Drain;
use crate::failure::Failure;
use crate::pace::Pace;
use crate::progress::Progress;
use crate::tempo::Tempo;
use crate::waiting::Waiting;

/// The loop around a [`Courier`]. A round sends everything that waits; rounds follow each other.
pub(crate) struct Worker {
    courier: Courier,
    waiting: Waiting,
    pace: Pace,
    tempo: Tempo,
    progress: Progress,
    /// Where the backlog of a long drain ends that failed, and goes on with the next round.
    backlog_end: Option<EntryId>,
    prepared: bool,
    prepared_at: Instant,
}

/// A server that is well is looked at anew after this: its retention may have been changed.
const LOOK_AGAIN_AFTER: Duration = Duration::from_mins(10);

impl Worker {
    pub fn new(
        config: &SinkConfig,
        courier: Courier,
        totals: watch::Receiver<Totals>,
        random: fastrand::Rng,
    ) -> Self {
        Self {
            courier,
            progress: Progress::new(config, totals.clone()),
            waiting: Waiting::new(config, totals, random),
            pace: Pace::new(config),
            tempo: Tempo::new(config),
            backlog_end: None,
            prepared: false,
            prepared_at: Instant::now(),
        }
    }

    /// Works until it is told to stop, and flushes once more.
    pub async fn work(mut self) {
        let mut outcome = self.prepare().await;
        while self.next_round(outcome).await {
            outcome = self.round().await;
        }
        if self.courier.gate.state() != State::Open {
            let left = self.round().await;
            tracing::debug!(?left, waiting = self.waiting.pending(), "flushed for the last time");
        }
    }

    /// Waits until a round is due, or a person lets the breaker pass calls; false when there will be none. While the
    /// breaker is held open, none is due.
    async fn next_round(&mut self, outcome: Result<(), Failure>) -> bool {
        let (stop, gate) = (self.courier.stop.clone(), Arc::clone(&self.courier.gate));
        loop {
            let held_open = gate.held() == Hold::Open;
            let retry_at = outcome.err().filter(|_| !held_open).map(|failure| {
                let idle = self.waiting.interval();
                self.pace.next(failure, Instant::now(), gate.probe_in(), idle)
            });
            gate.reporter().retry_at(retry_at);
            let due = async {
                if held_open {
                    std::future::pending::<()>().await;
                } else if let Some(at) = retry_at {
                    sleep_until(at).await;
                } else {
                    self.pace.reset();
                    self.waiting.due().await;
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return false,
                () = gate.held_anew() => {
                    self.pace.reset();
                    if gate.held() != Hold::Open {
                        return true;
                    }
                }
                () = due => return true,
            }
        }
    }

    /// Sends everything that waits, oldest first, and stops at the first failure.
    async fn round(&mut self) -> Result<(), Failure> {
        if !self.prepared || self.prepared_at.elapsed() >= LOOK_AGAIN_AFTER {
            self.prepare().await?;
        }
        let Self { courier, tempo, waiting, progress, backlog_end, .. } = self;
        let outcome = Drain { courier, tempo, waiting, progress, backlog_end }.run().await;
        // Whatever answers next may be another server, or one without its data.
        self.prepared &= !matches!(outcome, Err(Failure::Setting | Failure::Retry { .. }));
        outcome
    }

    async fn prepare(&mut self) -> Result<(), Failure> {
        let prepared = self.courier.prepare(self.waiting.can_be_sent() > 0).await;
        let facts = prepared.inspect_err(|_| self.tempo.slow_down())?;
        self.tempo.allow_parallel(facts.parallel_writes);
        self.prepared = true;
        self.prepared_at = Instant::now();
        Ok(())
    }
}
