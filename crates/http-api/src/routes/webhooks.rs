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

pub(crate) async fn list(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let all = app.api.webhooks.list().await?;
    let all: Vec<_> = all.iter().map(webhook_body).collect();
    Ok(json(&json!({ "webhooks": all })))
}

pub(crate) async fn one(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let id = named(Route::Webhook, &uri)?;
    let found = app.api.webhooks.find(&id).await?.ok_or_else(|| unknown(&id))?;
    Ok(json(&webhook_body(&found)))
}

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

pub(crate) async fn delete(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let id = named(Route::Webhook, &uri)?;
    let (desk, of) = (app.api.webhooks.clone(), id.clone());
    let deleted = whole(async move { desk.delete(&of).await }).await?;
    if deleted { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(unknown(&id)) }
}

pub(crate) async fn test(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let id = named(Route::WebhookTest, &uri)?;
    let outcome = app.api.webhooks.test(&id).await?.ok_or_else(|| unknown(&id))?;
    Ok(json(&test_body(&id, &outcome)))
}

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
