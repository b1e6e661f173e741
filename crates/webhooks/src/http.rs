//! Deliveries over HTTP.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use url::Url;

use crate::WebhooksConfig;
use crate::address::shown;
use crate::resolver::Resolver;
use crate::transport::{Answer, Failure, Post, Transport};

/// So much of an answer is read.
const MAX_ANSWER: usize = 4 * 1024;

/// The body of an answer is waited for so long: its status says enough.
const BODY_WITHIN: Duration = Duration::from_secs(1);

/// So many characters of an answer are shown.
const EXCERPT: usize = 300;

/// Parts of an address that are shorter are no secrets.
const SHORTEST_HIDDEN: usize = 8;

/// Connections that are kept to one host.
const IDLE_PER_HOST: usize = 8;

/// A connection is kept so long.
const IDLE_FOR: Duration = Duration::from_secs(50);

/// Statuses that refuse what was sent, not whoever sent it.
/// 400 and 415 are not among them: a proxy on the way answers so until a person mends it.
const THIS_ONE_ALONE: [StatusCode; 3] =
    [StatusCode::GONE, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNPROCESSABLE_ENTITY];

/// Sends deliveries over HTTP and HTTPS. Redirects are not followed, and the environment names no proxy.
#[derive(Debug)]
pub struct HttpTransport {
    client: Client,
    connect_timeout: Duration,
}

impl HttpTransport {
    /// Connects to nothing yet.
    pub fn new(config: &WebhooksConfig) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(&config.user_agent)
            .redirect(Policy::none())
            .no_proxy()
            .no_gzip()
            .referer(false)
            .connect_timeout(config.connect_timeout)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .pool_idle_timeout(IDLE_FOR)
            .dns_resolver(Arc::new(Resolver::default()))
            .build()?;
        Ok(Self { client, connect_timeout: config.connect_timeout })
    }

    fn unreachable(&self, url: &Url, timeout: Duration, error: &reqwest::Error) -> Answer {
        let server = shown(url);
        let error = match (error.is_connect(), error.is_timeout()) {
            (true, true) => {
                format!("{server} takes no connection within {} s", self.connect_timeout.as_secs())
            }
            (true, false) => format!("there is no connection to {server}: {}", cause(error)),
            (false, true) => format!("{server} does not answer within {} s", timeout.as_secs()),
            (false, false) => format!("{server} does not answer: {}", cause(error)),
        };
        let failure = Failure { error, this_one_alone: false, retry_after: None };
        Answer { status: None, excerpt: String::new(), outcome: Err(failure) }
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn post(&self, post: Post) -> Answer {
        let Post { url, headers, body, timeout } = post;
        let request = self.client.post(url.clone()).headers(headers).body(body).timeout(timeout);
        match request.send().await {
            Ok(mut response) => {
                let excerpt = excerpt(&mut response).await;
                Answer {
                    status: Some(response.status().as_u16()),
                    outcome: outcome(&url, response.status(), response.headers(), &excerpt),
                    excerpt,
                }
            }
            Err(error) => self.unreachable(&url, timeout, &error),
        }
    }
}

fn outcome(url: &Url, status: StatusCode, headers: &HeaderMap, excerpt: &str) -> Result<(), Failure> {
    if status.is_success() {
        return Ok(());
    }
    let server = shown(url);
    let excerpt = without_path(url, excerpt);
    let error = if status.is_redirection() {
        let to = headers.get(LOCATION).and_then(|to| url.join(to.to_str().ok()?).ok());
        let to = to.map_or_else(|| "an address that it does not name".into(), |to| shown(&to));
        format!(
            "{server} answers {} and redirects to {to}, which is not followed: change the webhook's url",
            status.as_u16()
        )
    } else if excerpt.is_empty() {
        format!("{server} answers {}", status.as_u16())
    } else {
        format!("{server} answers {}: {excerpt}", status.as_u16())
    };
    let retry_after = headers.get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?));
    Err(Failure { error, this_one_alone: THIS_ONE_ALONE.contains(&status), retry_after })
}

/// The words without what an address hides after its host: it is the secret of some receivers, and some repeat it.
fn without_path(url: &Url, words: &str) -> String {
    let hidden = url.path_segments().into_iter().flatten().chain(url.query());
    let hidden = hidden.filter(|part| part.len() >= SHORTEST_HIDDEN);
    hidden.fold(words.to_owned(), |words, part| words.replace(part, "***"))
}

/// Seconds, or a date.
fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => httpdate::parse_http_date(value).ok()?.duration_since(SystemTime::now()).ok(),
    }
}

/// How the body begins, on one line. Whatever it is, and whether it comes, changes nothing.
async fn excerpt(response: &mut Response) -> String {
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = MAX_ANSWER - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == MAX_ANSWER {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(BODY_WITHIN, reading).await;
    let text = String::from_utf8_lossy(&body);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = text.chars().filter(|c| !c.is_control());
    let cut: String = shown.clone().take(EXCERPT).collect();
    if shown.count() > EXCERPT { cut + "..." } else { cut }
}

/// What lies at the bottom of an error, which says most.
fn cause(error: &reqwest::Error) -> String {
    let mut deepest: &dyn Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    if deepest.source().is_none()
        && std::ptr::eq(std::ptr::from_ref(deepest).cast::<()>(), std::ptr::from_ref(error).cast())
    {
        return "the request could not be sent".into();
    }
    deepest.to_string()
}
