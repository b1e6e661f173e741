//! What the server holds between requests.

use std::time::Instant;

/// A request as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSeen {
    /// `/apis/site/v2/sports/football/nfl/scoreboard`
    pub path: String,
    /// `dates=20250907`; empty where there was none.
    pub query: String,
    /// The user agent, where one was sent.
    pub user_agent: Option<String>,
    /// When it came.
    pub at: Instant,
}
