//! What is wrong with a request, or with the service: `{"detail": "..."}` with a status.

#[cfg(test)]
mod tests;

use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::body::JSON;
use crate::wire::problem::Problem;

/// A client that is turned away for now may ask again after so many seconds.
pub(crate) const RETRY_AFTER_SECONDS: u64 = 5;

/// A value that is shown in a sentence is cut after so many characters.
const SHOWN: usize = 40;

/// What is wrong with a request, or with the service. Its text is a sentence for people that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    /// 400: a parameter.
    #[error("{0}")]
    BadParameter(String),
    /// 401: without the token.
    #[error("this takes the header Authorization: Bearer with the service's ADMIN_TOKEN")]
    Unauthorized,
    /// 403: to nobody.
    #[error("{0}")]
    Forbidden(&'static str),
    /// 404: nothing is here.
    #[error("there is nothing at {0}; /docs tells of all that there is")]
    UnknownPath(String),
    /// 404: nothing is known of what was asked for.
    #[error("{0}")]
    NotFound(String),
    /// 405: not with this method.
    #[error("{path} does not take {method}")]
    WrongMethod {
        /// The method used.
        method: String,
        /// The path.
        path: String,
    },
    /// 413: the body.
    #[error("the body is larger than {limit} bytes; send less")]
    TooLarge {
        /// What is allowed.
        limit: usize,
    },
    /// 422: the body.
    #[error("{0}")]
    BadBody(String),
    /// 429: more at once than is good.
    #[error("{0}")]
    TooMany(&'static str),
    /// 503: a part of the service can not do it now.
    #[error("{0}")]
    Unavailable(String),
    /// 503: the request took too long, in arriving or in being served.
    #[error("the request was not complete or not served within {seconds} s; try again")]
    TimedOut {
        /// What is allowed.
        seconds: u64,
    },
    /// 500: a defect.
    #[error("the service has a defect; its log tells more of request {0}")]
    Defect(String),
}

impl ApiError {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::BadParameter(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::UnknownPath(_) | Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadBody(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::TimedOut { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Defect(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What of the request is left unread, the connection with it.
    fn ends_connection(&self) -> bool {
        matches!(self, Self::TooLarge { .. } | Self::TimedOut { .. })
    }

    /// The body of the answer.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(&Problem { detail: self.to_string() }).unwrap_or_default()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.to_json()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, JSON);
        if matches!(self.status(), StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        if self == Self::Unauthorized {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.ends_connection() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// A value as a sentence shows it: quoted, and cut where it is long.
pub(crate) fn shown(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}...", &value[..end]),
        None => format!("{value:?}"),
    }
}
