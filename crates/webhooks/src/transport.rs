//! How a delivery goes out. HTTP is one way; tests have others.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::HeaderMap;
use url::Url;

/// One request.
#[derive(Debug, Clone)]
pub struct Post {
    /// Where it goes.
    pub url: Url,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The answer begins within this.
    pub timeout: Duration,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status; none where no answer came.
    pub status: Option<u16>,
    /// How the body of the answer begins.
    pub excerpt: String,
    /// Whether it was taken; else why not.
    pub outcome: Result<(), Failure>,
}

/// Why a delivery was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A sentence.
    pub error: String,
    /// It is this delivery that is refused: the same again is not likely to be taken, others may be.
    pub this_one_alone: bool,
    /// The answer asks to be left alone for so long.
    pub retry_after: Option<Duration>,
}

/// Sends requests.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one, and says what came of it within its time.
    async fn post(&self, post: Post) -> Answer;
}
