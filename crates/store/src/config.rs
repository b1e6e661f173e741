//! What the store is told at its start.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use influx_schema::nanoseconds;

/// What the store is told at its start.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The directory of the database; created if missing.
    pub dir: PathBuf,
    /// How lines are queued for InfluxDB; none while it is off: then nothing is queued.
    pub queue: Option<QueueConfig>,
    /// How long history is kept; none: for ever. What is still pending is kept longer.
    pub retention: Option<Duration>,
}

/// How lines are queued for InfluxDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueConfig {
    /// InfluxDB's retention: a point with an older timestamp goes into history only.
    pub retention: Duration,
}

/// The nanosecond before which things are older than `retention`.
pub(crate) fn cutoff(now: DateTime<Utc>, retention: Duration) -> i64 {
    let age = i64::try_from(retention.as_nanos()).unwrap_or(i64::MAX);
    nanoseconds(now).saturating_sub(age)
}
