//! Bodies of requests and answers.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;

use crate::error::{ApiError, shown};

/// The type of all answers but the metrics.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A body of a request has at most so many bytes: 64 KiB.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// Headers that an answer usually has.
const USUAL_HEADERS: usize = 8;

/// An answer of JSON that is serialized already.
pub(crate) fn json_bytes(body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    let mut headers = HeaderMap::with_capacity(USUAL_HEADERS);
    headers.insert(CONTENT_TYPE, JSON);
    *response.headers_mut() = headers;
    response
}

/// An answer of JSON.
pub(crate) fn json(value: &impl Serialize) -> Response {
    json_bytes(to_bytes(value))
}

/// The JSON of a value of ours. All of them serialize: their keys are strings and none of them fails.
pub(crate) fn to_bytes(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value).unwrap_or_default().into()
}

/// The whole body of a request, which is to be JSON.
pub(crate) async fn read_json(headers: &HeaderMap, body: Body) -> Result<Bytes, ApiError> {
    if let Some(kind) = headers.get(CONTENT_TYPE) {
        let kind = String::from_utf8_lossy(kind.as_bytes());
        if !is_json(&kind) {
            let kind = shown(&kind);
            return Err(ApiError::BadBody(format!(
                "Content-Type is {kind}; allowed is \"application/json\""
            )));
        }
    }
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiError::TooLarge { limit: MAX_BODY }),
        Err(error) => Err(ApiError::BadBody(format!("the body did not arrive: {error}; send it again"))),
    }
}

fn is_json(kind: &str) -> bool {
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}
