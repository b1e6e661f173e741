//! `POST /api/v1/webhooks/register`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use game_model::{EventFilter, NewWebhook};

use super::described::NewRegistration;
use super::given::{self, Given};
use super::whole;
use crate::app::App;
use crate::body::{json, read_json};
use crate::error::ApiError;
use crate::wire::problem::Problem;
use crate::wire::webhook::Registered;

/// Registers a webhook
///
/// What happens in a game is sent to it, signed with the secret, in order and at least once: its answer is needed within 10 s.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/register",
    tag = "webhooks",
    request_body(
        content = NewRegistration,
        content_type = "application/json",
        description = "Where to, which events, and the secret that signs them; and, where wanted, whose and when.",
        example = json!({
            "url": "http://homeassistant.local:8123/api/webhook/goal", "events": ["score_changed"],
            "secret": "at-least-16-characters", "team": "nfl-ne", "delay_seconds": 20,
        }),
    ),
    responses(
        (
            status = 201,
            description = "Registered. The secret is not repeated.",
            body = Registered,
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
    Ok((StatusCode::CREATED, json(&Registered::new(&webhook, team))).into_response())
}
