//! Queueing what was deferred: lines that were accepted while the outbox had no room.

#[cfg(test)]
mod tests;

use rusqlite::{Connection, Result};

use super::CHUNK;
use crate::history::{Recorded, SELECT_RECORDED, readable, recorded};
use crate::lines;
use crate::writer::Batch;

/// Why a line that was deferred can not be queued.
const UNREADABLE: &str = "its row of history was damaged before there was room to queue it";

/// Who says so.
const STORE: &str = "store";

/// Queues the oldest deferred lines for as long as there is room.
pub(super) fn chunk(batch: &mut Batch<'_>) -> Result<()> {
    let rows = oldest(batch.db)?;
    if rows.is_empty() {
        // The audit says by how much the counter was wrong.
        batch.counters.deferred = 0;
    }
    for (id, row) in rows {
        if !batch.has_room_for_backlog() {
            break;
        }
        batch.db.prepare_cached("UPDATE observations SET deferred = 0 WHERE id = ?1")?.execute([id])?;
        batch.counters.deferred = batch.counters.deferred.saturating_sub(1);
        let line = row.as_ref().map(|row| row.point.encode()).unwrap_or_default();
        let entry = lines::append(batch, Some(id), &line)?;
        if row.is_none() {
            lines::set_aside(batch, entry, UNREADABLE, STORE)?;
        }
    }
    Ok(())
}

/// The oldest deferred rows with their ids; no row where it can not be read.
fn oldest(db: &Connection) -> Result<Vec<(i64, Option<Recorded>)>> {
    let mut statement = db.prepare_cached(&select_oldest())?;
    let rows = statement.query_map([], |row| {
        let id = row.get(0)?;
        Ok((id, readable(id, recorded(row))?))
    })?;
    rows.collect()
}

/// The left join keeps a row whose series is gone.
fn select_oldest() -> String {
    let select = SELECT_RECORDED.replace(" JOIN series", " LEFT JOIN series");
    format!("{select} WHERE o.deferred = 1 ORDER BY o.id LIMIT {CHUNK}")
}
