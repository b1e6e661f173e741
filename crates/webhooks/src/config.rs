//! How webhooks are served.

use std::path::PathBuf;
use std::time::Duration;

use crate::AllowedHosts;

/// How webhooks are served.
#[derive(Debug, Clone)]
pub struct WebhooksConfig {
    /// The file with the key that encrypts secrets: beside the database, not in it. It is created when the first
    /// secret is kept.
    pub key_file: PathBuf,
    /// Where deliveries may go.
    pub allowed_hosts: AllowedHosts,
    /// How the service introduces itself.
    pub user_agent: String,
    /// A connection is made within this: 5 s.
    pub connect_timeout: Duration,
    /// A webhook answers within this, the time to connect included: 10 s.
    pub answer_timeout: Duration,
    /// A test is answered within this: 9 s, so that whoever asked for it is answered within 10 s.
    pub test_timeout: Duration,
    /// Deliveries under way at once, to webhooks that do well: 512.
    pub at_once: usize,
    /// Deliveries under way at once to those that failed or were slow last: 64. They never take the others' place.
    pub troubled_at_once: usize,
}

impl WebhooksConfig {
    /// The usual, with the key in this file.
    pub fn new(key_file: PathBuf) -> Self {
        Self {
            key_file,
            allowed_hosts: AllowedHosts::default(),
            user_agent: concat!("sports-data/", env!("CARGO_PKG_VERSION")).into(),
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(10),
            test_timeout: Duration::from_secs(9),
            at_once: 512,
            troubled_at_once: 64,
        }
    }
}
