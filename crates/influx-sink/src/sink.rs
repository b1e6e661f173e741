//! The sink from outside.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use circuit_breaker::CircuitBreaker;
use futures::FutureExt;
use influx_client::LineWriter;
use outbox::Outbox;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::control::SinkControl;
use crate::courier::Courier;
use crate::gate::Gate;
use crate::pace::pauses;
use crate::report::Reporter;
use crate::worker::Worker;
use crate::{SinkConfig, SinkReport};

/// Drains an outbox of line protocol into InfluxDB.
///
/// A line leaves the outbox only after the server took it, or refused it for good: whatever happens in between,
/// it is sent again with the same bytes, which changes nothing on the server.
pub struct InfluxSink {
    config: SinkConfig,
    outbox: Arc<dyn Outbox>,
    writer: Arc<dyn LineWriter>,
    gate: Arc<Gate>,
    random: fastrand::Rng,
}

impl InfluxSink {
    /// A sink that does nothing until it runs.
    pub fn new(config: SinkConfig, outbox: Arc<dyn Outbox>, writer: Arc<dyn LineWriter>) -> Self {
        let breaker = CircuitBreaker::new(config.breaker);
        let reporter = Reporter::new(&breaker);
        let threshold = config.breaker.failure_threshold;
        let gate = Arc::new(Gate::new(breaker, threshold, outbox.totals(), reporter));
        Self { config, outbox, writer, gate, random: fastrand::Rng::new() }
    }

    /// Takes the time of day for the report from here instead of from the operating system.
    #[must_use]
    pub fn with_wall_clock(self, now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.gate.reporter().set_wall_clock(Box::new(now));
        self
    }

    /// Makes the jitter repeatable, that of the breaker too.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.random = fastrand::Rng::with_seed(seed);
        self.gate.seed(seed);
        self
    }

    /// What the sink says about itself, now and whenever it changes.
    pub fn report(&self) -> watch::Receiver<SinkReport> {
        self.gate.reporter().subscribe()
    }

    /// A handle by which a person decides on the breaker while the sink runs.
    pub fn control(&self) -> SinkControl {
        SinkControl::new(Arc::clone(&self.gate))
    }

    /// Drains the outbox until it is told to stop; then sends what waits once more, unless the breaker is open, and
    /// returns at the latest `flush_within` after it was told. What could not be sent stays in the outbox.
    ///
    /// A panic ends it, and is told in the report: what waits goes after the next start.
    pub async fn run(self, stop: CancellationToken, flush_within: Duration) {
        let (totals, gate) = (self.outbox.totals(), Arc::clone(&self.gate));
        let deadline = async {
            stop.cancelled().await;
            tokio::time::sleep(flush_within).await;
        };
        let worker = Worker::new(
            &self.config,
            Courier {
                outbox: self.outbox,
                writer: self.writer,
                gate: self.gate,
                pauses: pauses(&self.config),
                stop: stop.clone(),
            },
            totals.clone(),
            self.random,
        );
        tokio::select! {
            biased;
            ended = AssertUnwindSafe(worker.work()).catch_unwind() => {
                if ended.is_err() {
                    tracing::error!("the way to InfluxDB ended by a fault of its own; what waits goes after the next start");
                    gate.reporter().broke();
                }
            }
            () = deadline => {
                let waiting = totals.borrow().pending;
                tracing::warn!(waiting, "the last flush was cut off at its deadline; what waits goes after the next start");
            }
        }
    }
}
