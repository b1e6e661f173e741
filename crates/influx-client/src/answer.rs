//! An answer of a server: what it says, and what its status means where the request was no write.

#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use serde::Deserialize;
use url::Url;

use crate::InfluxError;

/// So many characters of a server's words are repeated.
const MAX_WORDS: usize = 300;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The server's address, for people.
    pub server: String,
    pub status: u16,
    pub headers: HeaderMap,
    /// Without secrets that it may repeat.
    pub body: Vec<u8>,
}

/// How the three of them word an error.
#[derive(Deserialize)]
struct Said {
    error: Option<String>,
    message: Option<String>,
}

impl Answer {
    /// The answer where it is a success; else what its status means.
    pub fn check(self) -> Result<Self, InfluxError> {
        let Self { status, .. } = self;
        let (server, message) = (self.server.clone(), self.words());
        Err(match status {
            200..=299 => return Ok(self),
            300..=399 => InfluxError::Redirect { server, status, to: self.leads_to() },
            // InfluxDB 2 says of a token that it knows: "read:orgs/1 is unauthorized".
            401 if message.ends_with(" is unauthorized") => {
                InfluxError::Forbidden { server, status, message }
            }
            401 => InfluxError::Unauthorized { server, message },
            403 => InfluxError::Forbidden { server, status, message },
            404 => InfluxError::Missing { server, message },
            408 | 429 | 500..=599 => {
                let after = retry_after(&self.headers, SystemTime::now());
                InfluxError::Busy { server, status, message, after }
            }
            _ => InfluxError::Refused { server, status, message },
        })
    }

    /// The body, which is to be JSON of a certain shape.
    pub fn json<T: for<'de> Deserialize<'de>>(&self) -> Result<T, InfluxError> {
        serde_json::from_slice(&self.body).map_err(|_| InfluxError::Refused {
            server: self.server.clone(),
            status: self.status,
            message: format!("not what InfluxDB answers: {}", self.words()),
        })
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What the server says, shortened.
    pub fn words(&self) -> String {
        let said: Option<Said> = serde_json::from_slice(&self.body).ok();
        if let Some(words) = said.and_then(|said| said.error.or(said.message)) {
            return shorten(&words);
        }
        let text = String::from_utf8_lossy(&self.body);
        match text.trim_start() {
            "" => "it says nothing".into(),
            text if text.starts_with('<') => "a page for people".into(),
            text => shorten(text),
        }
    }

    /// The server that a redirect leads to. The rest of its address may hold secrets.
    fn leads_to(&self) -> String {
        let to = text(&self.headers, &LOCATION).and_then(|to| Url::parse(&self.server).ok()?.join(to).ok());
        to.map_or_else(|| "nowhere".into(), |to| to.origin().ascii_serialization())
    }
}

/// Words on one line, and not too many.
pub(crate) fn shorten(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MAX_WORDS) {
        Some((end, _)) => format!("{}...", &words[..end]),
        None => words,
    }
}

/// How long the server asks to wait. A date counts from the server's own clock, else from `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let after = text(headers, &RETRY_AFTER)?;
    if !after.is_empty() && after.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a very long time.
        return Some(Duration::from_secs(after.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(after).ok()?;
    let now = text(headers, &DATE).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
    Some(until.duration_since(now).unwrap_or_default())
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
