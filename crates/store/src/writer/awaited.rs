//! Whether somebody waits for the writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts who waits for a write: those whose turn it is, and those whose turn comes.
#[derive(Debug, Default)]
pub(crate) struct Awaited(AtomicUsize);

/// Somebody who waits, until it is dropped.
#[derive(Debug)]
pub(crate) struct Waiting(Arc<Awaited>);

impl Awaited {
    /// Somebody begins to wait.
    pub fn wait(self: &Arc<Self>) -> Waiting {
        self.0.fetch_add(1, Ordering::Relaxed);
        Waiting(Arc::clone(self))
    }

    /// Whether nobody waits.
    pub fn by_nobody(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_is_counted_until_the_last_is_gone() {
        let awaited = Arc::new(Awaited::default());
        assert!(awaited.by_nobody());
        let (first, second) = (awaited.wait(), awaited.wait());
        drop(first);
        assert!(!awaited.by_nobody());
        drop(second);
        assert!(awaited.by_nobody());
    }
}
