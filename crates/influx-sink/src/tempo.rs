//! How much is sent at once.

use crate::SinkConfig;

/// One batch in flight is never enough while all is well: while the server works at it, another is read,
/// compressed, on its way, or acknowledged.
const OVERLAP: usize = 2;

/// How much is sent at once: all that is allowed while writes succeed, little after one has failed.
///
/// A server too slow for a large batch would time out on it for ever; growing from a small one finds what it can
/// take, and a probe is a single small batch.
#[derive(Debug)]
pub(crate) struct Tempo {
    smallest: usize,
    largest: usize,
    limit: usize,
    parallel: usize,
    cautious: bool,
}

impl Tempo {
    pub fn new(config: &SinkConfig) -> Self {
        let smallest = config.batch_size.get();
        let largest = config.drain_batch_size.get().max(smallest);
        Self { smallest, largest, limit: largest, parallel: 1, cautious: false }
    }

    /// How many lines go into a batch at most.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// How many lines go into the smallest of large batches: that of a probe.
    pub fn smallest(&self) -> usize {
        self.smallest
    }

    /// How many batches may be in flight.
    pub fn width(&self) -> usize {
        if self.cautious { 1 } else { self.parallel.max(OVERLAP) }
    }

    /// Whether a write failed, and none has succeeded since.
    pub fn is_cautious(&self) -> bool {
        self.cautious
    }

    /// The server takes so many writes at a time.
    pub fn allow_parallel(&mut self, writes: usize) {
        self.parallel = writes;
    }

    /// A batch was delivered.
    pub fn grow(&mut self) {
        self.cautious = false;
        self.limit = self.limit.saturating_mul(2).min(self.largest);
    }

    /// A batch was not delivered.
    pub fn slow_down(&mut self) {
        self.cautious = true;
        self.limit = self.smallest;
    }
}
