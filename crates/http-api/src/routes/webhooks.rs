//! Webhooks under `/api/v1/webhooks`: registered, listed, changed, tested, deleted, and what became of deliveries.

pub(crate) mod change;
mod described;
mod given;
mod page;
pub(crate) mod read;
pub(crate) mod register;
pub(crate) mod teams;
pub(crate) mod test;

use axum::http::Uri;
use game_model::{DeskError, WebhookId};

use crate::error::{ApiError, shown};
use crate::query::decoded;
use crate::route::Route;

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        const FULL: &str = "as many webhooks are registered as there can be; delete one first";
        match error {
            DeskError::Refused(sentence) => Self::BadBody(sentence),
            DeskError::TooMany => Self::TooMany(FULL),
            DeskError::Unavailable(sentence) => Self::Unavailable(sentence),
        }
    }
}

/// Does the whole of something, whatever becomes of the request.
async fn whole<T: Send + 'static>(
    work: impl Future<Output = Result<T, DeskError>> + Send + 'static,
) -> Result<T, ApiError> {
    let done = tokio::spawn(work).await;
    Ok(done.unwrap_or_else(|_| Err(DeskError::Unavailable("it could not be done; try again".into())))?)
}

/// The webhook that a path names.
fn named(route: Route, uri: &Uri) -> Result<WebhookId, ApiError> {
    let given = route.named_in(uri.path()).unwrap_or_default();
    let id = decoded(&given.replace('+', "%2B")).map(std::borrow::Cow::into_owned);
    id.map(WebhookId).ok_or_else(|| {
        ApiError::BadParameter(format!(
            "the webhook's id is {}, which is not UTF-8 once decoded",
            shown(given)
        ))
    })
}

fn unknown(id: &WebhookId) -> ApiError {
    ApiError::NotFound(format!("there is no webhook {}; GET /api/v1/webhooks/list lists them", shown(&id.0)))
}
