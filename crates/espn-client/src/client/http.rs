//! One request and its answer, within its limits of time and size.

use std::time::Duration;

use chrono::{DateTime, Utc};
use game_model::WallClock;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use url::Url;

use super::failure::{Failure, root_cause};
use super::headers;
use crate::{ConfigError, EspnConfig};

/// So many redirects are followed, should ESPN move.
const MAX_REDIRECTS: usize = 2;
/// How much of the body of a refusal its error shows, in bytes.
const SAYS: usize = 160;
/// Room that is made for a body before its size is known.
const FIRST_ROOM: usize = 64 * 1024;

/// The answer to a question.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    pub(super) max_age: Duration,
    pub(super) server_time: Option<DateTime<Utc>>,
}

/// Why there is none, and for how long ESPN asks to be left alone.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) failure: Failure,
    pub(super) retry_after: Option<Duration>,
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self { failure, retry_after: None }
    }
}

/// The pooled connections. Settings come from the configuration alone: the environment names no proxy.
pub(super) fn client(config: &EspnConfig) -> Result<Client, ConfigError> {
    let user_agent = HeaderValue::from_str(config.user_agent.trim())
        .ok()
        .filter(|value| !value.is_empty() && value.as_bytes().is_ascii())
        .ok_or_else(|| ConfigError::UserAgent { user_agent: config.user_agent.clone() })?;
    Client::builder()
        .user_agent(user_agent)
        .timeout(config.timeout)
        .gzip(true)
        .redirect(Policy::limited(MAX_REDIRECTS))
        .no_proxy()
        .build()
        .map_err(ConfigError::Http)
}

/// Asks once.
pub(super) async fn ask(
    http: &Client,
    url: Url,
    config: &EspnConfig,
    clock: &dyn WallClock,
) -> Result<Answer, Refusal> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let question = question(&url);
    let response = http.get(url).send().await.map_err(|error| {
        if error.is_timeout() {
            return Failure::TimedOut { limit: config.timeout };
        }
        Failure::Network { host: host.clone(), cause: root_cause(&error) }
    })?;
    let status = response.status();
    if !status.is_success() {
        return Err(refused(response, status, question, clock).await);
    }
    let (max_age, server_time) =
        (headers::max_age(response.headers()), headers::server_time(response.headers()));
    let body = body(response, &host, config).await?;
    Ok(Answer { body, max_age, server_time })
}

/// The question as errors name it, without the host.
fn question(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

async fn refused(response: Response, status: StatusCode, question: String, clock: &dyn WallClock) -> Refusal {
    let retry_after = headers::retry_after(response.headers(), clock.now());
    let says = beginning(response).await;
    Refusal { failure: Failure::of_status(status, question, says), retry_after }
}

/// How the body of a refusal begins, as far as it comes; a page of HTML says nothing.
async fn beginning(mut response: Response) -> String {
    let is_html = is_html(response.headers());
    let mut start = Vec::new();
    while start.len() < SAYS
        && let Ok(Some(chunk)) = response.chunk().await
    {
        start.extend_from_slice(&chunk[..chunk.len().min(SAYS - start.len())]);
    }
    let text = String::from_utf8_lossy(&start);
    if is_html { String::new() } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| kind.contains("html"))
}

/// The whole body, decompressed; never more of it in memory than its limit and one chunk.
async fn body(mut response: Response, host: &str, config: &EspnConfig) -> Result<Vec<u8>, Failure> {
    let limit = config.max_body;
    let mut body = Vec::with_capacity(FIRST_ROOM.min(limit));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => return Err(Failure::TooLarge { limit }),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) if error.is_timeout() => return Err(Failure::TimedOut { limit: config.timeout }),
            Err(error) => {
                let cause = root_cause(&error);
                return Err(Failure::BrokenOff { host: host.to_owned(), bytes: body.len(), cause });
            }
        }
    }
}
