//! What the sink says about itself.

use std::sync::OnceLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use circuit_breaker::{CircuitBreaker, Counts, Hold, State};
use influx_client::ServerFacts;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::DrainProgress;

/// What the sink says about itself. The counts are since its start; those that survive a restart are the outbox's.
#[derive(Debug, Clone)]
pub struct SinkReport {
    /// Whether the server answered last time, as InfluxDB does.
    pub connected: bool,
    /// What the server is; none until it was reached.
    pub server: Option<ServerFacts>,
    /// The state of the breaker.
    pub breaker: State,
    /// Whether a person holds the breaker in that state.
    pub held: Hold,
    /// What the breaker did so far.
    pub breaker_counts: Counts,
    /// When the next try is due after a failure; none while all is well.
    pub retry_at: Option<Instant>,
    /// Batches that the server took, parts of split ones included.
    pub batches_written: u64,
    /// Attempts that failed: they count towards opening the breaker.
    pub batches_failed: u64,
    /// Batches of which the server refused lines for what is in them. They do not concern the breaker.
    pub batches_refused: u64,
    /// Lines in the batches that the server took. A line sent again counts again.
    pub points_sent: u64,
    /// Bytes of these lines, before compression.
    pub bytes_sent: u64,
    /// When the server last took a batch.
    pub last_write: Option<DateTime<Utc>>,
    /// Why the last attempt failed; none after a success.
    pub last_error: Option<String>,
    /// Which setting a person has to mend before anything is written; all lines are kept.
    pub stopped_because: Option<String>,
    /// Whether the sink has ended by a fault of its own: nothing is sent until the next start.
    pub broken: bool,
    /// Why the outbox could not be read or changed; none once it could again.
    pub outbox_error: Option<String>,
    /// How far the drain of a backlog has come; none while there is none. Brought up to date every second.
    pub drain: Option<DrainProgress>,
}

impl SinkReport {
    fn new(breaker: &CircuitBreaker) -> Self {
        Self {
            connected: false,
            server: None,
            breaker: breaker.state(),
            held: breaker.held(),
            breaker_counts: breaker.counts(),
            retry_at: None,
            batches_written: 0,
            batches_failed: 0,
            batches_refused: 0,
            points_sent: 0,
            bytes_sent: 0,
            last_write: None,
            last_error: None,
            stopped_because: None,
            broken: false,
            outbox_error: None,
            drain: None,
        }
    }

    /// How long it is from now to the next try after a failure; none while all is well.
    pub fn retry_in(&self) -> Option<Duration> {
        self.retry_at.map(|at| at.saturating_duration_since(Instant::now()))
    }
}

/// Where the time of day comes from.
pub(crate) type WallClock = Box<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Keeps the report up to date.
pub(crate) struct Reporter {
    report: watch::Sender<SinkReport>,
    /// Unset: the operating system's.
    wall_clock: OnceLock<WallClock>,
}

impl Reporter {
    pub fn new(breaker: &CircuitBreaker) -> Self {
        let report = watch::Sender::new(SinkReport::new(breaker));
        Self { report, wall_clock: OnceLock::new() }
    }

    /// Sets where the time of day comes from. The first time counts.
    pub fn set_wall_clock(&self, wall_clock: WallClock) {
        self.wall_clock.get_or_init(|| wall_clock);
    }

    fn now(&self) -> DateTime<Utc> {
        self.wall_clock.get().map_or_else(Utc::now, |now| now())
    }

    pub fn subscribe(&self) -> watch::Receiver<SinkReport> {
        self.report.subscribe()
    }

    /// The server's name, for the dead letters.
    pub fn server_name(&self) -> String {
        self.report.borrow().server.as_ref().map(|server| server.name.clone()).unwrap_or_default()
    }

    /// The server was reached; whether it takes lines is not known by that. True where that is news.
    pub fn reached(&self, server: ServerFacts) -> bool {
        let mut is_news = false;
        self.report.send_modify(|report| {
            report.connected = true;
            is_news = report.server.replace(server.clone()) != Some(server);
        });
        is_news
    }

    /// Nothing is wrong any more.
    pub fn well(&self) {
        self.report.send_modify(|report| {
            report.connected = true;
            report.last_error = None;
            report.stopped_because = None;
        });
    }

    /// The server took lines.
    pub fn written(&self, points: usize, bytes: usize) {
        self.report.send_modify(|report| {
            report.batches_written += 1;
            report.points_sent += points as u64;
            report.bytes_sent += bytes as u64;
            report.last_write = Some(self.now());
        });
        self.well();
    }

    /// The server refused lines for what is in them: it answers, and as InfluxDB does.
    pub fn refused(&self, reason: &str) {
        self.report.send_modify(|report| {
            report.connected = true;
            report.batches_refused += 1;
            report.last_error = Some(reason.to_owned());
        });
    }

    /// An attempt failed.
    pub fn failed(&self, reason: &str) {
        self.report.send_modify(|report| {
            report.connected = false;
            report.batches_failed += 1;
            report.last_error = Some(reason.to_owned());
        });
    }

    /// A person has to mend a setting.
    pub fn stopped(&self, reason: &str) {
        self.report.send_modify(|report| report.stopped_because = Some(reason.to_owned()));
    }

    /// The sink has ended by a fault of its own.
    pub fn broke(&self) {
        self.report.send_modify(|report| {
            report.broken = true;
            report.connected = false;
            report.drain = None;
        });
    }

    /// The outbox could not be read or changed, or could again.
    pub fn outbox(&self, error: Option<String>) {
        self.report.send_if_modified(|report| {
            let changed = report.outbox_error != error;
            report.outbox_error = error;
            changed
        });
    }

    /// How far the drain of a backlog has come, if there is one.
    pub fn drain(&self, progress: Option<DrainProgress>) {
        self.report.send_if_modified(|report| {
            let changed = report.drain != progress;
            report.drain = progress;
            changed
        });
    }

    /// When the next try is due.
    pub fn retry_at(&self, at: Option<Instant>) {
        self.report.send_if_modified(|report| std::mem::replace(&mut report.retry_at, at) != at);
    }

    /// What the breaker is and did.
    pub fn breaker(&self, breaker: &CircuitBreaker) {
        self.report.send_modify(|report| {
            report.breaker = breaker.state();
            report.held = breaker.held();
            report.breaker_counts = breaker.counts();
        });
    }
}
