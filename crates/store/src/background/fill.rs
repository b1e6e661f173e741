//! Queueing history that was recorded while InfluxDB was off.

use rusqlite::{Connection, OptionalExtension, Result};
use tracing::info;

use super::CHUNK;
use crate::history::{Recorded, SELECT_RECORDED, readable, recorded};
use crate::writer::Batch;

/// Notes the rows of history that nobody considered yet, and says whether any wait.
///
/// From here on every new row is queued by the commit that adds it, so that none is queued twice.
pub(super) fn begin(db: &Connection) -> Result<bool> {
    let transaction = db.unchecked_transaction()?;
    note(&transaction)?;
    let waits = waits(&transaction)?;
    transaction.commit()?;
    if waits {
        info!("history that was not queued for InfluxDB is queued in the background");
    }
    Ok(waits)
}

/// Notes the rows of history that nobody considered yet, inside a transaction.
pub(crate) fn note(transaction: &Connection) -> Result<()> {
    transaction.execute_batch(
        "INSERT INTO unqueued (first, last)
         SELECT counters.queued_through + 1, newest.id
         FROM counters, (SELECT max(id) AS id FROM observations) AS newest
         WHERE newest.id > counters.queued_through;
         UPDATE counters SET queued_through = (SELECT max(id) FROM observations)
         WHERE queued_through < (SELECT max(id) FROM observations);",
    )
}

/// Whether rows of history wait to be considered.
pub(super) fn waits(db: &Connection) -> Result<bool> {
    db.query_row("SELECT EXISTS (SELECT 1 FROM unqueued)", [], |row| row.get(0))
}

/// Considers the next rows, oldest first and as long as there is room, and says whether more may wait.
pub(super) fn chunk(batch: &mut Batch<'_>) -> Result<bool> {
    let range = "SELECT first, last FROM unqueued ORDER BY first LIMIT 1";
    let range = batch.db.prepare_cached(range)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((first, last)): Option<(i64, i64)> = range.optional()? else {
        return Ok(false);
    };
    let rows = rows(batch.db, first, last)?;
    let mut considered = 0;
    for (id, row) in &rows {
        if let Some(line) = row.as_ref().and_then(|row| batch.line(&row.point)) {
            if !batch.has_room_for_backlog() {
                break;
            }
            batch.queue(Some(*id), &line)?;
        }
        considered += 1;
    }
    let after_all = || rows.last().map(|(id, _)| id + 1).filter(|id| rows.len() == CHUNK && *id <= last);
    let next = rows.get(considered).map(|(id, _)| *id).or_else(after_all);
    if let Some(next) = next {
        let sql = "UPDATE unqueued SET first = ?2 WHERE first = ?1";
        batch.db.prepare_cached(sql)?.execute((first, next))?;
    } else {
        batch.db.prepare_cached("DELETE FROM unqueued WHERE first = ?1")?.execute([first])?;
    }
    Ok(true)
}

/// The next rows with their ids; no row where it can not be read.
fn rows(db: &Connection, first: i64, last: i64) -> Result<Vec<(i64, Option<Recorded>)>> {
    let sql = format!("{SELECT_RECORDED} WHERE o.id BETWEEN ?1 AND ?2 ORDER BY o.id LIMIT {CHUNK}");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map((first, last), |row| {
        let id = row.get(0)?;
        Ok((id, readable(id, recorded(row))?))
    })?;
    rows.collect()
}
