//! Webhooks under `/api/v1/webhooks`: registered, listed, changed, tested, deleted, and what became of deliveries.

mod given;
mod page;
mod teams;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use game_model::{DeskError, EventFilter, NewWebhook, WebhookEdit, WebhookId};
use serde_json::json;

use crate::app::{App, query_of};
use crate::body::{json, read_json};
use crate::error::{ApiError, shown};
use crate::query::decoded;
use crate::route::Route;
use crate::wire::problem::Problem;
use crate::wire::webhook::{deliveries_body, registered_body, test_body, webhook_body};
use given::Given;
use page::Page;

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        const FULL: &str = "as many webhooks are registered as there can be; delete one first";
        match error {
            DeskError::Refused(sentence) => Self::BadBody(sentence),
            DeskError::TooMany => Self::TooMany(FULL),
            DeskError::Unavailable(sentence) => Self::Unavailable(sentence),
        }
    }
}

/// Registers a webhook
///
/// What happens in a game is sent to it, signed with the secret, in order and at least once: its answer is needed within 10 s.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/register",
    tag = "webhooks",
    request_body(
        content = serde_json::Value,
        content_type = "application/json",
        description = "url (http or https), events (their kinds, or *), secret (16 characters at least), and, where wanted: team (any of its names), sport (or league), delay_seconds, pregame_minutes.",
        example = json!({
            "url": "http://homeassistant.local:8123/api/webhook/goal", "events": ["score_changed"],
            "secret": "a secret of sixteen", "team": "nfl-ne", "delay_seconds": 20,
        }),
    ),
    responses(
        (
            status = 201,
            description = "Registered. The secret is not repeated.",
            body = serde_json::Value,
            example = json!({
                "webhook_id": "wh_4f1d09c2a7e35b68", "url": "http://homeassistant.local:8123/api/webhook/goal",
                "events": ["score_changed"], "team": "nfl-ne", "sport": null, "delay_seconds": 20.0,
                "pregame_minutes": 15, "paused": false,
                "message": "registered; POST /api/v1/webhooks/wh_4f1d09c2a7e35b68/test sends a test event to it",
            }),
        ),
        (
            status = 413,
            description = "The body is too large.",
            body = Problem,
            example = json!({"detail": "the body is larger than 65536 bytes; send less"}),
        ),
        (
            status = 422,
            description = "Fields of the body are wrong: all are named.",
            body = Problem,
            example = json!({"detail": "events is [\"goal\"]; allowed are the kinds of events; secret is missing; needed is a text of 16 to 256 characters"}),
        ),
        (
            status = 429,
            description = "There are as many as there can be.",
            body = Problem,
            example = json!({"detail": "as many webhooks are registered as there can be; delete one first"}),
        ),
    ),
)]
pub(crate) async fn register(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let (mut given, mut problems) = Given::parse(&read_json(&headers, body).await?, app.leagues())?;
    let (url, secret) = (given.url.take(), given.secret.take());
    for (name, missing, allowed) in [
        ("url", url.is_none(), "an http:// or https:// address"),
        ("events", given.kinds.is_none(), given::EVENTS),
        ("secret", secret.is_none(), given::SECRET),
    ] {
        if missing && !problems.iter().any(|problem| problem.starts_with(name)) {
            problems.push(format!("{name} is missing; needed is {allowed}"));
        }
    }
    problems.extend(url.as_deref().and_then(|url| app.api.webhooks.check_url(url).err()));
    let team = given.named_teams.clone();
    let filter = given.filter(EventFilter::default(), app.leagues(), &mut problems);
    given::none(&problems)?;
    let (Some(url), Some(secret)) = (url, secret) else {
        return Err(ApiError::BadBody("url and secret are needed".into()));
    };
    let delay = given.delay.unwrap_or_default();
    let wanted = NewWebhook { url, filter, delay, secret };
    // A task of its own: whatever becomes of the request, what is registered is delivered to.
    let desk = app.api.webhooks.clone();
    let webhook = whole(async move { desk.register(wanted).await }).await?;
    Ok((StatusCode::CREATED, json(&registered_body(&webhook, team))).into_response())
}

/// Does the whole of something, whatever becomes of the request.
async fn whole<T: Send + 'static>(
    work: impl Future<Output = Result<T, DeskError>> + Send + 'static,
) -> Result<T, ApiError> {
    let done = tokio::spawn(work).await;
    Ok(done.unwrap_or_else(|_| Err(DeskError::Unavailable("it could not be done; try again".into())))?)
}

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
            body = serde_json::Value,
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
    let all: Vec<_> = all.iter().map(webhook_body).collect();
    Ok(json(&json!({ "webhooks": all })))
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
            body = serde_json::Value,
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
    Ok(json(&webhook_body(&found)))
}

/// Changes a webhook, pauses it or resumes it
///
/// Fields that are left out stay as they are. What is paused gets nothing queued.
#[utoipa::path(
    patch,
    path = "/api/v1/webhooks/{id}",
    tag = "webhooks",
    params(
        ("id" = String, Path, description = "The webhook's id, as it was answered when it was registered.", example = "wh_4f1d09c2a7e35b68"),
    ),
    request_body(
        content = serde_json::Value,
        content_type = "application/json",
        description = "Any of the fields of a registration, and paused.",
        example = json!({"paused": true}),
    ),
    responses(
        (
            status = 200,
            description = "The webhook as it is now.",
            body = serde_json::Value,
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
        (
            status = 413,
            description = "The body is too large.",
            body = Problem,
            example = json!({"detail": "the body is larger than 65536 bytes; send less"}),
        ),
        (
            status = 422,
            description = "Fields of the body are wrong: all are named.",
            body = Problem,
            example = json!({"detail": "events is [\"goal\"]; allowed are the kinds of events; secret is missing; needed is a text of 16 to 256 characters"}),
        ),
    ),
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let id = named(Route::Webhook, &uri)?;
    let (mut given, mut problems) = Given::parse(&read_json(&headers, body).await?, app.leagues())?;
    let desk = app.api.webhooks.clone();
    let before = desk.find(&id).await?.ok_or_else(|| unknown(&id))?;
    problems.extend(given.url.as_deref().and_then(|url| desk.check_url(url).err()));
    let filter =
        given.changes_filter().then(|| given.filter(before.webhook.filter, app.leagues(), &mut problems));
    given::none(&problems)?;
    let edit = WebhookEdit {
        url: given.url.take(),
        filter,
        delay: given.delay,
        paused: given.paused,
        secret: given.secret.take(),
    };
    if edit == WebhookEdit::default() {
        return Err(ApiError::BadBody(given::NOTHING.into()));
    }
    let of = id.clone();
    let changed = whole(async move { desk.edit(&of, edit).await }).await?;
    Ok(json(&webhook_body(&changed.ok_or_else(|| unknown(&id))?)))
}

/// Deletes a webhook
///
/// With all that is still to be delivered to it.
#[utoipa::path(
    delete,
    path = "/api/v1/webhooks/{id}",
    tag = "webhooks",
    params(
        ("id" = String, Path, description = "The webhook's id, as it was answered when it was registered.", example = "wh_4f1d09c2a7e35b68"),
    ),
    responses(
        (status = 204, description = "Deleted."),
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
pub(crate) async fn delete(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let id = named(Route::Webhook, &uri)?;
    let (desk, of) = (app.api.webhooks.clone(), id.clone());
    let deleted = whole(async move { desk.delete(&of).await }).await?;
    if deleted { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(unknown(&id)) }
}

/// Sends a test event to a webhook now
///
/// Paused or not, and answers within 10 s what the receiver said.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{id}/test",
    tag = "webhooks",
    params(
        ("id" = String, Path, description = "The webhook's id, as it was answered when it was registered.", example = "wh_4f1d09c2a7e35b68"),
    ),
    responses(
        (
            status = 200,
            description = "What came of it: delivered or not.",
            body = serde_json::Value,
            example = json!({
                "webhook_id": "wh_4f1d09c2a7e35b68", "delivery_id": "test-1", "delivered": true, "status": 200,
                "answer": "ok", "error": null, "milliseconds": 12,
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
pub(crate) async fn test(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let id = named(Route::WebhookTest, &uri)?;
    let outcome = app.api.webhooks.test(&id).await?.ok_or_else(|| unknown(&id))?;
    Ok(json(&test_body(&id, &outcome)))
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
            body = serde_json::Value,
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
    Ok(json(&deliveries_body(&id, &found, limit)))
}

/// The webhook that a path names.
fn named(route: Route, uri: &Uri) -> Result<WebhookId, ApiError> {
    let given = route.named_in(uri.path()).unwrap_or_default();
    let id = decoded(&given.replace('+', "%2B")).map(std::borrow::Cow::into_owned);
    id.map(WebhookId).ok_or_else(|| {
        ApiError::BadParameter(format!(
            "the webhook's id is {}, which is not UTF-8 once decoded",
            shown(given)
        ))
    })
}

fn unknown(id: &WebhookId) -> ApiError {
    ApiError::NotFound(format!("there is no webhook {}; GET /api/v1/webhooks/list lists them", shown(&id.0)))
}
