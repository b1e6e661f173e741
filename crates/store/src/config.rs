//! What the store is told at its start.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use influx_schema::nanoseconds;

/// Bytes of lines that wait for InfluxDB at most, unless told otherwise: 1 GiB.
pub const DEFAULT_OUTBOX_MAX_BYTES: u64 = 1 << 30;

/// Bytes of the disk that stay free, unless told otherwise: 100 MiB.
pub const DEFAULT_DISK_FREE_MIN_BYTES: u64 = 100 << 20;

/// How often a moving clock alone adds to the history, unless told otherwise.
pub const DEFAULT_HISTORY_CLOCK: Duration = Duration::from_mins(1);

/// What is found so long after the look before is late, unless told otherwise: an outage of a minute, and the poll
/// before it.
pub const DEFAULT_LATE_AFTER: Duration = Duration::from_secs(70);

/// What the store is told at its start.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The directory of the database; created if missing.
    pub dir: PathBuf,
    /// How lines are queued for InfluxDB; none while it is off: then nothing is queued.
    pub queue: Option<QueueConfig>,
    /// How long history is kept; none: for ever. What is still pending is kept longer.
    pub retention: Option<Duration>,
    /// Bytes of lines that wait for InfluxDB at most: what is observed beyond is deferred, and queued once there is
    /// room.
    pub outbox_max_bytes: u64,
    /// Bytes that are to stay free on the disk: while fewer are, what is observed is deferred.
    pub disk_free_min_bytes: u64,
    /// The history keeps a poll in which only the clock of a live game moved once per this time; zero keeps every
    /// poll. InfluxDB gets a line of every poll.
    pub history_clock: Duration,
    /// What changed of a game that is watched closely is told as late if the look before was so long ago.
    pub late_after: Duration,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            dir: "data".into(),
            queue: None,
            retention: None,
            outbox_max_bytes: DEFAULT_OUTBOX_MAX_BYTES,
            disk_free_min_bytes: DEFAULT_DISK_FREE_MIN_BYTES,
            history_clock: DEFAULT_HISTORY_CLOCK,
            late_after: DEFAULT_LATE_AFTER,
        }
    }
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
