//! The routes. Each is a file below; another one is a row here and in [`Route`].

mod games;
mod health;
mod metrics;
mod preferences;
mod root;
mod teams;
mod usage;

pub(crate) use health::reasons;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use cache::Answer;
use hyper::header::AGE;
use hyper::header::{HeaderName, HeaderValue};

use crate::app::App;
use crate::body::json_bytes;
use crate::error::ApiError;
use crate::route::Route;

/// Tells whether an answer was in the cache and fresh: `hit`, `miss`, `stale`.
const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// The router of all routes.
pub(crate) fn all(app: Arc<App>) -> Router {
    Router::new()
        .route(Route::Root.path(), get(root::root))
        .route(Route::Health.path(), get(health::health))
        .route(Route::Ready.path(), get(health::ready))
        .route(Route::Metrics.path(), get(metrics::metrics))
        .route(Route::Live.path(), get(games::live))
        .route(Route::Upcoming.path(), get(games::upcoming))
        .route(Route::Teams.path(), get(teams::teams))
        .route(Route::UserTeams.path(), get(preferences::read).post(preferences::save))
        .route(Route::ApiUsage.path(), get(usage::api_usage))
        .route(Route::CacheStats.path(), get(usage::cache_stats))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
}

async fn unknown_path(request: Request) -> ApiError {
    ApiError::UnknownPath(crate::error::shown(request.uri().path()))
}

async fn wrong_method(request: Request) -> ApiError {
    ApiError::WrongMethod { method: request.method().to_string(), path: request.uri().path().to_owned() }
}

/// An answer of the cache. Leagues whose scoreboards are too old are hinted for.
fn cached(app: &App, answer: Answer) -> Response {
    for league in answer.stale {
        app.api.hint.hint(league);
    }
    with_freshness(answer.body, answer.state.as_str(), answer.age.map(|age| age.as_secs()))
}

fn with_freshness(body: Bytes, state: &'static str, age: Option<u64>) -> Response {
    let mut response = json_bytes(body);
    let headers = response.headers_mut();
    headers.insert(X_CACHE, HeaderValue::from_static(state));
    if let Some(age) = age {
        headers.insert(AGE, HeaderValue::from(age));
    }
    response
}
