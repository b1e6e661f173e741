//! What happens to each request on its way to a route and back.
//!
//! One service around the router instead of a stack of layers: a limit for the body, a time limit, a net for
//! panics, the request's id, counters, and the access log.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, ORIGIN, VARY};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use tower::Service;

use crate::Api;
use crate::app::App;
use crate::body::MAX_BODY;
use crate::error::ApiError;
use crate::request_id::{X_REQUEST_ID, request_id};
use crate::route::Route;
use crate::{cors, routes};

/// An answer that took longer than this is logged as a warning.
const SLOW: Duration = Duration::from_secs(1);

/// The whole interface. Cheap to clone.
#[derive(Clone)]
pub struct HttpService {
    pub(crate) app: Arc<App>,
    router: Router,
    /// The same, for requests of pages of other origins.
    cross_origin: Router,
}

/// Builds the interface, and loads what it needs to have in memory.
pub async fn router(api: Api) -> HttpService {
    let app = Arc::new(App::new(api).await);
    let router = routes::all(app.clone());
    let cross_origin = router.clone().layer(cors::layer(&app.api.config.cors_allowed_origins));
    HttpService { app, router, cross_origin }
}

impl HttpService {
    /// Answers a request within the time given.
    pub async fn answer(&self, request: Request, within: Duration) -> Response {
        let begun = Instant::now();
        let id = request_id(request.headers());
        let route = Route::of(request.uri().path());
        let log = tracing::enabled!(tracing::Level::WARN)
            .then(|| (request.method().clone(), request.uri().clone()));
        let mut response = match tokio::time::timeout(within, self.guarded(request, &id)).await {
            Ok(response) => response,
            Err(_) => ApiError::TimedOut { seconds: within.as_secs() }.into_response(),
        };
        let took = begun.elapsed();
        self.app.counters.count(route, response.status(), took);
        if let Some((method, uri)) = log {
            log_access(&method, &uri, response.status(), took, &id);
        }
        response.headers_mut().insert(X_REQUEST_ID, id);
        response
    }

    async fn guarded(&self, request: Request, id: &HeaderValue) -> Response {
        if announced_length(&request).is_some_and(|length| length > MAX_BODY as u64) {
            return ApiError::TooLarge { limit: MAX_BODY }.into_response();
        }
        let cross_origin = request.headers().contains_key(ORIGIN);
        let mut router = if cross_origin { self.cross_origin.clone() } else { self.router.clone() };
        // A router is always ready.
        let answering = AssertUnwindSafe(async move { router.call(request).await });
        let mut response = answering.catch_unwind().await.map_or_else(
            |_| self.defect(id),
            |answered| match answered {
                Ok(response) => response,
                Err(never) => match never {},
            },
        );
        if !cross_origin {
            response.headers_mut().insert(VARY, HeaderValue::from_static("origin"));
        }
        response
    }

    fn defect(&self, id: &HeaderValue) -> Response {
        self.app.counters.panics.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        ApiError::Defect(id.to_str().unwrap_or_default().to_owned()).into_response()
    }
}

fn announced_length(request: &Request<Body>) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What fails or is slow is worth a line on a disk; all else only where somebody looks for it.
fn log_access(method: &Method, uri: &Uri, status: StatusCode, took: Duration, id: &HeaderValue) {
    let id = id.to_str().unwrap_or_default();
    let (status, micros) = (status.as_u16(), took.as_micros());
    if status >= 500 || took >= SLOW {
        tracing::warn!(%method, %uri, status, micros, id, "answered");
    } else {
        tracing::debug!(%method, %uri, status, micros, id, "answered");
    }
}
