//! `GET /api/v1/metrics/api-usage` and `GET /api/v1/cache/stats`: what was counted.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cache::CacheStats;
use serde::Serialize;

use crate::app::App;
use crate::body::json;
use crate::routes::preferences::{ALWAYS_TOLD, estimated_daily_calls, within_free_tier};
use crate::wire::object::Object;
use crate::wire::timestamp;

/// Requests to the source today; what is said of a free tier keeps the meaning it had for older clients.
pub(crate) async fn api_usage(State(app): State<Arc<App>>) -> Response {
    let polls = app.api.status.polls();
    let calls =
        |key: &str| polls.iter().find(|poll| poll.league.key == key).map_or(0, |poll| poll.requests_today);
    let total = polls.iter().map(|poll| poll.requests_today).sum();
    let others = polls.iter().map(|poll| poll.league.key).filter(|key| !ALWAYS_TOLD.contains(key));
    let cache = app.api.cache.stats();
    let usage = ALWAYS_TOLD
        .into_iter()
        .chain(others)
        .fold(Object::default().with("total_calls_today", total), |usage, key| {
            usage.with(format!("{key}_calls"), calls(key))
        })
        .with("cache_hits", cache.hits)
        .with("cache_misses", cache.misses)
        .with("estimated_daily_calls", estimated_daily_calls(app.favorites.get().count()))
        .with("within_free_tier", within_free_tier(total));
    json(&usage)
}

#[derive(Serialize)]
struct Stats {
    #[serde(flatten)]
    cache: CacheStats,
    timestamp: String,
}

pub(crate) async fn cache_stats(State(app): State<Arc<App>>) -> Response {
    json(&Stats { cache: app.api.cache.stats(), timestamp: timestamp(app.now()) })
}
