//! Nanoseconds since the Unix epoch, as InfluxDB counts time.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

/// The latest moment that is told apart, 2262-04-11T23:47:15.854775807Z: one second before 64 bits overflow,
/// so that what counts on from a moment (corrections, a clock that stands still) has room.
pub const LATEST: i64 = i64::MAX - 1_000_000_000;

/// Nanoseconds from the Unix epoch to the moment.
///
/// A moment before 1970 counts as the epoch, one after [`LATEST`] as `LATEST`: no game is played then, but a
/// source may write year 1 where it means "unknown", and no such value may stop the others.
pub fn nanoseconds(moment: DateTime<Utc>) -> i64 {
    match moment.timestamp_nanos_opt() {
        Some(ns) => ns.clamp(0, LATEST),
        None if moment < DateTime::UNIX_EPOCH => 0,
        None => LATEST,
    }
}

/// The moment so many nanoseconds after the Unix epoch. Every number is a moment.
pub fn from_nanoseconds(ns: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos(ns)
}
