//! `GET /`: what this is.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::body::json;
use crate::route::Route;

/// What clients were always told of.
const ENDPOINTS: [&str; 5] = [
    Route::Health.path(),
    Route::Live.path(),
    Route::Upcoming.path(),
    Route::Teams.path(),
    Route::ApiUsage.path(),
];

#[derive(Serialize, ToSchema)]
pub(crate) struct Root {
    service: &'static str,
    version: &'static str,
    status: &'static str,
    /// What clients were always told of.
    endpoints: [&'static str; 5],
    /// Every route.
    routes: Vec<&'static str>,
    /// A page that describes all routes.
    docs: &'static str,
    /// The description of all routes.
    openapi: &'static str,
}

/// What this is
#[utoipa::path(
    get,
    path = "/",
    tag = "docs",
    responses((
        status = 200,
        description = "Name, version, and routes.",
        body = Root,
        example = json!({
            "service": "sports-data", "version": "0.1.0", "status": "running",
            "endpoints": ["/health", "/api/v1/games/live", "/api/v1/games/upcoming", "/api/v1/teams",
                "/api/v1/metrics/api-usage"],
            "routes": ["/", "/openapi.json", "/docs", "/health", "/api/v1/games/live"],
            "docs": "/docs", "openapi": "/openapi.json",
        }),
    )),
)]

pub(crate) async fn root(State(app): State<Arc<App>>) -> Response {
    json(&Root {
        service: "sports-data",
        version: app.api.config.version,
        status: "running",
        endpoints: ENDPOINTS,
        routes: Route::ALL.into_iter().filter(|route| *route != Route::Other).map(Route::path).collect(),
        docs: Route::Docs.path(),
        openapi: Route::OpenApi.path(),
    })
}
