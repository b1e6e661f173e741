//! The routes. Each is a file below; another one is a row here and in [`Route`].

mod admin;
mod games;
mod health;
mod history;
mod home_assistant;
mod metrics;
mod preferences;
mod root;
mod teams;
mod usage;
mod webhooks;

pub(crate) use health::reasons;
pub(crate) use home_assistant::{TeamGame, TeamGames, TeamState};

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
    Router::new()
        .route(Route::Root.path(), get(root::root))
        .route(Route::Health.path(), get(health::health))
        .route(Route::Ready.path(), get(health::ready))
        .route(Route::Metrics.path(), get(metrics::metrics))
        .route(Route::Live.path(), handler(games::live))
        .route(Route::Upcoming.path(), handler(games::upcoming))
        .route(Route::Teams.path(), handler(teams::teams))
        .route(Route::UserTeams.path(), get(preferences::read).post(preferences::save))
        .route(Route::ApiUsage.path(), get(usage::api_usage))
        .route(Route::CacheStats.path(), get(usage::cache_stats))
        .route(Route::History.path(), get(history::games))
        .route(Route::Timeline.path(), get(history::timeline))
        .route(Route::Schedule.path(), get(history::schedule))
        .route(Route::TeamStats.path(), get(history::team_stats))
        .route(Route::Standings.path(), get(history::standings))
        .route(Route::HaStatus.path(), handler(home_assistant::status))
        .route(Route::HaContext.path(), handler(home_assistant::context))
        .route(Route::Breaker.path(), post(admin::breaker))
        .route(Route::WebhookRegister.path(), post(webhooks::register))
        .route(Route::WebhookList.path(), get(webhooks::list))
        .route(Route::Webhook.path(), get(webhooks::one).patch(webhooks::change).delete(webhooks::delete))
        .route(Route::WebhookTest.path(), post(webhooks::test))
        .route(Route::WebhookDeliveries.path(), get(webhooks::deliveries))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
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
