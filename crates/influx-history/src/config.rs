//! How long is waited, how far back is looked, and when no more is asked.

use std::time::Duration;

/// How `InfluxDB` is asked for history.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InfluxHistoryConfig {
    /// A question is waited for so long, all its statements together: 4 s. A reader waits 5 s at most, and then still
    /// gets what the store knows. What was read by then is kept, so that the next question goes on from there. A part of it that has not come after half of
    /// the time is asked for in halves from then on.
    pub within: Duration,
    /// So many days back is looked where the server does not tell where its points begin, as `InfluxDB` 3 Core does
    /// not of a long time: 730.
    pub retention_days: u32,
    /// When it is asked no more for a while. Nothing of the writer's breaker goes into it.
    pub breaker: circuit_breaker::Config,
}

impl Default for InfluxHistoryConfig {
    fn default() -> Self {
        Self {
            within: Duration::from_secs(4),
            retention_days: 730,
            breaker: circuit_breaker::Config::default(),
        }
    }
}
