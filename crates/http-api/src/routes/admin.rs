//! `POST /api/v1/admin/breaker`: a person decides on the circuit breaker before InfluxDB. Behind `ADMIN_TOKEN`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::response::Response;
use game_model::BreakerHold;
use serde_json::Value;

use crate::app::App;
use crate::body::{MAX_BODY, json, read_json};
use crate::error::{ApiError, shown};
use crate::wire::breaker::{Held, STATES, Wanted};
use crate::wire::problem::Problem;

/// What is said where there is no token.
const OFF: &str = "the admin routes are off; set ADMIN_TOKEN and restart the service";

/// Decides on the circuit breaker before InfluxDB
///
/// Holds it closed or open, or lets it decide itself.
#[utoipa::path(
    post,
    path = "/api/v1/admin/breaker",
    tag = "service",
    security(("admin_token" = [])),
    request_body(content = Wanted, description = "What to do.", example = json!({"state": "closed"})),
    responses(
        (
            status = 200,
            description = "Done.",
            body = Held,
            example = json!({"held": "closed", "circuit_breaker_status": "closed"}),
        ),
        (
            status = 401,
            description = "Without the token, or with a wrong one.",
            body = Problem,
            example = json!({"detail": ApiError::Unauthorized.to_string()}),
        ),
        (
            status = 403,
            description = "To nobody, as the service has no token.",
            body = Problem,
            example = json!({"detail": OFF}),
        ),
        (
            status = 413,
            description = "The body is too large.",
            body = Problem,
            example = json!({"detail": ApiError::TooLarge { limit: MAX_BODY }.to_string()}),
        ),
        (
            status = 422,
            description = "The body is wrong.",
            body = Problem,
            example = json!({"detail": "state is \"ajar\"; send {\"state\": \"closed\"}, \"open\" or \"auto\""}),
        ),
    ),
)]
pub(crate) async fn breaker(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    authorize(&app, &headers)?;
    let hold = wanted(&read_json(&headers, body).await?)?;
    let Some(breaker) = &app.api.breaker else {
        let why = "InfluxDB is off, so there is no breaker; set INFLUXDB_URL and INFLUXDB_TOKEN";
        return Err(ApiError::Unavailable(why.into()));
    };
    tracing::warn!(hold = hold.as_str(), "a person decides on the circuit breaker of InfluxDB");
    breaker.hold(hold);
    let state = app.api.status.influx().map(|influx| influx.breaker.as_str());
    Ok(json(&Held { held: hold.as_str(), circuit_breaker_status: state }))
}

/// Whether the request carries the token: `Authorization: Bearer ...`.
fn authorize(app: &App, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(token) = &app.api.config.admin_token else {
        return Err(ApiError::Forbidden(OFF));
    };
    let given = headers.get(AUTHORIZATION).map_or(&b""[..], |given| given.as_bytes());
    match given.strip_prefix(b"Bearer ") {
        Some(given) if token.is(given) => Ok(()),
        _ => Err(ApiError::Unauthorized),
    }
}

fn wanted(body: &[u8]) -> Result<BreakerHold, ApiError> {
    const SEND: &str = r#"send {"state": "closed"}, "open" or "auto""#;
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| ApiError::BadBody(format!("the body is not JSON ({error}); {SEND}")))?;
    let given = &body["state"];
    let found = given.as_str().and_then(|given| STATES.into_iter().find(|state| state.as_str() == given));
    found.ok_or_else(|| ApiError::BadBody(format!("state is {}; {SEND}", shown(&given.to_string()))))
}
