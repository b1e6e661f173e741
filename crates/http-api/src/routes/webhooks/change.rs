//! Changing, pausing and deleting a webhook.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use game_model::WebhookEdit;

use super::described::RegistrationChange;
use super::given::{self, Given};
use super::{named, unknown, whole};
use crate::app::App;
use crate::body::{json, read_json};
use crate::error::ApiError;
use crate::route::Route;
use crate::wire::problem::Problem;
use crate::wire::webhook::WebhookBody;

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
        content = RegistrationChange,
        content_type = "application/json",
        description = "Any of the fields of a registration, and paused.",
        example = json!({"paused": true}),
    ),
    responses(
        (
            status = 200,
            description = "The webhook as it is now.",
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
    let changed = whole(async move {
        // What a change leaves out is taken from what is registered: another one in between would be undone.
        let _turn = app.webhook_changes.turn(&id).await;
        let Some(before) = desk.find(&id).await? else { return Ok(Err(unknown(&id))) };
        problems.extend(given.url.as_deref().and_then(|url| desk.check_url(url).err()));
        let filter =
            given.changes_filter().then(|| given.filter(before.webhook.filter, app.leagues(), &mut problems));
        if let Err(error) = given::none(&problems) {
            return Ok(Err(error));
        }
        let edit = WebhookEdit {
            url: given.url.take(),
            filter,
            delay: given.delay,
            paused: given.paused,
            secret: given.secret.take(),
        };
        if edit == WebhookEdit::default() {
            return Ok(Err(ApiError::BadBody(given::NOTHING.into())));
        }
        Ok(desk.edit(&id, edit).await?.ok_or_else(|| unknown(&id)))
    });
    Ok(json(&WebhookBody::new(&changed.await??)))
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
