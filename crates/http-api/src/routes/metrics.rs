//! `GET /metrics`: for Prometheus.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;

use crate::app::App;
use crate::metrics::scrape;

/// The text format of `OpenMetrics`.
const OPEN_METRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut response = Response::new(scrape(app).into());
    response.headers_mut().insert(CONTENT_TYPE, OPEN_METRICS);
    response
}
