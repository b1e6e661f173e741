//! What state all parts are in, gathered from what each of them reports.

use std::time::Duration;

use circuit_breaker::{Hold, State};
use collector::CollectorHandle;
use game_model::{
    BackfillReport, BreakerHold, BreakerState, BreakerSwitch, DrainReport, InfluxReport, InfluxStats,
    MqttReport, PollReport, RetentionReport, StatusReport, StorageReport,
};
use influx_history::InfluxHistory;
use influx_sink::{DrainProgress, SinkControl, SinkReport};
use mqtt::MqttStatus;
use outbox::{Outbox, Totals};
use store::Store;
use tokio::sync::watch;

/// The state of all parts, read from memory.
pub struct Status {
    collector: CollectorHandle,
    store: Store,
    influx: Option<InfluxStatus>,
    backfill: Option<watch::Receiver<Vec<BackfillReport>>>,
    /// Asked for history, where it is.
    influx_history: Option<InfluxHistory>,
    mqtt: Option<MqttStatus>,
}

struct InfluxStatus {
    sink: watch::Receiver<SinkReport>,
    totals: watch::Receiver<Totals>,
    configured_days: u32,
}

impl Status {
    /// Gathers the reports; `sink` and the retention in days as configured, where InfluxDB is on; `backfill` where
    /// it is; and MQTT, where it is on.
    pub fn new(
        collector: CollectorHandle,
        store: Store,
        sink: Option<(watch::Receiver<SinkReport>, u32)>,
        backfill: Option<watch::Receiver<Vec<BackfillReport>>>,
        influx_history: Option<InfluxHistory>,
        mqtt: Option<MqttStatus>,
    ) -> Self {
        let influx = sink.map(|(sink, configured_days)| InfluxStatus {
            sink,
            totals: store.totals(),
            configured_days,
        });
        Self { collector, store, influx, backfill, influx_history, mqtt }
    }
}

impl StatusReport for Status {
    fn polls(&self) -> Vec<PollReport> {
        self.collector.reports()
    }

    fn influx(&self) -> Option<InfluxReport> {
        let mut report = self.influx.as_ref().map(InfluxStatus::report)?;
        let trouble = self.influx_history.as_ref().and_then(InfluxHistory::trouble);
        report.reasons.extend(trouble.map(|trouble| trouble.to_string()));
        Some(report)
    }

    fn storage(&self) -> StorageReport {
        self.store.report()
    }

    fn backfill(&self) -> Vec<BackfillReport> {
        self.backfill.as_ref().map(|reports| reports.borrow().clone()).unwrap_or_default()
    }

    fn mqtt(&self) -> Option<MqttReport> {
        self.mqtt.as_ref().map(MqttStatus::report)
    }
}

impl InfluxStatus {
    fn report(&self) -> InfluxReport {
        let sink = self.sink.borrow().clone();
        let totals = *self.totals.borrow();
        let counts = sink.breaker_counts;
        let actual_days = sink.server.as_ref().and_then(|server| server.retention_days);
        InfluxReport {
            connected: sink.connected,
            version: sink.server.as_ref().and_then(|server| server.version.clone()),
            breaker: breaker_state(sink.breaker),
            breaker_hold: breaker_hold(sink.held),
            breaker_transitions: vec![
                (BreakerState::Open, counts.opened),
                (BreakerState::HalfOpen, counts.half_opened),
                (BreakerState::Closed, counts.closed),
            ],
            stats: InfluxStats {
                points_accepted: totals.accepted,
                points_written: totals.delivered,
                points_pending: totals.pending,
                points_deferred: totals.deferred,
                points_dead_lettered: totals.set_aside,
                points_discarded: totals.discarded,
                bytes_written: totals.delivered_bytes,
                batches_written: sink.batches_written,
                batches_failed: sink.batches_failed,
                last_write: sink.last_write,
                last_error: sink.last_error.clone(),
            },
            drain: sink.drain.map(drain_report),
            retention: RetentionReport { configured_days: self.configured_days, actual_days },
            reasons: self.reasons(&sink, totals, actual_days),
        }
    }

    /// What a person should know or mend, in sentences.
    fn reasons(&self, sink: &SinkReport, totals: Totals, actual_days: Option<u32>) -> Vec<String> {
        let mut reasons = Vec::new();
        let waiting = totals.pending;
        let error = sink.last_error.as_deref().unwrap_or("no answer yet");
        let again = match sink.retry_in().map(|wait| wait.as_secs()) {
            Some(seconds) if seconds > 0 => format!("tried again in {seconds} s"),
            _ => "being tried again".into(),
        };
        if sink.broken {
            reasons.push(format!(
                "nothing is written to InfluxDB until the next start, as the part that does it ended by a fault of its \
                 own ({waiting} points wait, none is lost); restart the service, and report what its log says"
            ));
        } else if let Some(setting) = &sink.stopped_because {
            reasons.push(format!(
                "InfluxDB is not written to, {again}: {setting} ({waiting} points wait, none is lost)"
            ));
        } else if sink.held == Hold::Open {
            reasons.push(format!(
                "InfluxDB is not written to, as a person holds the circuit breaker open ({waiting} points wait); \
                 POST /api/v1/admin/breaker {{\"state\": \"auto\"}} ends that"
            ));
        } else if sink.breaker != State::Closed {
            reasons.push(format!("InfluxDB does not take points, {again}: {error} ({waiting} points wait)"));
        } else if !sink.connected && sink.last_error.is_some() {
            reasons.push(format!("the last write to InfluxDB failed: {error} ({waiting} points wait)"));
        }
        let kept = totals.set_aside.saturating_sub(totals.discarded);
        if kept > 0 {
            reasons.push(format!(
                "InfluxDB refused {kept} points, which are kept in the dead letters with its reasons: \
                 `sports-data dead-letters list` shows them, `retry` and `discard` end this"
            ));
        }
        if let Some(actual) = actual_days.filter(|&actual| actual != self.configured_days) {
            let kept = if actual == 0 { "for ever".into() } else { format!("{actual} days") };
            reasons.push(format!(
                "InfluxDB keeps points {kept} where INFLUXDB_RETENTION_DAYS asks for {} days; \
                 `sports-data setup-retention` corrects it",
                self.configured_days
            ));
        }
        reasons
    }
}

fn drain_report(progress: DrainProgress) -> DrainReport {
    // A rate is far below 2^53.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and is never negative"
    )]
    let points_per_second = progress.rate.round() as u64;
    DrainReport { points_left: progress.left, points_per_second, time_left: progress.time_left }
}

fn breaker_hold(held: Hold) -> BreakerHold {
    match held {
        Hold::Auto => BreakerHold::Auto,
        Hold::Closed => BreakerHold::Closed,
        Hold::Open => BreakerHold::Open,
    }
}

/// The breaker before InfluxDB, in a person's hands.
pub struct Switch(pub SinkControl);

impl BreakerSwitch for Switch {
    fn hold(&self, hold: BreakerHold) {
        self.0.hold(match hold {
            BreakerHold::Auto => Hold::Auto,
            BreakerHold::Closed => Hold::Closed,
            BreakerHold::Open => Hold::Open,
        });
    }
}

fn breaker_state(state: State) -> BreakerState {
    match state {
        State::Closed => BreakerState::Closed,
        State::Open => BreakerState::Open,
        State::HalfOpen => BreakerState::HalfOpen,
    }
}

/// How often the storage is logged.
const STORAGE_LOG_INTERVAL: Duration = Duration::from_hours(1);

/// Logs how much was written and stored, once an hour, for as long as it is polled.
pub async fn log_storage_hourly(status: &dyn StatusReport) {
    let written = || status.influx().map(|influx| influx.stats).unwrap_or_default();
    let mut before = written();
    loop {
        tokio::time::sleep(STORAGE_LOG_INTERVAL).await;
        let storage = status.storage();
        let now = written();
        tracing::info!(
            store_bytes = storage.bytes,
            observations = storage.observations,
            points_written = now.points_written,
            points_written_last_hour = now.points_written.saturating_sub(before.points_written),
            bytes_written = now.bytes_written,
            bytes_written_last_hour = now.bytes_written.saturating_sub(before.bytes_written),
            points_pending = now.points_pending,
            points_dead_lettered = now.points_dead_lettered,
            "storage"
        );
        before = now;
    }
}
