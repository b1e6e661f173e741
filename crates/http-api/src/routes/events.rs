//! `GET /api/v1/events`: what happens in games, as server-sent events.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use axum::response::Response;

use crate::app::{App, query_of};
use crate::error::ApiError;
use crate::query::events::EventsQuery;
use crate::stream::Endless;
use crate::wire::problem::Problem;

/// What a client sends to go on where it was.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Tells proxies to pass on what comes as it comes.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What happens in games, as it happens
///
/// Server-sent events, as `EventSource` of browsers reads them. Each has the number of the event in the log as its `id`,
/// its kind as its `event`, and as its `data` the JSON that webhooks get. A client that comes back with the id of the
/// event that it had last gets those after it first, each once; where some are not kept any more (30 days), an event
/// `gap` says so. Every 15 s there is a line at least. The answer does not end by itself; when the service stops it
/// does, and clients come back after 3 s.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    tag = "events",
    params(EventsQuery),
    responses(
        (
            status = 200,
            description = "The events.",
            body = String,
            content_type = "text/event-stream",
            example = json!("retry: 3000\nid: 41\n\nid: 42\nevent: score_changed\ndata: {\"event\":\"score_changed\",\"event_type\":\"score_changed\",\"game_id\":\"401772510\",\"league\":\"NFL\",\"home_team\":\"NE\",\"away_team\":\"BUF\",\"score\":{\"home\":7,\"away\":0},\"status\":\"live\",\"timestamp\":\"2026-11-29T18:21:07.412Z\",\"home_diff\":7,\"away_diff\":0,\"previous_score\":{\"home\":0,\"away\":0},\"current_score\":{\"home\":7,\"away\":0},\"id\":\"nfl-401772510-score_changed-1\",\"sequence\":1,\"late\":false,\"details\":{},\"game\":{}}\n\n: still here\n"),
        ),
        (
            status = 400,
            description = "A parameter is wrong.",
            body = Problem,
            example = json!({"detail": "kind is \"goal\"; allowed are score_changed, game_ended, or none for all of them"}),
        ),
        (
            status = 503,
            description = "As many clients follow as may.",
            body = Problem,
            example = json!({"detail": "12000 clients follow the events already, which is the limit; close some, try again later, or raise EVENT_STREAM_MAX_CLIENTS"}),
        ),
    ),
)]
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let last = headers.get(LAST_EVENT_ID).map(HeaderValue::as_bytes);
    let EventsQuery { filter, last } = EventsQuery::parse(query_of(&uri), last, app.leagues())?;
    // Whoever asks for the head alone does not follow.
    let body = if method == Method::HEAD { Body::empty() } else { app.streams.follow(filter, last).await? };
    let mut response = Response::new(body);
    response.extensions_mut().insert(Endless);
    let told = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        (X_ACCEL_BUFFERING, "no"),
        // Nothing comes after it: its place among the connections is another's.
        (CONNECTION, "close"),
    ];
    let told = told.map(|(name, value)| (name, HeaderValue::from_static(value)));
    response.headers_mut().extend(told);
    Ok(response)
}
