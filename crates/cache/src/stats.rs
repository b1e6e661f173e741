//! How the cache does.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

use crate::CacheState;

/// How the cache does, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct CacheStats {
    /// Fresh answers whose bytes were there.
    pub hits: u64,
    /// Fresh answers that had to be serialized.
    pub misses: u64,
    /// Answers older than they should be.
    pub stale: u64,
    /// Share of hits in all answers, 0 to 1; 0 before the first.
    pub hit_rate: f64,
    /// Serialized answers now held.
    pub keys_count: u64,
    /// Bytes that they take, their keys included.
    pub bytes: u64,
}

/// Counts answers by their state.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    stale: AtomicU64,
}

impl Counters {
    pub fn count(&self, state: CacheState) {
        let counter = match state {
            CacheState::Hit => &self.hits,
            CacheState::Miss => &self.misses,
            CacheState::Stale => &self.stale,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub fn stats(&self, keys_count: u64, bytes: u64) -> CacheStats {
        let hits = self.hits.load(Ordering::Relaxed);
        let misses = self.misses.load(Ordering::Relaxed);
        let stale = self.stale.load(Ordering::Relaxed);
        let all = hits + misses + stale;
        let hit_rate = if all == 0 { 0.0 } else { hits as f64 / all as f64 };
        CacheStats { hits, misses, stale, hit_rate, keys_count, bytes }
    }
}
