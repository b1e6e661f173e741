//! When the breaker opens, and for how long.

use std::num::NonZeroU32;
use std::time::Duration;

const FAILURE_THRESHOLD: NonZeroU32 = NonZeroU32::new(3).unwrap();

/// When the breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Config {
    /// So many failures in a row open it: 3.
    pub failure_threshold: NonZeroU32,
    /// It stays open so long before its first probe: 60 s. Each failed probe doubles it.
    pub open_for: Duration,
    /// It never stays open longer than this: 10 min. The same as `open_for`, or less: it does not grow.
    pub max_open_for: Duration,
    /// At most this share of a grown time is added to it at random, so that many services do not probe at once: 0.1.
    pub jitter: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            failure_threshold: FAILURE_THRESHOLD,
            open_for: Duration::from_mins(1),
            max_open_for: Duration::from_mins(10),
            jitter: 0.1,
        }
    }
}

impl Config {
    /// How long it stays open after so many failed probes; `random` is from 0 to 1.
    pub(crate) fn open_time(&self, failed_probes: u32, random: f64) -> Duration {
        if failed_probes == 0 || self.max_open_for <= self.open_for {
            return self.open_for;
        }
        let grown = self.open_for.saturating_mul(2_u32.saturating_pow(failed_probes)).min(self.max_open_for);
        grown.saturating_add(grown.mul_f64(self.jitter.clamp(0.0, 1.0) * random)).min(self.max_open_for)
    }
}
