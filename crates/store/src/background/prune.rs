//! Forgetting history that is older than it is to be kept.

use rusqlite::{Connection, OptionalExtension, Result};

use super::CHUNK;
use crate::config::cutoff;
use crate::history;
use crate::writer::Batch;

/// Where pruning goes on: after the row of this time and id.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cursor {
    observed_at: i64,
    id: i64,
}

/// A row that is old enough.
struct Old {
    id: i64,
    observed_at: i64,
    game: i64,
    /// Whether it is the newest row of its game.
    newest: bool,
    /// Whether its game, too, began so long ago.
    began_long_ago: bool,
}

/// Prunes the next rows, oldest first, and says where to go on; none when the round is over.
///
/// A row whose line still waits stays, and so does the newest row of a game that is not old itself: what it says
/// is compared with what is observed next.
pub(super) fn chunk(batch: &mut Batch<'_>, from: Cursor) -> Result<Option<Cursor>> {
    let Some(retention) = batch.config.retention else {
        return Ok(None);
    };
    let old = rows(batch.db, cutoff(batch.now, retention), from)?;
    for row in &old {
        if row.newest && (!row.began_long_ago || has_other_rows(batch.db, row)?) {
            continue;
        }
        let sql = "DELETE FROM observations WHERE id = ?1 AND deferred = 0
                   AND NOT EXISTS (SELECT 1 FROM outbox WHERE observation = ?1)";
        let deleted = batch.db.prepare_cached(sql)?.execute([row.id])?;
        batch.counters.observations = batch.counters.observations.saturating_sub(deleted as u64);
        if deleted > 0 {
            // A course is shorter now, or a game is gone.
            batch.changed.note_all();
        }
        if deleted > 0 && row.newest {
            batch.db.prepare_cached("DELETE FROM series WHERE game = ?1")?.execute([row.game])?;
            batch.db.prepare_cached("DELETE FROM games WHERE id = ?1")?.execute([row.game])?;
        }
    }
    batch.oldest = history::oldest(batch.db)?;
    let last = old.last().filter(|_| old.len() == CHUNK);
    Ok(last.map(|row| Cursor { observed_at: row.observed_at, id: row.id }))
}

fn has_other_rows(db: &Connection, row: &Old) -> Result<bool> {
    let other = "SELECT 1 FROM observations WHERE game = ?1 AND id <> ?2 LIMIT 1";
    let other = db.prepare_cached(other)?.query_row((row.game, row.id), |_| Ok(())).optional()?;
    Ok(other.is_some())
}

fn rows(db: &Connection, cutoff: i64, from: Cursor) -> Result<Vec<Old>> {
    let sql = format!(
        "SELECT o.id, o.observed_at, o.game, o.id = g.observation, g.start < ?1
         FROM observations o JOIN games g ON g.id = o.game
         WHERE o.observed_at < ?1 AND (o.observed_at, o.id) > (?2, ?3)
         ORDER BY o.observed_at, o.id LIMIT {CHUNK}"
    );
    db.prepare_cached(&sql)?
        .query_map((cutoff, from.observed_at, from.id), |row| {
            Ok(Old {
                id: row.get(0)?,
                observed_at: row.get(1)?,
                game: row.get(2)?,
                newest: row.get(3)?,
                began_long_ago: row.get(4)?,
            })
        })?
        .collect()
}
