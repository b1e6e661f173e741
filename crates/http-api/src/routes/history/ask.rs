//! Asking history, and keeping what it answered.

use std::future::Future;
use std::time::Duration;

use axum::http::header::LINK;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::response::Response;
use game_model::{HistoryError, HistorySource, League};

use crate::answers::{Body, Scope};
use crate::app::{App, query_of};
use crate::body::json_bytes;
use crate::error::ApiError;
use crate::query::history::HistoryParameters;
use crate::routes::X_CACHE;

/// History is waited for so long.
pub(super) const WITHIN: Duration = Duration::from_secs(5);

/// Tells where an answer comes from: `store`, `influxdb`, or `store, influxdb`.
const X_HISTORY_SOURCE: HeaderName = HeaderName::from_static("x-history-source");

/// Tells of an answer that lacks something: what, and where to look.
const X_HISTORY_INCOMPLETE: HeaderName = HeaderName::from_static("x-history-incomplete");

/// What is said of an answer that the store gave alone.
const WITHOUT_INFLUX: &str =
    "InfluxDB did not answer: what was observed before the embedded store began is missing; /health says why";

/// An answer in the making: its scope comes first, so that what it is made of can not be older than its revision.
pub(super) struct Pending<'a>(&'a App);

/// An answer of which the scope is known.
pub(super) struct Scoped {
    scope: Scope,
    revision: u64,
}

/// An answer that is made.
pub(super) enum Made {
    /// One that is kept.
    Kept(Scoped, Body),
    /// One that is not.
    Once(Response),
}

impl Pending<'_> {
    pub(super) fn of(self, scope: Scope) -> Scoped {
        Scoped { scope, revision: revision(self.0, scope) }
    }
}

impl Scoped {
    pub(super) fn is(self, body: Body) -> Made {
        Made::Kept(self, body)
    }
}

fn revision(app: &App, scope: Scope) -> u64 {
    app.api.history.revision(scope.league, scope.begins)
}

/// The kept answer for the address, or the one that is made now.
pub(super) async fn answered(
    app: &App,
    uri: &Uri,
    make: impl AsyncFnOnce(HistoryParameters, Pending<'_>) -> Result<Made, ApiError>,
) -> Result<Response, ApiError> {
    let address = uri.path_and_query().map_or("", |address| address.as_str());
    if let Some(body) = app.answers.get(address, app.now(), |scope| revision(app, scope)) {
        return Ok(response(body, "hit"));
    }
    // Those too that are not tracked any more: what was observed of them is still there.
    let known: Vec<League> = League::all().collect();
    let parameters = HistoryParameters::parse(query_of(uri), &known)?;
    let made_at = app.now();
    match make(parameters, Pending(app)).await? {
        Made::Kept(Scoped { scope, revision }, body) => {
            // What lacks something is made anew for the next reader.
            if body.source.is_complete() {
                app.answers.put(address, made_at, scope, revision, &body);
            }
            Ok(response(body, "miss"))
        }
        Made::Once(response) => Ok(response),
    }
}

fn response(Body { source, json, link }: Body, cache: &'static str) -> Response {
    let mut response = json_bytes(json);
    let headers = response.headers_mut();
    headers.insert(X_CACHE, HeaderValue::from_static(cache));
    tell_source(headers, source);
    if let Some(link) = link {
        headers.insert(LINK, link);
    }
    response
}

/// Tells where an answer comes from, and whether it lacks something.
pub(super) fn tell_source(headers: &mut HeaderMap, source: HistorySource) {
    headers.insert(X_HISTORY_SOURCE, HeaderValue::from_static(source.as_str()));
    if !source.is_complete() {
        headers.insert(X_HISTORY_INCOMPLETE, HeaderValue::from_static(WITHOUT_INFLUX));
    }
}

/// What history answers, in time.
pub(super) async fn ask<T>(question: impl Future<Output = Result<T, HistoryError>>) -> Result<T, ApiError> {
    match tokio::time::timeout(WITHIN, question).await {
        Ok(answer) => {
            answer.map_err(|error| ApiError::Unavailable(format!("history can not be read: {error}")))
        }
        Err(_elapsed) => Err(ApiError::Unavailable(format!(
            "history did not answer within {} s; try again, or ask for less",
            WITHIN.as_secs()
        ))),
    }
}
