//! When a broker that does not answer is tried again.

use std::time::Duration;

/// Before the first try.
const FIRST: Duration = Duration::from_secs(1);

/// Between two tries at most.
const LONGEST: Duration = Duration::from_mins(1);

/// How long to wait: a second at first, then twice as long each time up to a minute, of which a random share of up to a
/// half is left out, so that not all clients of a broker that was restarted come at once.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait before the next try; `random` is from 0 to 1.
    pub fn next(&mut self, random: f64) -> Duration {
        let longest = FIRST.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        longest.mul_f64(1.0 - random.clamp(0.0, 1.0) / 2.0)
    }

    /// It went well.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_minute_and_differ_by_chance() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..8).map(|_| backoff.next(0.0).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(backoff.next(1.0), Duration::from_secs(30));
        backoff.reset();
        assert_eq!(backoff.next(1.0), Duration::from_millis(500));
        backoff.failures = u32::MAX;
        assert_eq!(backoff.next(0.0), LONGEST);
    }
}
