//! The answer of `/health`.

use cache::CacheStats;
use game_model::{
    BackfillReport, BreakerState, DrainReport, InfluxReport, MqttReport, PollReport, StorageReport,
    WebhooksReport,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::object::Object;
use super::schemas::{healthy_or_not, nothing, time, time_or_none};
use super::timestamp;
use crate::stream::StreamReport;

/// The answer of `/health`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    pub(crate) service: &'static str,
    #[schema(schema_with = healthy_or_not)]
    pub(crate) status: &'static str,
    /// What a person should know or mend; left out where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) reasons: Vec<String>,
    pub(crate) version: &'static str,
    #[schema(schema_with = time)]
    pub(crate) timestamp: String,
    pub(crate) uptime_seconds: u64,
    pub(crate) cache_status: bool,
    pub(crate) api_status: bool,
    pub(crate) cache: CacheBody,
    /// By the key of the league.
    #[schema(value_type = std::collections::BTreeMap<String, PollBody>)]
    pub(crate) espn: Object,
    pub(crate) influxdb: InfluxBody,
    pub(crate) storage: StorageBody,
    /// By the key of the league; left out where `BACKFILL_ON_START` is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = std::collections::BTreeMap<String, BackfillBody>, required = false)]
    pub(crate) backfill: Option<Object>,
    pub(crate) webhooks: WebhooksBody,
    /// Left out where `MQTT_URL` is unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) mqtt: Option<MqttBody>,
    pub(crate) event_stream: EventStreamBody,
}

/// The answer of `/health/ready`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Ready {
    pub(crate) ready: bool,
}

/// How the cache does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CacheBody {
    hits: u64,
    misses: u64,
    stale: u64,
    hit_rate: f64,
    keys_count: u64,
}

impl From<CacheStats> for CacheBody {
    fn from(stats: CacheStats) -> Self {
        let CacheStats { hits, misses, stale, hit_rate, keys_count, .. } = stats;
        Self { hits, misses, stale, hit_rate, keys_count }
    }
}

/// How polling a league goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PollBody {
    #[schema(schema_with = time_or_none, required)]
    last_success: Option<String>,
    #[schema(required)]
    last_error: Option<String>,
    consecutive_failures: u32,
    games: usize,
    next_poll_in_seconds: u64,
    /// `idle`, `ended`, `soon` or `live`.
    watching: &'static str,
    /// The teams whose games are watched closely; none: all.
    #[schema(required)]
    tracked_teams: Option<Vec<String>>,
    requests_today: u64,
}

/// How polling goes, by league.
pub(crate) fn espn(polls: &[PollReport]) -> Object {
    polls.iter().fold(Object::default(), |leagues, poll| {
        let body = PollBody {
            last_success: poll.last_success.map(timestamp),
            last_error: poll.last_error.clone(),
            consecutive_failures: poll.consecutive_failures,
            games: poll.games,
            next_poll_in_seconds: poll.next_poll_in.as_secs(),
            watching: poll.watching.as_str(),
            tracked_teams: poll.tracked.clone(),
            requests_today: poll.requests_today,
        };
        leagues.with(poll.league.key, serde_json::to_value(body).unwrap_or_default())
    })
}

/// How the backfill of a league goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BackfillBody {
    season: String,
    done: bool,
    slates_left: usize,
    #[schema(required)]
    last_error: Option<String>,
}

/// How the backfill goes, by league; none while it is off.
pub(crate) fn backfill(reports: &[BackfillReport]) -> Option<Object> {
    let leagues = reports.iter().fold(Object::default(), |leagues, report| {
        let body = BackfillBody {
            season: report.season.clone(),
            done: report.done,
            slates_left: report.slates_left,
            last_error: report.last_error.clone(),
        };
        leagues.with(report.league.key, serde_json::to_value(body).unwrap_or_default())
    });
    (!reports.is_empty()).then_some(leagues)
}

/// How writing to `InfluxDB` goes, or that it is off.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum InfluxBody {
    /// Boxed, as it is much larger.
    On(Box<InfluxOn>),
    Off(InfluxOff),
}

impl From<Option<InfluxReport>> for InfluxBody {
    fn from(report: Option<InfluxReport>) -> Self {
        match report {
            Some(report) => Self::On(Box::new(report.into())),
            None => Self::Off(InfluxOff {
                enabled: false,
                connected: false,
                circuit_breaker_status: "disabled",
                stats: None,
            }),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InfluxOff {
    enabled: bool,
    connected: bool,
    circuit_breaker_status: &'static str,
    #[schema(schema_with = nothing, required)]
    stats: Option<()>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InfluxOn {
    enabled: bool,
    connected: bool,
    #[schema(required)]
    version: Option<String>,
    circuit_breaker_status: &'static str,
    circuit_breaker_held: &'static str,
    stats: StatsBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    drain: Option<DrainBody>,
    retention: RetentionBody,
    writes_success: u64,
    writes_failed: u64,
    #[schema(required)]
    last_error: Option<String>,
    circuit_breaker: &'static str,
}

impl From<InfluxReport> for InfluxOn {
    fn from(report: InfluxReport) -> Self {
        let InfluxReport { connected, version, breaker, breaker_hold, stats, drain, retention, .. } = report;
        Self {
            enabled: true,
            connected,
            version,
            circuit_breaker_status: breaker.as_str(),
            circuit_breaker_held: breaker_hold.as_str(),
            drain: drain.map(DrainBody::from),
            writes_success: stats.points_written,
            writes_failed: stats.points_dead_lettered,
            last_error: stats.last_error.clone(),
            circuit_breaker: if breaker == BreakerState::Closed { "closed" } else { "open" },
            retention: RetentionBody {
                configured_days: retention.configured_days,
                actual_days: retention.actual_days,
            },
            stats: StatsBody {
                points_accepted: stats.points_accepted,
                points_written: stats.points_written,
                points_pending: stats.points_pending,
                points_deferred: stats.points_deferred,
                points_dead_lettered: stats.points_dead_lettered,
                points_discarded: stats.points_discarded,
                bytes_written: stats.bytes_written,
                batches_written: stats.batches_written,
                batches_failed: stats.batches_failed,
                last_write: stats.last_write.map(timestamp),
                last_error: stats.last_error,
            },
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct StatsBody {
    points_accepted: u64,
    points_written: u64,
    points_pending: u64,
    /// Of those pending.
    points_deferred: u64,
    points_dead_lettered: u64,
    /// Of those dead-lettered.
    points_discarded: u64,
    bytes_written: u64,
    batches_written: u64,
    batches_failed: u64,
    #[schema(schema_with = time_or_none, required)]
    last_write: Option<String>,
    #[schema(required)]
    last_error: Option<String>,
}

/// How far a backlog has drained.
#[derive(Debug, Serialize, ToSchema)]
struct DrainBody {
    points_left: u64,
    points_per_second: u64,
    #[schema(required)]
    seconds_left: Option<u64>,
}

impl From<DrainReport> for DrainBody {
    fn from(report: DrainReport) -> Self {
        let DrainReport { points_left, points_per_second, time_left } = report;
        Self { points_left, points_per_second, seconds_left: time_left.map(|left| left.as_secs()) }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct RetentionBody {
    configured_days: u32,
    #[schema(required)]
    actual_days: Option<u32>,
}

/// How the embedded store is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StorageBody {
    path: String,
    bytes: u64,
    observations: u64,
    #[schema(schema_with = time_or_none, required)]
    oldest: Option<String>,
    events: u64,
    outbox_bytes: u64,
    outbox_max_bytes: u64,
    #[schema(required)]
    disk_free_bytes: Option<u64>,
}

impl From<StorageReport> for StorageBody {
    fn from(report: StorageReport) -> Self {
        Self {
            path: report.path,
            bytes: report.bytes,
            observations: report.observations,
            oldest: report.oldest.map(timestamp),
            events: report.events,
            outbox_bytes: report.outbox_bytes,
            outbox_max_bytes: report.outbox_max_bytes,
            disk_free_bytes: report.disk_free_bytes,
        }
    }
}

/// How all webhooks do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhooksBody {
    registered: u64,
    paused: u64,
    failing: u64,
    in_flight: u64,
    delivered: u64,
    failed_attempts: u64,
    given_up: u64,
}

impl From<WebhooksReport> for WebhooksBody {
    fn from(report: WebhooksReport) -> Self {
        Self {
            registered: report.registered,
            paused: report.paused,
            failing: report.failing,
            in_flight: report.in_flight,
            delivered: report.delivered,
            failed_attempts: report.failed_attempts,
            given_up: report.given_up,
        }
    }
}

/// How publishing to MQTT goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MqttBody {
    connected: bool,
    broker: String,
    devices: u64,
    connections: u64,
    published: u64,
    refused: u64,
    events: u64,
    events_dropped: u64,
    #[schema(required)]
    last_error: Option<String>,
}

impl From<MqttReport> for MqttBody {
    fn from(report: MqttReport) -> Self {
        Self {
            connected: report.connected,
            broker: report.broker,
            devices: report.devices,
            connections: report.connections,
            published: report.published,
            refused: report.refused,
            events: report.events,
            events_dropped: report.events_dropped,
            last_error: report.last_error,
        }
    }
}

/// How the stream of events does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventStreamBody {
    /// Those who follow it now.
    clients: usize,
    max_clients: usize,
    turned_away: u64,
    events_sent: u64,
}

impl From<StreamReport> for EventStreamBody {
    fn from(report: StreamReport) -> Self {
        let StreamReport { clients, max_clients, turned_away, events_sent } = report;
        Self { clients, max_clients, turned_away, events_sent }
    }
}
