//! Where ESPN is, and how politely it is asked.

use std::time::Duration;

use url::Url;

/// Where ESPN is.
pub const DEFAULT_BASE_URL: &str = "https://site.api.espn.com";
/// ESPN's edge lets clients through that say what they are and where they come from.
pub const DEFAULT_USER_AGENT: &str =
    concat!("sports-data/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")");
/// Whole time for one request, the body included.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// Most bytes of a body, decompressed. The largest captured scoreboard has 0.96 MB.
pub const DEFAULT_MAX_BODY: usize = 8 * 1024 * 1024;
/// Wait after the first failure of a league; it doubles with each further one, and jitter adds up to as much again.
pub const DEFAULT_FIRST_BACKOFF: Duration = Duration::from_secs(2);
/// Longest wait that doubling leads to; jitter adds up to as much again.
pub const DEFAULT_MAX_BACKOFF: Duration = Duration::from_mins(2);

/// Where ESPN is, and how politely it is asked.
#[derive(Debug, Clone)]
pub struct EspnConfig {
    /// `https://site.api.espn.com`, or something that behaves like it.
    pub base_url: Url,
    /// ESPN accepts `Name/1.0 (+https://address-of-the-project)`.
    pub user_agent: String,
    /// Whole time for one request, the body included.
    pub timeout: Duration,
    /// Most bytes of a body, counted after decompression.
    pub max_body: usize,
    /// Wait after the first failure of a league; it doubles with each further one.
    pub first_backoff: Duration,
    /// Longest wait that doubling leads to, before jitter. A longer `Retry-After` is honoured.
    pub max_backoff: Duration,
}

impl Default for EspnConfig {
    /// ESPN itself, asked as this project.
    fn default() -> Self {
        Self::new(Url::parse(DEFAULT_BASE_URL).expect("a constant address"), DEFAULT_USER_AGENT)
    }
}

impl EspnConfig {
    /// A client of the server at `base_url` with the default limits.
    pub fn new(base_url: Url, user_agent: impl Into<String>) -> Self {
        Self {
            base_url,
            user_agent: user_agent.into(),
            timeout: DEFAULT_TIMEOUT,
            max_body: DEFAULT_MAX_BODY,
            first_backoff: DEFAULT_FIRST_BACKOFF,
            max_backoff: DEFAULT_MAX_BACKOFF,
        }
    }
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The base URL is of no use.
    #[error(
        "the base URL of ESPN is {url:?}; it must be http:// or https:// with a host and without a user name, such as https://site.api.espn.com"
    )]
    BaseUrl {
        /// What was given.
        url: String,
    },
    /// The user agent cannot be sent.
    #[error(
        "the user agent {user_agent:?} cannot be sent as an HTTP header; use visible ASCII such as sports-data/1.0 (+https://address-of-the-project)"
    )]
    UserAgent {
        /// What was given.
        user_agent: String,
    },
    /// The HTTP client cannot be made.
    #[error(
        "the HTTP client cannot be made, most likely because this machine has no root certificates; install them (package ca-certificates)"
    )]
    Http(#[source] reqwest::Error),
}
