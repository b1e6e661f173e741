//! Webhooks as they are, and what became of their deliveries.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::page::Page;
use super::{named, unknown};
use crate::app::{App, query_of};
use crate::body::json;
use crate::error::ApiError;
use crate::route::Route;
use crate::wire::delivery::DeliveryPage;
use crate::wire::problem::Problem;
use crate::wire::webhook::{WebhookBody, WebhookList};

/// All webhooks
///
/// In the order in which they were registered, secrets as `***`.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/list",
    tag = "webhooks",
    responses(
        (
            status = 200,
            description = "The webhooks.",
            body = WebhookList,
            example = json!({"webhooks": [{
                "webhook_id": "wh_4f1d09c2a7e35b68", "url": "http://homeassistant.local:8123/api/webhook/goal",
                "events": ["score_changed"], "team": "nfl-ne", "sport": "nfl", "delay_seconds": 0.0,
                "pregame_minutes": 15, "paused": false, "secret": "***", "created_at": "2026-11-23T11:16:25.625Z",
                "consecutive_failures": 0, "last_error": null, "last_delivery": null,
            }]}),
        ),
    ),
)]
pub(crate) async fn list(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let all = app.api.webhooks.list().await?;
    Ok(json(&WebhookList { webhooks: all.iter().map(WebhookBody::new).collect() }))
}

/// One webhook
///
/// With how it does.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{id}",
    tag = "webhooks",
    params(
        ("id" = String, Path, description = "The webhook's id, as it was answered when it was registered.", example = "wh_4f1d09c2a7e35b68"),
    ),
    responses(
        (
            status = 200,
            description = "The webhook.",
            body = WebhookBody,
            example = json!({
                "webhook_id": "wh_4f1d09c2a7e35b68", "url": "http://homeassistant.local:8123/api/webhook/goal",
                "events": ["score_changed"], "team": "nfl-ne", "sport": "nfl", "delay_seconds": 0.0,
                "pregame_minutes": 15, "paused": false, "secret": "***", "created_at": "2026-11-23T11:16:25.625Z",
                "consecutive_failures": 0, "last_error": null, "last_delivery": null,
            }),
        ),
        (
            status = 400,
            description = "The id is no text.",
            body = Problem,
            example = json!({"detail": "the webhook's id is \"%FF\", which is not UTF-8 once decoded"}),
        ),
        (
            status = 404,
            description = "There is no such webhook.",
            body = Problem,
            example = json!({"detail": "there is no webhook \"wh_1\"; GET /api/v1/webhooks/list lists them"}),
        ),
    ),
)]
pub(crate) async fn one(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let id = named(Route::Webhook, &uri)?;
    let found = app.api.webhooks.find(&id).await?.ok_or_else(|| unknown(&id))?;
    Ok(json(&WebhookBody::new(&found)))
}

/// What became of a webhook's deliveries
///
/// The newest first.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{id}/deliveries",
    tag = "webhooks",
    params(
        ("id" = String, Path, description = "The webhook's id, as it was answered when it was registered.", example = "wh_4f1d09c2a7e35b68"),
        ("limit" = Option<u32>, Query, description = "So many at most: 1 to 200, 50 unless told otherwise.", minimum = 1, maximum = 200, example = 50),
        ("before" = Option<u64>, Query, description = "Those before this number: what `next_before` told.", minimum = 0, maximum = 9_223_372_036_854_775_807_u64, example = 7),
    ),
    responses(
        (
            status = 200,
            description = "The deliveries.",
            body = DeliveryPage,
            example = json!({
                "webhook_id": "wh_4f1d09c2a7e35b68",
                "deliveries": [{
                    "number": 7, "delivery_id": "nfl-401772510-score_changed-3", "event": "score_changed",
                    "game_id": "401772510", "league": "NFL", "state": "delivered", "attempts": 1,
                    "queued_at": "2026-11-23T11:16:25.625Z", "next_attempt_at": null, "last_error": null,
                    "settled_at": "2026-11-23T11:16:25.640Z",
                }],
                "count": 1, "next_before": null,
            }),
        ),
        (
            status = 400,
            description = "A parameter is wrong.",
            body = Problem,
            example = json!({"detail": "limit is \"0\"; allowed are whole numbers from 1 to 200"}),
        ),
        (
            status = 404,
            description = "There is no such webhook.",
            body = Problem,
            example = json!({"detail": "there is no webhook \"wh_1\"; GET /api/v1/webhooks/list lists them"}),
        ),
    ),
)]
pub(crate) async fn deliveries(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let id = named(Route::WebhookDeliveries, &uri)?;
    let Page { limit, before } = Page::parse(query_of(&uri))?;
    let found = app.api.webhooks.deliveries(&id, before, limit).await?.ok_or_else(|| unknown(&id))?;
    Ok(json(&DeliveryPage::new(&id, &found, limit)))
}
