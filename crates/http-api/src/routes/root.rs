//! `GET /`: what this is.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use crate::app::App;
use crate::body::json;
use crate::route::Route;

/// What clients were always told of; `README.md` lists all.
const ENDPOINTS: [&str; 5] = [
    Route::Health.path(),
    Route::Live.path(),
    Route::Upcoming.path(),
    Route::Teams.path(),
    Route::ApiUsage.path(),
];

#[derive(Serialize)]
struct Root {
    service: &'static str,
    version: &'static str,
    status: &'static str,
    endpoints: [&'static str; 5],
}

pub(crate) async fn root(State(app): State<Arc<App>>) -> Response {
    json(&Root {
        service: "sports-data",
        version: app.api.config.version,
        status: "running",
        endpoints: ENDPOINTS,
    })
}
