//! Ctrl-C and SIGTERM, seen instead of died of: what was started has to be stopped first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};

/// Whether the user, or the system, wants the task to end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Watches SIGINT and SIGTERM from here on.
    pub fn watch() -> anyhow::Result<Self> {
        let seen = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, seen.clone()).context("cannot watch signals")?;
        }
        Ok(Self(seen))
    }

    /// Whether one of them came.
    pub fn seen(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error where one of them came.
    pub fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.seen(), "interrupted");
        Ok(())
    }
}

#[cfg(test)]
impl Interrupt {
    /// One that came already.
    pub fn interrupted() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}
