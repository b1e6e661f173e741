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

/// Everything that is counted
///
/// For Prometheus, in the text format of `OpenMetrics`.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "service",
    responses((
        status = 200,
        description = "The metrics.",
        body = String,
        content_type = "application/openmetrics-text",
        example = json!("# TYPE sports_data_http_panics counter\nsports_data_http_panics_total 0\n# EOF\n"),
    )),
)]
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut response = Response::new(scrape(app).into());
    response.headers_mut().insert(CONTENT_TYPE, OPEN_METRICS);
    response
}
