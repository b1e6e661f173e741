//! The sink on a paused clock, with a queue in memory and a server that does as it is told.

mod batches;
mod bounded;
mod control;
mod drain;
mod live;
mod logs;
mod model;
mod outbox_trouble;
mod progress;
mod refusals;
mod retries;
mod server;
mod settings;
mod shutdown;

use std::sync::Arc;
use std::time::Duration;

use circuit_breaker::State;
use influx_client::{LineWriter, WriteError};
use influx_sink::{InfluxSink, SinkConfig, SinkControl, SinkReport};
use outbox::{MemoryOutbox, Outbox, Totals};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A sink at work.
struct Running {
    started: Instant,
    report: watch::Receiver<SinkReport>,
    totals: watch::Receiver<Totals>,
    control: SinkControl,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts a sink that gets 8 s for its last flush.
    fn start(config: SinkConfig, outbox: Arc<dyn Outbox>, writer: Arc<dyn LineWriter>) -> Self {
        let totals = outbox.clone();
        Self::of(InfluxSink::new(config, outbox, writer).with_seed(7), &*totals)
    }

    /// Starts this sink of that outbox.
    fn of(sink: InfluxSink, outbox: &dyn Outbox) -> Self {
        let totals = outbox.totals();
        let (report, control) = (sink.report(), sink.control());
        let stop = CancellationToken::new();
        let task = tokio::spawn(sink.run(stop.clone(), Duration::from_secs(8)));
        Self { started: Instant::now(), report, totals, control, stop, task }
    }

    /// Lets the clock run until so many seconds after the start, and everything that is due then.
    async fn until(&self, seconds: u64) {
        tokio::time::sleep_until(self.started + Duration::from_millis(seconds * 1000 + 1)).await;
    }

    fn totals(&self) -> Totals {
        *self.totals.borrow()
    }

    fn report(&self) -> SinkReport {
        self.report.borrow().clone()
    }

    fn breaker(&self) -> State {
        self.report().breaker
    }

    /// Stops the sink; gives the time that it took.
    async fn stop(self) -> Duration {
        let asked = Instant::now();
        self.stop.cancel();
        self.task.await.unwrap();
        asked.elapsed()
    }
}

/// The settings by default, without jitter and with a breaker whose time does not grow, so that times are exact.
fn exact() -> SinkConfig {
    let breaker = SinkConfig::default().breaker;
    let breaker = circuit_breaker::Config { max_open_for: breaker.open_for, jitter: 0.0, ..breaker };
    SinkConfig { flush_jitter: Duration::ZERO, breaker, ..SinkConfig::default() }
}

fn lines(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|number| format!("line {number}")).collect()
}

/// An outbox in which lines wait.
fn waiting(lines: impl IntoIterator<Item = impl Into<String>>) -> Arc<MemoryOutbox> {
    let outbox = Arc::new(MemoryOutbox::default());
    outbox.queue(lines.into_iter().map(Into::into));
    outbox
}

fn unavailable() -> WriteError {
    WriteError::Retry { after: None, reason: "503 Service Unavailable".into() }
}

fn busy_for(seconds: u64) -> WriteError {
    let after = Some(Duration::from_secs(seconds));
    WriteError::Retry { after, reason: "429 Too Many Requests".into() }
}

fn unauthorized() -> WriteError {
    WriteError::Setting { reason: "401 Unauthorized: the token is refused".into() }
}
