//! How often leagues are asked, and the bounds of what the collector keeps.

use std::time::Duration;

/// How often leagues are asked. The defaults are those of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectorConfig {
    /// A slate with a game that is live or delayed is asked this often (`LIVE_POLL_SECONDS`).
    pub live_interval: Duration,
    /// A slate with a start within [`imminent_within`](Self::imminent_within), or overdue, is asked this often.
    pub imminent_interval: Duration,
    /// A start this near is imminent.
    pub imminent_within: Duration,
    /// The current slate is asked this often when a game starts within [`soon_within`](Self::soon_within).
    pub soon_interval: Duration,
    /// A start this near is soon.
    pub soon_within: Duration,
    /// The current slate is asked this often when nothing is soon, and so are slates whose game lingers.
    pub quiet_interval: Duration,
    /// Later slates are asked this often.
    pub look_ahead_interval: Duration,
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
            live_interval: Duration::from_secs(15),
            imminent_interval: Duration::from_mins(1),
            imminent_within: Duration::from_mins(30),
            soon_interval: Duration::from_mins(5),
            soon_within: Duration::from_hours(24),
            quiet_interval: Duration::from_hours(1),
            look_ahead_interval: Duration::from_hours(12),
            look_ahead_pause: Duration::from_secs(5),
            hint_pause: Duration::from_secs(15),
            fetch_timeout: Duration::from_secs(30),
            seed: None,
        }
    }
}
