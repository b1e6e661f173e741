//! The loop: wait until a batch is due, send what waits, and after a failure wait longer.

use std::sync::Arc;

use circuit_breaker::{Hold, State};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use outbox::{EntryId, Totals};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::SinkConfig;
use crate::courier::Courier;
use crate::failure::{Failure, both};
use crate::pace::Pace;
use crate::tempo::Tempo;
use crate::waiting::Waiting;

/// The loop around a [`Courier`]. A round sends everything that waits; rounds follow each other.
pub(crate) struct Worker {
    courier: Courier,
    waiting: Waiting,
    pace: Pace,
    tempo: Tempo,
    prepared: bool,
}

impl Worker {
    pub fn new(
        config: &SinkConfig,
        courier: Courier,
        totals: watch::Receiver<Totals>,
        random: fastrand::Rng,
    ) -> Self {
        Self {
            courier,
            waiting: Waiting::new(config, totals, random),
            pace: Pace::new(config),
            tempo: Tempo::new(config),
            prepared: false,
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
        if !self.prepared {
            self.prepare().await?;
        }
        let outcome = self.drain().await;
        self.prepared = outcome != Err(Failure::Setting);
        outcome
    }

    async fn prepare(&mut self) -> Result<(), Failure> {
        let prepared = self.courier.prepare(self.waiting.pending() > 0).await;
        let facts = prepared.inspect_err(|_| self.tempo.slow_down())?;
        self.tempo.allow_parallel(facts.parallel_writes);
        self.prepared = true;
        Ok(())
    }

    /// Several batches may be in flight, each with lines of its own: reading goes on behind the last one.
    async fn drain(&mut self) -> Result<(), Failure> {
        self.waiting.looked();
        let mut in_flight = FuturesUnordered::new();
        let mut outcome = Ok(());
        let mut more = true;
        let mut after = EntryId::START;
        loop {
            while more && in_flight.len() < self.tempo.width() {
                match self.courier.peek(after, self.tempo.limit()).await {
                    Ok(batch) => {
                        more = batch.more;
                        if let Some(last) = batch.entries.last() {
                            after = last.id;
                            in_flight.push(self.courier.deliver(batch.entries));
                        }
                    }
                    Err(failure) => {
                        more = false;
                        outcome = both(outcome, Err(failure));
                    }
                }
            }
            match in_flight.next().await {
                Some(Ok(())) if outcome.is_ok() => self.tempo.grow(),
                Some(Ok(())) => {}
                Some(Err(failure)) => {
                    more = false;
                    self.tempo.slow_down();
                    outcome = both(outcome, Err(failure));
                }
                None => return outcome,
            }
        }
    }
}
