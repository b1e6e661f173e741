//! Why a request brought no scoreboard, in words that say what to do.

#[cfg(test)]
mod tests;

use std::time::Duration;

use game_model::{SourceError, SourceErrorKind};
use reqwest::StatusCode;

use crate::DecodeError;

/// Why a request brought no scoreboard.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(
        "ESPN refuses this client ({status}); its edge lets through user agents of the form `Name/1.0 (+https://address-of-the-project)` and blocks some networks: set ESPN_USER_AGENT, or ESPN_BASE_URL to a relay"
    )]
    Blocked { status: StatusCode },
    #[error(
        "ESPN answers {status}: it was asked too often from this address; ask it less often (LIVE_POLL_SECONDS) and look for other programs that ask it from here"
    )]
    RateLimited { status: StatusCode },
    #[error(
        "ESPN answers {status} to {question}{}; if this lasts, check that ESPN_BASE_URL leads to ESPN, else ESPN no longer takes this question", said(.says)
    )]
    Rejected { status: StatusCode, question: String, says: String },
    #[error("ESPN is out of order ({status}{}); nothing is to be done but wait", said(.says))]
    Unavailable { status: StatusCode, says: String },
    #[error(
        "ESPN gave no complete answer within {} s; check the connection to the internet if this lasts", .limit.as_secs_f64()
    )]
    TimedOut { limit: Duration },
    #[error(
        "there is no connection to {host} ({cause}); check the connection to the internet, its DNS, and ESPN_BASE_URL"
    )]
    Network { host: String, cause: String },
    #[error(
        "the answer of {host} breaks off after {bytes} bytes ({cause}); check the connection to the internet if this lasts"
    )]
    BrokenOff { host: String, bytes: usize, cause: String },
    #[error(
        "ESPN's answer has more than {limit} bytes, which no scoreboard has; check that ESPN_BASE_URL leads to ESPN"
    )]
    TooLarge { limit: usize },
    #[error(transparent)]
    Malformed(#[from] DecodeError),
}

fn said(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(", saying {text:?}") }
}

impl Failure {
    /// What an answer with a status other than success means. `says` is how its body begins.
    pub(super) fn of_status(status: StatusCode, question: String, says: String) -> Self {
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Self::Blocked { status },
            StatusCode::TOO_MANY_REQUESTS => Self::RateLimited { status },
            StatusCode::REQUEST_TIMEOUT => Self::Unavailable { status, says },
            _ if status.is_server_error() => Self::Unavailable { status, says },
            _ => Self::Rejected { status, question, says },
        }
    }

    /// Whether the question itself is to blame, so that other questions may still be asked.
    pub(super) fn is_of_the_question(&self) -> bool {
        self.kind() == SourceErrorKind::Rejected
    }

    fn kind(&self) -> SourceErrorKind {
        match self {
            Self::Blocked { .. } => SourceErrorKind::Blocked,
            Self::RateLimited { .. } => SourceErrorKind::RateLimited,
            Self::Rejected { .. } => SourceErrorKind::Rejected,
            Self::Unavailable { .. } => SourceErrorKind::Unavailable,
            Self::TimedOut { .. } => SourceErrorKind::TimedOut,
            Self::Network { .. } => SourceErrorKind::Network,
            Self::BrokenOff { .. } | Self::TooLarge { .. } | Self::Malformed(_) => SourceErrorKind::Malformed,
        }
    }

    /// The error that callers get.
    pub(super) fn into_error(self, retry_after: Duration) -> SourceError {
        SourceError { kind: self.kind(), message: self.to_string(), retry_after }
    }
}

/// The innermost cause of an error: what the operating system or the resolver said.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
