//! `GET /health` and `GET /health/ready`: made of reports, calling nobody.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use game_model::{InfluxReport, MqttReport, PollReport, StorageReport, WebhooksReport};

use crate::app::App;
use crate::body::json;
use crate::error::ApiError;
use crate::stream::StreamReport;
use crate::wire::health::{Health, Ready, backfill, espn};
use crate::wire::problem::Problem;
use crate::wire::timestamp;

/// How all parts of the service are
///
/// `degraded` comes with reasons that a person can act on. It is 200 in both cases, and calls nobody.
#[utoipa::path(
    get,
    path = "/health",
    tag = "service",
    responses((
        status = 200,
        description = "The state.",
        body = Health,
        example = json!({
            "service": "sports-data", "status": "degraded",
            "reasons": ["NFL: no scoreboard comes: ESPN answers 503; the service goes on asking"],
            "version": "0.1.0", "timestamp": "2026-11-23T11:16:25.625Z", "uptime_seconds": 12,
            "cache_status": true, "api_status": false,
            "cache": {"hits": 41, "misses": 2, "stale": 0, "hit_rate": 0.9535, "keys_count": 2},
            "espn": {"nfl": {
                "last_success": "2026-11-23T11:16:17.003Z", "last_error": "ESPN answers 503",
                "consecutive_failures": 1, "games": 16, "next_poll_in_seconds": 9, "watching": "live",
                "tracked_teams": ["nfl-ne"], "requests_today": 412,
            }},
            "influxdb": {
                "enabled": false, "connected": false, "circuit_breaker_status": "disabled", "stats": null,
            },
            "storage": {
                "path": "data/sports.db", "bytes": 4096, "observations": 16, "oldest": "2026-11-23T11:16:17.003Z", "events": 31,
                "outbox_bytes": 0, "outbox_max_bytes": 1_073_741_824, "disk_free_bytes": 53_687_091_200_u64,
            },
            "backfill": {"nfl": {"season": "2026", "done": true, "slates_left": 0, "last_error": null}},
            "webhooks": {
                "registered": 1, "paused": 0, "failing": 0, "in_flight": 0, "delivered": 12, "failed_attempts": 0,
                "given_up": 0,
            },
            "mqtt": {
                "connected": true, "broker": "homeassistant.local:1883", "devices": 2, "connections": 1,
                "published": 57, "refused": 0, "events": 9, "events_dropped": 0, "last_error": null,
            },
            "event_stream": {"clients": 3, "max_clients": 12_000, "turned_away": 0, "events_sent": 93},
        }),
    )),
)]
pub(crate) async fn health(State(app): State<Arc<App>>) -> Response {
    let status = &app.api.status;
    let (polls, influx, storage) = (status.polls(), status.influx(), status.storage());
    let (webhooks, mqtt) = (app.api.webhooks.report(), status.mqtt());
    let streams = app.streams.report();
    let outlets = Outlets { webhooks: &webhooks, mqtt: mqtt.as_ref(), streams: &streams };
    let reasons = reasons(&polls, influx.as_ref(), &storage, &outlets, app.favorites.error());
    json(&Health {
        service: "sports-data",
        status: if reasons.is_empty() { "healthy" } else { "degraded" },
        reasons,
        version: app.api.config.version,
        timestamp: timestamp(app.now()),
        uptime_seconds: app.started.elapsed().as_secs(),
        cache_status: true,
        api_status: polls.iter().all(|poll| poll.consecutive_failures == 0),
        cache: app.api.cache.stats().into(),
        espn: espn(&polls),
        influxdb: influx.into(),
        storage: storage.into(),
        backfill: backfill(&status.backfill()),
        webhooks: webhooks.into(),
        mqtt: mqtt.map(Into::into),
        event_stream: streams.into(),
    })
}

/// The ways that events leave by.
pub(crate) struct Outlets<'a> {
    pub webhooks: &'a WebhooksReport,
    pub mqtt: Option<&'a MqttReport>,
    pub streams: &'a StreamReport,
}

/// All that a person should know or mend, each once.
pub(crate) fn reasons(
    polls: &[PollReport],
    influx: Option<&InfluxReport>,
    storage: &StorageReport,
    outlets: &Outlets<'_>,
    favorites_error: Option<String>,
) -> Vec<String> {
    let Outlets { webhooks, mqtt, streams } = *outlets;
    let of_polls = polls.iter().flat_map(of_poll);
    let of_influx = influx.into_iter().flat_map(|influx| influx.reasons.iter().cloned());
    let of_storage = storage.reasons.iter().cloned();
    let of_webhooks = webhooks.reasons.iter().cloned();
    let of_mqtt = mqtt.into_iter().flat_map(|mqtt| mqtt.reasons.iter().cloned());
    let of_favorites = favorites_error
        .map(|error| format!("games of followed teams are not marked, as those can not be read: {error}"));
    let mut reasons = Vec::new();
    let of_outlets = of_webhooks.chain(of_mqtt).chain(streams.reason());
    for reason in of_polls.chain(of_influx).chain(of_storage).chain(of_outlets).chain(of_favorites) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

/// The reasons of a league; where it gives none for a failure, the failure itself.
fn of_poll(poll: &PollReport) -> Vec<String> {
    let mut reasons = poll.reasons.clone();
    if let (true, Some(error)) = (reasons.is_empty(), &poll.last_error) {
        reasons.push(format!("{}: no scoreboard comes: {error}", poll.league));
    }
    reasons
}

/// Whether the first scoreboards were there
///
/// Ready once the first scoreboard of each league that is tracked was fetched, or could not be.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "service",
    responses(
        (status = 200, description = "Ready.", body = Ready, example = json!({"ready": true})),
        (
            status = 503,
            description = "Not ready yet.",
            body = Problem,
            example = json!({"detail": "not ready: the first scoreboard of NFL has not come yet; ask again"}),
        ),
    ),
)]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let polls = app.api.status.polls();
    let waiting: Vec<&str> =
        polls.iter().filter(|poll| !poll.attempted).map(|poll| poll.league.code).collect();
    if waiting.is_empty() {
        return Ok(json(&Ready { ready: true }));
    }
    let leagues = waiting.join(", ");
    Err(ApiError::Unavailable(format!(
        "not ready: the first scoreboard of {leagues} has not come yet; ask again"
    )))
}
