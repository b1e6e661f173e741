//! Forgetting events, a chunk at a time.

use std::time::Duration;

use rusqlite::Result;

use crate::background::CHUNK;
use crate::config::cutoff;
use crate::writer::Batch;

/// Events are kept so long, with their deliveries: whoever was away for a month is told no more what it missed.
pub(crate) const EVENTS_KEPT: Duration = Duration::from_hours(30 * 24);

/// Events that are kept at most: those beyond go earlier, the oldest first, but not within a day.
const MAX_EVENTS: u64 = 200_000;

/// However many there are, so long an event is kept: its deliveries may wait as long.
const KEPT_AT_LEAST: Duration = Duration::from_hours(24);

/// Forgets the oldest events, and says whether there may be more to forget.
pub(crate) fn chunk(batch: &mut Batch<'_>) -> Result<bool> {
    // Numbers and times grow together, so that looking at the oldest is enough.
    let sql = format!(
        "DELETE FROM events WHERE number IN (
             SELECT number FROM (SELECT number, committed_at FROM events ORDER BY number LIMIT {CHUNK})
             WHERE committed_at < ?1
                 OR (committed_at < ?2 AND number <= (SELECT max(number) FROM events) - {MAX_EVENTS}))"
    );
    let ages = (cutoff(batch.now, EVENTS_KEPT), cutoff(batch.now, KEPT_AT_LEAST));
    let forgotten = batch.db.prepare_cached(&sql)?.execute(ages)?;
    Ok(forgotten == CHUNK)
}
