//! The times the collector keeps.

use std::time::Duration;

/// How often leagues are asked. The defaults are those of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectorConfig {
    /// A slate with a game that is live or delayed, or about to start, is asked this often (`LIVE_POLL_SECONDS`).
    pub live_interval: Duration,
    /// A game is about to start from this long before its start until this long after it.
    pub live_within: Duration,
    /// A slate whose game should have started longer ago is asked this often for an hour.
    pub overdue_interval: Duration,
    /// A slate with a start within [`soon_within`](Self::soon_within) is asked this often.
    pub soon_interval: Duration,
    /// A start this near is soon.
    pub soon_within: Duration,
    /// A slate with a game that is stuck, or was suspended more than a day ago, is asked this often.
    pub linger_interval: Duration,
    /// Slates on which nothing is soon are asked this often, the later ones too.
    pub quiet_interval: Duration,
    /// Time between two requests for slates on which nothing happens.
    pub look_ahead_pause: Duration,
    /// The current slate is asked because of a hint only this long after the attempt before.
    pub hint_pause: Duration,
    /// A source that has not answered after this long is given up for now.
    pub fetch_timeout: Duration,
    /// Seed of the jitter; none for a random one.
    pub seed: Option<u64>,
}

impl Default for CollectorConfig {
    fn default() -> Self {
        Self {
            live_interval: Duration::from_secs(5),
            live_within: Duration::from_mins(5),
            overdue_interval: Duration::from_mins(1),
            soon_interval: Duration::from_mins(5),
            soon_within: Duration::from_hours(1),
            linger_interval: Duration::from_hours(1),
            quiet_interval: Duration::from_hours(12),
            look_ahead_pause: Duration::from_secs(5),
            hint_pause: Duration::from_secs(15),
            fetch_timeout: Duration::from_secs(30),
            seed: None,
        }
    }
}
