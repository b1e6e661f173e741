//! What happens to each request on its way to a route and back.
//!
//! One service around the router instead of a stack of layers: a limit for the body, a time limit, a net for
//! panics, the request's id, counters, and the access log.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::body::{Body, HttpBody};
use axum::http::Request;
use axum::http::header::{CONTENT_LENGTH, ORIGIN, VARY};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{BoxError, Router};
use bytes::Bytes;
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
    pub async fn answer<B>(&self, request: Request<B>, within: Duration) -> Response
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let begun = Instant::now();
        let id = request_id(request.headers());
        let route = Route::of(request.uri().path());
        let uri = request.uri();
        if let Some(response) = self.at_once(&request, route, &id) {
            return self.finished(response, Line { method: request.method(), uri, route, begun, id });
        }
        let (method, uri) = (request.method().clone(), uri.clone());
        // Boxed, so that requests that need none of it do not carry it around.
        let response = Box::pin(self.routed(request.map(Body::new), within, &id)).await;
        self.finished(response, Line { method: &method, uri: &uri, route, begun, id })
    }

    /// Counts an answer, logs it, and gives it its id.
    fn finished(&self, mut response: Response, line: Line<'_>) -> Response {
        let took = line.begun.elapsed();
        self.app.counters.count(line.route, response.status(), took);
        line.log(response.status(), took);
        response.headers_mut().insert(X_REQUEST_ID, line.id);
        response
    }

    /// The answer to a plain request for what is in memory: what never waits needs no future, no time limit, and
    /// no router.
    fn at_once<B>(&self, request: &Request<B>, route: Route, id: &HeaderValue) -> Option<Response> {
        let headers = request.headers();
        let is_plain = request.method() == Method::GET
            && !headers.contains_key(ORIGIN)
            && !headers.contains_key(CONTENT_LENGTH);
        let make = routes::from_memory(route).filter(|_| is_plain)?;
        let answered = catch_unwind(AssertUnwindSafe(|| make(&self.app, request.uri()).into_response()));
        Some(with_vary(answered.unwrap_or_else(|_| self.defect(id))))
    }

    async fn routed(&self, request: Request<Body>, within: Duration, id: &HeaderValue) -> Response {
        if announced_length(&request).is_some_and(|length| length > MAX_BODY as u64) {
            return ApiError::TooLarge { limit: MAX_BODY }.into_response();
        }
        let cross_origin = request.headers().contains_key(ORIGIN);
        let mut router = if cross_origin { self.cross_origin.clone() } else { self.router.clone() };
        // A router is always ready.
        let answering = AssertUnwindSafe(async move { router.call(request).await }).catch_unwind();
        let response = match tokio::time::timeout(within, answering).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(_panic)) => self.defect(id),
            Err(_elapsed) => ApiError::TimedOut { seconds: within.as_secs() }.into_response(),
        };
        if cross_origin { response } else { with_vary(response) }
    }

    fn defect(&self, id: &HeaderValue) -> Response {
        self.app.counters.panics.fetch_add(1, Ordering::Relaxed);
        ApiError::Defect(id.to_str().unwrap_or_default().to_owned()).into_response()
    }
}

/// Answers differ by the origin of the page that asks.
fn with_vary(mut response: Response) -> Response {
    response.headers_mut().insert(VARY, HeaderValue::from_static("origin"));
    response
}

fn announced_length(request: &Request<Body>) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A line of the access log.
struct Line<'a> {
    method: &'a Method,
    uri: &'a Uri,
    route: Route,
    begun: Instant,
    id: HeaderValue,
}

impl Line<'_> {
    /// What fails or is slow is worth a line on a disk; all else only where somebody looks for it.
    fn log(&self, status: StatusCode, took: Duration) {
        let Self { method, uri, .. } = self;
        let (status, micros) = (status.as_u16(), took.as_micros());
        if status >= 500 || took >= SLOW {
            tracing::warn!(%method, %uri, status, micros, id = self.shown_id(), "answered");
        } else {
            tracing::debug!(%method, %uri, status, micros, id = self.shown_id(), "answered");
        }
    }

    fn shown_id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }
}
