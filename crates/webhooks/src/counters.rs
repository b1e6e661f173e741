//! What is counted of deliveries since the start.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the buckets of durations, in milliseconds.
const BUCKETS: [u64; 10] = [5, 10, 20, 50, 100, 250, 500, 1_000, 5_000, 10_000];

/// What is counted of deliveries.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub in_flight: AtomicU64,
    pub delivered: AtomicU64,
    pub failed_attempts: AtomicU64,
    pub given_up: AtomicU64,
    /// The last is of those that took longer than every bound.
    durations: [AtomicU64; BUCKETS.len() + 1],
    microseconds: AtomicU64,
}

/// A count that goes up by one now, and down by one when this is dropped.
pub(crate) struct Up<'a>(&'a AtomicU64);

impl Drop for Up<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Counters {
    /// A delivery is under way.
    pub fn under_way(&self) -> Up<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        Up(&self.in_flight)
    }

    /// A delivery was taken at its first attempt, so long after it was due.
    pub fn took(&self, took: Duration) {
        let milliseconds = took.as_micros().div_ceil(1_000);
        let bucket = BUCKETS.iter().position(|&bound| milliseconds <= bound.into()).unwrap_or(BUCKETS.len());
        self.durations[bucket].fetch_add(1, Ordering::Relaxed);
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.microseconds.fetch_add(microseconds, Ordering::Relaxed);
    }

    /// How many deliveries lie in each bucket, by its bound in seconds; and the sum of their durations in seconds.
    pub fn durations(&self) -> (Vec<(f64, u64)>, f64) {
        let bounds = BUCKETS.iter().map(|&bound| bound as f64 / 1e3).chain([f64::INFINITY]);
        let counts = self.durations.iter().map(|count| count.load(Ordering::Relaxed));
        (bounds.zip(counts).collect(), self.microseconds.load(Ordering::Relaxed) as f64 / 1e6)
    }
}

/// Adds one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
