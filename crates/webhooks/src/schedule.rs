//! When a delivery is tried again.

use std::num::NonZeroU32;
use std::time::Duration;

use chrono::TimeDelta;

/// The waits before the first attempts that follow.
const FIRST: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Attempts before it gets slower: the first, and one after each of the first waits.
pub(crate) const QUICK_ATTEMPTS: u32 = 4;

/// The wait after those; each that follows is twice as long.
const THEN: Duration = Duration::from_secs(15);

/// No wait is longer.
const LONGEST: Duration = Duration::from_mins(10);

/// Who asks to be left alone is, but no longer than this.
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_hours(1);

/// A delivery is tried so long after it was due.
pub(crate) const TRIED_FOR: TimeDelta = TimeDelta::hours(24);

/// How long to wait once so many attempts failed: 1, 2, 4 s, then 15 s and twice as long each time, up to 10 min.
pub(crate) fn wait_after(attempts: u32) -> Duration {
    let place = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    match FIRST.get(place) {
        Some(wait) => *wait,
        None => THEN.saturating_mul(2_u32.saturating_pow(attempts - QUICK_ATTEMPTS)).min(LONGEST),
    }
}

/// The breaker of a webhook opens once the quick attempts failed, and from then on sets the pace.
pub(crate) fn breaker() -> circuit_breaker::Config {
    circuit_breaker::Config {
        failure_threshold: NonZeroU32::new(QUICK_ATTEMPTS).unwrap_or(NonZeroU32::MIN),
        open_for: THEN,
        max_open_for: LONGEST,
        ..circuit_breaker::Config::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_as_promised() {
        let waits: Vec<u64> = (1..=12).map(|attempts| wait_after(attempts).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 15, 30, 60, 120, 240, 480, 600, 600, 600]);
        assert_eq!(wait_after(u32::MAX), LONGEST);
        assert_eq!(wait_after(0), Duration::from_secs(1));
    }
}
