//! How long a part of time may be that a server is asked for at once: as long as it gives, and gives in time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::span::{DAY, Span, WINDOW};

/// No part is made shorter than this: 1 h. A server that does not give that much at once gives nothing.
pub(crate) const SHORTEST: i64 = DAY / 24;

/// How long a part may be.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The longest that the server did not refuse to give at once.
    given: AtomicI64,
    /// The longest that it gave in time. Grows again with parts that come quickly.
    in_time: AtomicI64,
    /// A part is waited for so long.
    patience: Duration,
}

/// A part on its way. One that is given up after it was waited for long enough was too long.
pub(crate) struct Underway<'a> {
    parts: &'a Parts,
    part: Span,
    begun: Instant,
    is_over: bool,
}

impl Parts {
    /// Parts of questions that are waited for so long: two of them, one after the other.
    pub fn new(within: Duration) -> Self {
        Self { given: AtomicI64::new(WINDOW), in_time: AtomicI64::new(WINDOW), patience: within / 2 }
    }

    /// A part is waited for so long.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Whether the part is to be asked for in halves.
    pub fn is_too_long(&self, part: Span) -> bool {
        let longest = self.given.load(Ordering::Relaxed).min(self.in_time.load(Ordering::Relaxed));
        part.length() > longest.max(SHORTEST)
    }

    /// The server refused to give the part at once.
    pub fn refused(&self, part: Span) {
        self.given.fetch_min(part.length() / 2, Ordering::Relaxed);
    }

    /// The part is asked for now.
    pub fn ask(&self, part: Span) -> Underway<'_> {
        Underway { parts: self, part, begun: Instant::now(), is_over: false }
    }
}

impl Underway<'_> {
    /// It came.
    pub fn came(mut self) {
        self.is_over = true;
        if self.begun.elapsed() < self.parts.patience / 4 {
            self.parts.in_time.fetch_max(self.part.length().saturating_mul(2).min(WINDOW), Ordering::Relaxed);
        }
    }

    /// It will not come, and that is not for its length.
    pub fn failed(mut self) {
        self.is_over = true;
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        /// A question that ends a little early has waited for it all the same.
        const SOON: Duration = Duration::from_millis(50);
        if !self.is_over && self.begun.elapsed() + SOON >= self.parts.patience {
            self.parts.in_time.fetch_min((self.part.length() / 2).max(SHORTEST), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::{Parts, SHORTEST};
    use crate::span::{DAY, Span, WINDOW};

    fn of(length: i64) -> Span {
        Span { from: 0, until: length }
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_late_is_halved_and_grows_back_when_it_comes_quickly() {
        let parts = Parts::new(Duration::from_secs(4));
        assert!(!parts.is_too_long(of(WINDOW)));
        let underway = parts.ask(of(WINDOW));
        advance(Duration::from_secs(1)).await;
        drop(underway);
        assert!(!parts.is_too_long(of(WINDOW)), "whoever asked went away");
        // Several at a time halve it once.
        let underway = [parts.ask(of(WINDOW)), parts.ask(of(WINDOW))];
        advance(Duration::from_secs(2)).await;
        drop(underway);
        assert!(parts.is_too_long(of(WINDOW)) && !parts.is_too_long(of(WINDOW / 2)));
        let underway = parts.ask(of(WINDOW / 2));
        advance(Duration::from_millis(600)).await;
        underway.came();
        assert!(parts.is_too_long(of(WINDOW)), "not quick enough");
        parts.ask(of(WINDOW / 2)).came();
        assert!(!parts.is_too_long(of(WINDOW)));
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_a_shortest_and_what_is_refused_stays_so() {
        let parts = Parts::new(Duration::from_secs(4));
        let underway = parts.ask(of(SHORTEST));
        advance(Duration::from_secs(2)).await;
        drop(underway);
        assert!(!parts.is_too_long(of(SHORTEST)) && parts.is_too_long(of(2 * SHORTEST)));
        for _ in 0..12 {
            parts.ask(of(WINDOW)).came();
        }
        parts.refused(of(16 * DAY));
        parts.ask(of(WINDOW)).came();
        assert!(!parts.is_too_long(of(8 * DAY)) && parts.is_too_long(of(16 * DAY)));
        let underway = parts.ask(of(4 * DAY));
        advance(Duration::from_secs(2)).await;
        underway.failed();
        assert!(!parts.is_too_long(of(8 * DAY)), "its length is not to blame");
    }
}
