//! What was counted, as clients get it.

use std::collections::BTreeMap;

use cache::CacheStats;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::schemas::time;
use super::timestamp;

/// The answer of `/api/v1/metrics/api-usage`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Usage {
    pub(crate) total_calls_today: u64,
    pub(crate) cache_hits: u64,
    pub(crate) cache_misses: u64,
    pub(crate) estimated_daily_calls: u64,
    pub(crate) within_free_tier: bool,
    /// `nfl_calls` and so on.
    #[serde(flatten)]
    pub(crate) calls: BTreeMap<String, u64>,
}

/// The answer of `/api/v1/cache/stats`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stats {
    hits: u64,
    misses: u64,
    stale: u64,
    /// Share of hits in all answers, 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    hit_rate: f64,
    keys_count: u64,
    bytes: u64,
    #[schema(schema_with = time)]
    timestamp: String,
}

impl Stats {
    /// What the cache counted up to now.
    pub(crate) fn new(stats: CacheStats, now: DateTime<Utc>) -> Self {
        let CacheStats { hits, misses, stale, hit_rate, keys_count, bytes } = stats;
        Self { hits, misses, stale, hit_rate, keys_count, bytes, timestamp: timestamp(now) }
    }
}
