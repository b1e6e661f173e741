//! When to try again after a failure.

#[cfg(test)]
mod tests;

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::SinkConfig;
use crate::failure::Failure;

/// The longest `Retry-After` that is honoured. A server or proxy that says more is asked again after this.
pub const MAX_RETRY_AFTER: Duration = Duration::from_mins(10);

/// As good as never, and no overflow.
const FAR: Duration = Duration::from_hours(10 * 365 * 24);

/// The pauses between retries, without an end.
pub(crate) fn pauses(config: &SinkConfig) -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(config.retry_interval.min(config.max_retry_delay))
        .with_factor(2.0)
        .with_max_delay(config.max_retry_delay)
        .without_max_times()
}

/// The cycle of retries.
#[derive(Debug)]
pub(crate) struct Pace {
    cycle: ExponentialBuilder,
    backoff: ExponentialBackoff,
}

impl Pace {
    pub fn new(config: &SinkConfig) -> Self {
        let cycle = pauses(config).with_max_times(config.max_retries);
        Self { cycle, backoff: cycle.build() }
    }

    /// The cycle is over.
    pub fn reset(&mut self) {
        self.backoff = self.cycle.build();
    }

    /// When to try again: after the next pause of the cycle, or after `idle` once its retries are used up. An open
    /// breaker ends the cycle, and a probe follows when it lets one pass. The server's `Retry-After` is kept to
    /// in any case.
    pub fn next(
        &mut self,
        failure: Failure,
        now: Instant,
        probe_in: Option<Duration>,
        idle: Duration,
    ) -> Instant {
        let pause = probe_in.or_else(|| self.backoff.next());
        if probe_in.is_some() || pause.is_none() {
            self.reset();
        }
        let asked = match failure {
            Failure::Retry { after: Some(after) } => after.min(MAX_RETRY_AFTER),
            _ => Duration::ZERO,
        };
        later(now, pause.unwrap_or(idle).max(asked))
    }
}

/// So much later, however long that is.
pub(crate) fn later(now: Instant, pause: Duration) -> Instant {
    now + pause.min(FAR)
}
