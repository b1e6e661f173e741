//! Answers in ESPN's form, and in the forms in which it fails.

use std::io::Write;
use std::sync::OnceLock;
use std::time::Duration;

use axum::body::Body as AnswerBody;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::StreamExt;
use hyper::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, RETRY_AFTER, VARY};
use hyper::http::response::Builder;
use hyper::{Response, StatusCode};

use crate::Fault;

/// The form of the header `Date`.
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// What ESPN says of a range of dates since September 2026.
pub(crate) const NO_RANGES: &str = r#"{"code":400,"message":"Failed to get events endpoint."}"#;

/// What ESPN says of a league it does not have.
pub(crate) const NO_LEAGUE: &str = r#"{"code":404,"message":"Failed to get league endpoint."}"#;

/// What ESPN's edge says to user agents that it refuses.
pub(crate) const FORBIDDEN: &str = "<html><body><h1>403 Forbidden</h1></body></html>";

/// What stands before ESPN when it is not ESPN.
const GARBAGE: &str =
    "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Please log in.</body></html>";

/// A body, and the same compressed once somebody asks for it.
#[derive(Debug)]
pub(crate) struct Body {
    pub plain: Bytes,
    gzip: OnceLock<Bytes>,
}

impl Body {
    pub fn new(plain: Bytes) -> Self {
        Self { plain, gzip: OnceLock::new() }
    }

    fn gzip(&self) -> Bytes {
        let compress = || {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            // Writing to memory does not fail.
            let _ = encoder.write_all(&self.plain);
            Bytes::from(encoder.finish().unwrap_or_default())
        };
        self.gzip.get_or_init(compress).clone()
    }
}

/// What all answers have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub max_age: Duration,
    pub clock_offset: TimeDelta,
    /// Whether the request accepts gzip.
    pub gzip: bool,
}

impl Manner {
    /// An answer with a body of ESPN's.
    pub fn scoreboard(self, body: &Body) -> Response<AnswerBody> {
        let (bytes, builder) = self.encoded(body);
        finished(builder, AnswerBody::from(bytes))
    }

    /// An answer that announces the whole body and breaks off in its middle.
    pub fn truncated(self, body: &Body) -> Response<AnswerBody> {
        let (bytes, builder) = self.encoded(body);
        let half = bytes.slice(..bytes.len() / 2);
        let parts = futures::stream::iter([Ok(half), Err(std::io::Error::other("broken off on request"))]);
        // The first half has to be on its way before the connection breaks.
        let parts = parts.then(|part| async {
            if part.is_err() {
                tokio::task::yield_now().await;
            }
            part
        });
        finished(builder.header(CONTENT_LENGTH, bytes.len()), AnswerBody::from_stream(parts))
    }

    fn encoded(self, body: &Body) -> (Bytes, Builder) {
        let builder = self.ok("application/json;charset=UTF-8");
        if self.gzip {
            (body.gzip(), builder.header(CONTENT_ENCODING, "gzip"))
        } else {
            (body.plain.clone(), builder)
        }
    }

    /// An answer with a status and a text.
    pub fn status(
        self,
        code: u16,
        text: impl Into<String>,
        retry_after: Option<String>,
    ) -> Response<AnswerBody> {
        let text = text.into();
        let kind = if text.starts_with('{') { "application/json;charset=UTF-8" } else { "text/html" };
        let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut builder = self.ok(kind).status(status);
        if let Some(after) = retry_after {
            builder = builder.header(RETRY_AFTER, after);
        }
        finished(builder, AnswerBody::from(text))
    }

    /// 200, and a page of HTML.
    pub fn garbage(self) -> Response<AnswerBody> {
        self.status(200, GARBAGE, None)
    }

    fn ok(self, kind: &str) -> Builder {
        let now = Utc::now();
        let date: DateTime<Utc> = now.checked_add_signed(self.clock_offset).unwrap_or(now);
        Response::builder()
            .header(CONTENT_TYPE, kind)
            .header(CACHE_CONTROL, format!("max-age={}", self.max_age.as_secs()))
            .header(VARY, "Accept-Encoding")
            .header(DATE, date.format(HTTP_DATE).to_string())
    }
}

/// The answer of a fault that is a status.
pub(crate) fn failed(manner: Manner, fault: &Fault) -> Option<Response<AnswerBody>> {
    let Fault::Status { code, retry_after, body } = fault else { return None };
    let usual = || match code {
        403 => FORBIDDEN.to_owned(),
        _ => format!(r#"{{"code":{code},"message":"Failed to get events endpoint."}}"#),
    };
    Some(manner.status(*code, body.clone().unwrap_or_else(usual), retry_after.clone()))
}

fn finished(builder: Builder, body: AnswerBody) -> Response<AnswerBody> {
    builder.body(body).unwrap_or_else(|error: hyper::http::Error| {
        // A header that was made up for a test and can not be sent.
        let mut response = Response::new(AnswerBody::from(error.to_string()));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
