//! The routes. Each is a file below; another one is a row here, in [`Route`], and in [`crate::openapi`].

pub(crate) mod admin;
pub(crate) mod docs;
pub(crate) mod events;
pub(crate) mod games;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod home_assistant;
pub(crate) mod metrics;
pub(crate) mod preferences;
pub(crate) mod root;
pub(crate) mod teams;
pub(crate) mod usage;
pub(crate) mod webhooks;

pub(crate) use health::{Outlets, reasons};

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use cache::{Answer, CacheState};
use game_model::League;
use hyper::header::{AGE, HeaderName, HeaderValue};

use crate::app::App;
use crate::body::json_bytes;
use crate::error::{ApiError, shown};
use crate::route::Route;

/// Tells whether an answer was in the cache and fresh: `hit`, `miss`, `stale`.
pub(crate) const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// The router of all routes.
pub(crate) fn all(app: Arc<App>) -> Router {
    let routes = Route::ALL.into_iter().filter_map(|route| Some((route.path(), methods(route)?)));
    routes
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
}

/// The methods that a route takes, and what answers them.
fn methods(route: Route) -> Option<MethodRouter<Arc<App>>> {
    Some(match route {
        Route::Root => get(root::root),
        Route::OpenApi => get(docs::document),
        Route::Docs => get(docs::page),
        Route::DocsFile => get(docs::file),
        Route::Health => get(health::health),
        Route::Ready => get(health::ready),
        Route::Metrics => get(metrics::metrics),
        Route::Live => handler(games::live),
        Route::Upcoming => handler(games::upcoming),
        Route::Teams => handler(teams::teams),
        Route::UserTeams => get(preferences::read).post(preferences::save),
        Route::ApiUsage => get(usage::api_usage),
        Route::CacheStats => get(usage::cache_stats),
        Route::History => get(history::games),
        Route::Timeline => get(history::timeline),
        Route::Schedule => get(history::schedule),
        Route::TeamStats => get(history::team_stats),
        Route::Standings => get(history::standings),
        Route::HaStatus => handler(home_assistant::status),
        Route::HaContext => handler(home_assistant::context),
        Route::Events => get(events::events),
        Route::Breaker => post(admin::breaker),
        Route::WebhookRegister => post(webhooks::register::register),
        Route::WebhookList => get(webhooks::read::list),
        Route::Webhook => {
            get(webhooks::read::one).patch(webhooks::change::change).delete(webhooks::change::delete)
        }
        Route::WebhookTest => post(webhooks::test::test),
        Route::WebhookDeliveries => get(webhooks::read::deliveries),
        Route::Other => return None,
    })
}

/// Answers without waiting.
pub(crate) type FromMemory = fn(&App, &Uri) -> Result<Response, ApiError>;

/// How a route answers that reads nothing but memory, and is asked often.
pub(crate) fn from_memory(route: Route) -> Option<FromMemory> {
    match route {
        Route::Live => Some(games::live),
        Route::Upcoming => Some(games::upcoming),
        Route::Teams => Some(teams::teams),
        Route::HaStatus => Some(home_assistant::status),
        Route::HaContext => Some(home_assistant::context),
        _ => None,
    }
}

/// The same as a handler of the router, for requests that are not plain.
fn handler(make: FromMemory) -> MethodRouter<Arc<App>> {
    get(async move |State(app): State<Arc<App>>, uri: Uri| make(&app, &uri))
}

async fn unknown_path(request: Request) -> ApiError {
    ApiError::UnknownPath(shown(request.uri().path()))
}

async fn wrong_method(request: Request) -> ApiError {
    ApiError::WrongMethod { method: request.method().to_string(), path: request.uri().path().to_owned() }
}

/// An answer of the cache, made of the scoreboards of these leagues. A poll is hinted for where a scoreboard is too
/// old or was never there; an answer that lacks one has no age.
fn cached(app: &App, answer: Answer, leagues: &[League]) -> Response {
    let Answer { body, state, mut age, stale } = answer;
    if state == CacheState::Stale {
        for &league in leagues {
            let is_missing = app.api.cache.view(league).is_none();
            if is_missing {
                age = None;
            }
            if is_missing || stale.contains(&league) {
                app.api.hint.hint(league);
            }
        }
    }
    let mut response = json_bytes(body);
    let headers = response.headers_mut();
    headers.insert(X_CACHE, HeaderValue::from_static(state.as_str()));
    if let Some(age) = age {
        headers.insert(AGE, HeaderValue::from(age.as_secs()));
    }
    response
}
