//! `POST /api/v1/webhooks/{id}/test`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use super::{named, unknown};
use crate::app::App;
use crate::body::json;
use crate::error::ApiError;
use crate::route::Route;
use crate::wire::problem::Problem;
use crate::wire::webhook::TestBody;

/// Sends a test event to a webhook now
///
/// Paused or not, and answers within 10 s what the receiver said.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{id}/test",
    tag = "webhooks",
    params(
        ("id" = String, Path, description = "The webhook's id, as it was answered when it was registered.", example = "wh_4f1d09c2a7e35b68"),
    ),
    responses(
        (
            status = 200,
            description = "What came of it: delivered or not.",
            body = TestBody,
            example = json!({
                "webhook_id": "wh_4f1d09c2a7e35b68", "delivery_id": "test-1", "delivered": true, "status": 200,
                "answer": "ok", "error": null, "milliseconds": 12,
            }),
        ),
        (
            status = 400,
            description = "The id is no text.",
            body = Problem,
            example = json!({"detail": "the webhook's id is \"%FF\", which is not UTF-8 once decoded"}),
        ),
        (
            status = 404,
            description = "There is no such webhook.",
            body = Problem,
            example = json!({"detail": "there is no webhook \"wh_1\"; GET /api/v1/webhooks/list lists them"}),
        ),
    ),
)]
pub(crate) async fn test(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let id = named(Route::WebhookTest, &uri)?;
    let outcome = app.api.webhooks.test(&id).await?.ok_or_else(|| unknown(&id))?;
    Ok(json(&TestBody::new(&id, &outcome)))
}
