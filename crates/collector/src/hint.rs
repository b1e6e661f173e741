//! Hints that somebody was served an answer older than it should be.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A wish for a poll. However often it is given, it is one wish; giving it never waits.
#[derive(Debug, Default)]
pub(crate) struct Hint {
    wanted: AtomicBool,
    wake: Notify,
}

impl Hint {
    /// Wishes for a poll.
    pub(crate) fn give(&self) {
        if !self.wanted.swap(true, Ordering::AcqRel) {
            self.wake.notify_one();
        }
    }

    /// Whether a poll is wished for.
    pub(crate) fn is_given(&self) -> bool {
        self.wanted.load(Ordering::Acquire)
    }

    /// Waits for the next wish. One that was given before and fulfilled since may wake once more.
    pub(crate) async fn given(&self) {
        self.wake.notified().await;
    }

    /// Forgets the wish, as it was fulfilled.
    pub(crate) fn fulfill(&self) {
        self.wanted.store(false, Ordering::Release);
    }
}
