//! How large batches are, how long they wait, and how failures are paced.

use std::num::NonZeroUsize;
use std::time::Duration;

const BATCH_SIZE: NonZeroUsize = NonZeroUsize::new(100).unwrap();
const DRAIN_BATCH_SIZE: NonZeroUsize = NonZeroUsize::new(5_000).unwrap();

/// How large batches are, how long they wait, and how failures are paced.
#[derive(Debug, Clone)]
pub struct SinkConfig {
    /// A batch goes out at once when this many lines wait. Also the most that a probe carries.
    pub batch_size: NonZeroUsize,
    /// A line waits at most this long, and the jitter, for the batch to fill.
    pub flush_interval: Duration,
    /// At most this much is added to the flush interval, at random, so that many services do not write at once.
    pub flush_jitter: Duration,
    /// The pause before the first retry; it doubles with each further one.
    pub retry_interval: Duration,
    /// How often a write is retried before it waits for the flush interval again.
    pub max_retries: usize,
    /// The longest pause between two retries.
    pub max_retry_delay: Duration,
    /// How many lines a batch carries at most while a backlog drains.
    pub drain_batch_size: NonZeroUsize,
    /// When the server is left alone, and for how long.
    pub breaker: circuit_breaker::Config,
}

impl Default for SinkConfig {
    fn default() -> Self {
        Self {
            batch_size: BATCH_SIZE,
            flush_interval: Duration::from_secs(10),
            flush_jitter: Duration::from_secs(2),
            retry_interval: Duration::from_secs(5),
            max_retries: 5,
            max_retry_delay: Duration::from_secs(30),
            drain_batch_size: DRAIN_BATCH_SIZE,
            breaker: circuit_breaker::Config::default(),
        }
    }
}
