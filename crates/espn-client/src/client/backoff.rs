//! For how long ESPN is left alone after failures. No I/O; time is passed in.

#[cfg(test)]
mod tests;

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use game_model::{SourceError, SourceErrorKind};
use tokio::time::Instant;

use crate::EspnConfig;

/// A wait that doubles with each failure since the last success, with jitter.
#[derive(Debug)]
pub(super) struct Backoff {
    builder: ExponentialBuilder,
    failing: Option<Failing>,
}

#[derive(Debug)]
struct Failing {
    waits: ExponentialBackoff,
    until: Instant,
    why: String,
}

impl Backoff {
    pub(super) fn new(config: &EspnConfig) -> Self {
        let builder = ExponentialBuilder::new()
            .with_min_delay(config.first_backoff)
            .with_max_delay(config.max_backoff)
            .without_max_times()
            .with_jitter();
        Self { builder, failing: None }
    }

    /// Notes a failure and answers how long to wait: as long as it is its turn, or as the source asked for.
    pub(super) fn failed(&mut self, now: Instant, asked_for: Option<Duration>, why: String) -> Duration {
        let builder = self.builder;
        let failing = self.failing.get_or_insert_with(|| Failing {
            waits: builder.build(),
            until: now,
            why: String::new(),
        });
        let wait = failing.waits.next().unwrap_or_default().max(asked_for.unwrap_or_default());
        // Of two failures at the same time the longer wait counts.
        failing.until = failing.until.max(now + wait);
        failing.why = why;
        failing.until - now
    }

    /// The next failure is the first again.
    pub(super) fn succeeded(&mut self) {
        self.failing = None;
    }

    /// What a caller gets instead of a request; none when the wait is over.
    pub(super) fn refusal(&self, now: Instant) -> Option<SourceError> {
        let failing = self.failing.as_ref().filter(|failing| failing.until > now)?;
        let left = failing.until - now;
        Some(SourceError {
            kind: SourceErrorKind::BackingOff,
            message: format!(
                "ESPN is left alone for another {} s after a failure: {}",
                left.as_secs_f64().ceil(),
                failing.why
            ),
            retry_after: left,
        })
    }
}
