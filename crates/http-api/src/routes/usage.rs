//! `GET /api/v1/metrics/api-usage` and `GET /api/v1/cache/stats`: what was counted.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::body::json;
use crate::routes::preferences::{ALWAYS_TOLD, estimated_daily_calls, within_free_tier};
use crate::wire::usage::{Stats, Usage};

/// Requests to ESPN today
///
/// What is said of a free tier keeps the meaning that it had for older clients.
#[utoipa::path(
    get,
    path = "/api/v1/metrics/api-usage",
    tag = "service",
    responses((
        status = 200,
        description = "What was counted.",
        body = Usage,
        example = json!({
            "total_calls_today": 80, "nfl_calls": 40, "nhl_calls": 40, "cache_hits": 41, "cache_misses": 2,
            "estimated_daily_calls": 24, "within_free_tier": true,
        }),
    )),
)]
pub(crate) async fn api_usage(State(app): State<Arc<App>>) -> Response {
    let polls = app.api.status.polls();
    let calls =
        |key: &str| polls.iter().find(|poll| poll.league.key == key).map_or(0, |poll| poll.requests_today);
    let total = polls.iter().map(|poll| poll.requests_today).sum();
    let others = polls.iter().map(|poll| poll.league.key).filter(|key| !ALWAYS_TOLD.contains(key));
    let cache = app.api.cache.stats();
    json(&Usage {
        total_calls_today: total,
        cache_hits: cache.hits,
        cache_misses: cache.misses,
        estimated_daily_calls: estimated_daily_calls(app.favorites.get().count()),
        within_free_tier: within_free_tier(total),
        calls: ALWAYS_TOLD
            .into_iter()
            .chain(others)
            .map(|key| (format!("{key}_calls"), calls(key)))
            .collect(),
    })
}

/// What the cache did
#[utoipa::path(
    get,
    path = "/api/v1/cache/stats",
    tag = "service",
    responses((
        status = 200,
        description = "What was counted since the start.",
        body = Stats,
        example = json!({
            "hits": 41, "misses": 2, "stale": 0, "hit_rate": 0.9535, "keys_count": 2, "bytes": 18220,
            "timestamp": "2026-11-23T11:16:25.625Z",
        }),
    )),
)]
pub(crate) async fn cache_stats(State(app): State<Arc<App>>) -> Response {
    json(&Stats::new(app.api.cache.stats(), app.now()))
}
