//! Which pages may read answers.

use std::time::Duration;

use axum::http::header::{AGE, LINK, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};

use crate::request_id::X_REQUEST_ID;

/// Browsers need not ask again for so long: 10 min.
const MAX_AGE: Duration = Duration::from_mins(10);

/// Lets pages of these origins read answers; `*` lets all. An origin that no header can hold lets nobody.
pub(crate) fn layer(origins: &[String]) -> CorsLayer {
    let origin = if origins.iter().any(|origin| origin.trim() == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin.trim()).ok()))
    };
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            AGE,
            LINK,
            RETRY_AFTER,
            HeaderName::from_static("x-cache"),
            HeaderName::from_static("x-history-source"),
            HeaderName::from_static("x-history-incomplete"),
            X_REQUEST_ID,
        ])
        .max_age(MAX_AGE)
}
