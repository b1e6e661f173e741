//! The lines that wait for InfluxDB, and those that it refused.

use bytes::Bytes;
use influx_schema::nanoseconds;
use outbox::{Entry, EntryId, Rejection};
use rusqlite::{Connection, OptionalExtension, Result};

use crate::writer::{Batch, Work};

/// Lines that are removed at once: a fraction of a millisecond.
const ACKNOWLEDGED_AT_ONCE: usize = 250;

/// Removes lines that were delivered.
pub(crate) struct Acknowledge(pub Vec<EntryId>);

/// Moves lines that were refused to the dead letters.
pub(crate) struct SetAside(pub Vec<Rejection>);

/// The oldest lines after `after`, at most `limit`.
pub(crate) fn peek(db: &Connection, after: EntryId, limit: usize) -> Result<Vec<Entry>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement =
        db.prepare_cached("SELECT id, line FROM outbox WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let entries = statement.query_map((after.0, limit), |row| {
        Ok(Entry { id: EntryId(row.get(0)?), bytes: Bytes::from(row.get::<_, Vec<u8>>(1)?) })
    })?;
    entries.collect()
}

/// Appends a line that was accepted to the queue, and tells the id that it got there.
pub(crate) fn append(batch: &mut Batch<'_>, observation: Option<i64>, line: &[u8]) -> Result<EntryId> {
    let sql = "INSERT INTO outbox (observation, line) VALUES (?1, ?2)";
    batch.counters.newest = batch.db.prepare_cached(sql)?.insert((observation, line))?;
    batch.counters.pending_bytes += line.len() as u64;
    Ok(EntryId(batch.counters.newest))
}

impl Work for Acknowledge {
    type Output = ();

    /// The drain alone waits for it, and has the next batches under way.
    const IS_URGENT: bool = false;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<()> {
        for (first, last) in runs(&self.0, ACKNOWLEDGED_AT_ONCE) {
            (batch.give_way)();
            let sql =
                "SELECT count(*), coalesce(sum(length(line)), 0) FROM outbox WHERE id BETWEEN ?1 AND ?2";
            let (lines, bytes): (u64, u64) = batch
                .db
                .prepare_cached(sql)?
                .query_row((first, last), |row| Ok((row.get(0)?, row.get(1)?)))?;
            let sql = "DELETE FROM outbox WHERE id BETWEEN ?1 AND ?2";
            batch.db.prepare_cached(sql)?.execute((first, last))?;
            batch.counters.delivered += lines;
            batch.counters.delivered_bytes += bytes;
            batch.counters.pending_bytes = batch.counters.pending_bytes.saturating_sub(bytes);
        }
        Ok(())
    }
}

impl Work for SetAside {
    type Output = ();

    fn apply(&self, batch: &mut Batch<'_>) -> Result<()> {
        self.0.iter().try_for_each(|Rejection { id, reason, server }| set_aside(batch, *id, reason, server))
    }
}

/// Moves a line to the dead letters, if it still waits.
pub(crate) fn set_aside(batch: &mut Batch<'_>, id: EntryId, reason: &str, server: &str) -> Result<()> {
    let sql = "DELETE FROM outbox WHERE id = ?1 RETURNING observation, line";
    let removed =
        batch.db.prepare_cached(sql)?.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((observation, line)): Option<(Option<i64>, Vec<u8>)> = removed else {
        return Ok(());
    };
    let sql = "INSERT INTO dead_letters (id, observation, line, reason, server, set_aside_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let at = nanoseconds(batch.now);
    batch.db.prepare_cached(sql)?.insert((id.0, observation, &line, reason, server, at))?;
    batch.counters.set_aside += 1;
    batch.counters.pending_bytes = batch.counters.pending_bytes.saturating_sub(line.len() as u64);
    Ok(())
}

/// The ids as runs of consecutive ones, each of at most `longest`: batches are acknowledged whole, so these are long.
fn runs(ids: &[EntryId], longest: usize) -> Vec<(i64, i64)> {
    let mut ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let runs = ids.chunk_by(|a, b| a.checked_add(1) == Some(*b)).flat_map(|run| run.chunks(longest));
    runs.map(|run| (run[0], run[run.len() - 1])).collect()
}

#[cfg(test)]
mod tests;
