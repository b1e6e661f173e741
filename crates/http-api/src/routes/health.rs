//! `GET /health` and `GET /health/ready`: made of reports, calling nobody.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use game_model::{InfluxReport, PollReport, StorageReport, WebhooksReport};
use serde_json::json;

use crate::app::App;
use crate::body::json;
use crate::error::ApiError;
use crate::wire::health::{Health, backfill, espn};
use crate::wire::timestamp;

pub(crate) async fn health(State(app): State<Arc<App>>) -> Response {
    let status = &app.api.status;
    let (polls, influx, storage) = (status.polls(), status.influx(), status.storage());
    let webhooks = app.api.webhooks.report();
    let reasons = reasons(&polls, influx.as_ref(), &storage, &webhooks, app.favorites.error());
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
    })
}

/// All that a person should know or mend, each once.
pub(crate) fn reasons(
    polls: &[PollReport],
    influx: Option<&InfluxReport>,
    storage: &StorageReport,
    webhooks: &WebhooksReport,
    favorites_error: Option<String>,
) -> Vec<String> {
    let of_polls = polls.iter().flat_map(of_poll);
    let of_influx = influx.into_iter().flat_map(|influx| influx.reasons.iter().cloned());
    let of_storage = storage.reasons.iter().cloned();
    let of_webhooks = webhooks.reasons.iter().cloned();
    let of_favorites = favorites_error
        .map(|error| format!("games of followed teams are not marked, as those can not be read: {error}"));
    let mut reasons = Vec::new();
    for reason in of_polls.chain(of_influx).chain(of_storage).chain(of_webhooks).chain(of_favorites) {
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

pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let polls = app.api.status.polls();
    let waiting: Vec<&str> =
        polls.iter().filter(|poll| !poll.attempted).map(|poll| poll.league.code).collect();
    if waiting.is_empty() {
        return Ok(json(&json!({ "ready": true })));
    }
    let leagues = waiting.join(", ");
    Err(ApiError::Unavailable(format!(
        "not ready: the first scoreboard of {leagues} has not come yet; ask again"
    )))
}
