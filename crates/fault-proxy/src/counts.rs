//! What was injected so far.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::FaultKind;

/// What a proxy did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    connections: u64,
    injected: [u64; FaultKind::ALL.len()],
}

impl Counts {
    /// Connections that clients made.
    pub fn connections(&self) -> u64 {
        self.connections
    }

    /// Connections on which a fault of this kind struck. One that was planned and never came to pass, because the
    /// connection ended before, is not counted.
    pub fn of(&self, kind: FaultKind) -> u64 {
        self.injected[kind as usize]
    }

    /// Connections on which any fault struck.
    pub fn injected(&self) -> u64 {
        self.injected.iter().sum()
    }
}

/// The same, while it is being counted.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    connections: AtomicU64,
    injected: [AtomicU64; FaultKind::ALL.len()],
}

impl Counting {
    pub fn connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub fn struck(&self, kind: FaultKind) {
        self.injected[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub fn counts(&self) -> Counts {
        Counts {
            connections: self.connections.load(Ordering::Relaxed),
            injected: std::array::from_fn(|kind| self.injected[kind].load(Ordering::Relaxed)),
        }
    }
}
