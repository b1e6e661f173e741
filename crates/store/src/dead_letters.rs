//! The dead letters, for a command beside a running service.

mod filter;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use influx_schema::from_nanoseconds;
use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction, TransactionBehavior, named_params};

use filter::Bound;
pub use filter::DeadLetterFilter;

use crate::counters::Counters;
use crate::failure::{Failure, StoreError};
use crate::open::{OpenError, open_beside};

/// Dead letters that are changed in one transaction: the service waits for a few milliseconds at most.
const CHUNK: usize = 500;

/// A line that the receiver refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id, which it had in the outbox.
    pub id: i64,
    /// The line, with the bytes that were sent.
    pub line: Bytes,
    /// The receiver's reason.
    pub reason: String,
    /// Who refused it.
    pub server: String,
    /// When it was set aside.
    pub set_aside_at: DateTime<Utc>,
}

/// The dead letters of a data directory. Methods block; each change is on the disk when it returns.
///
/// A service may run on the directory or not: one that runs notices within seconds.
#[derive(Debug)]
pub struct DeadLetters {
    db: Connection,
    path: PathBuf,
}

impl DeadLetters {
    /// Opens the database of the data directory.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let (db, path) = open_beside(dir)?;
        Ok(Self { db, path })
    }

    /// How many dead letters pass the filter.
    pub fn count(&self, filter: &DeadLetterFilter) -> Result<u64, StoreError> {
        let filter = Bound::new(filter);
        let sql = format!("SELECT count(*) FROM dead_letters WHERE {}", Bound::CONDITION);
        self.answer(self.db.query_row(&sql, &filter.parameters()[..], |row| row.get(0)))
    }

    /// The oldest dead letters that pass the filter and come after the id `after` (0: from the start), at most
    /// `limit`: the last one's id leads to the next page.
    pub fn list(
        &self,
        filter: &DeadLetterFilter,
        after: i64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        let filter = Bound::new(filter);
        let sql = format!(
            "SELECT id, line, reason, server, set_aside_at FROM dead_letters
             WHERE id > :after AND {} ORDER BY id LIMIT :limit",
            Bound::CONDITION
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut parameters = filter.parameters();
        parameters.extend(named_params! { ":after": after, ":limit": limit });
        let page = self.db.prepare_cached(&sql).and_then(|mut statement| {
            statement.query_map(&parameters[..], dead_letter)?.collect::<Result<Vec<_>>>()
        });
        self.answer(page)
    }

    /// The dead letter of this id, if there is one.
    pub fn show(&self, id: i64) -> Result<Option<DeadLetter>, StoreError> {
        let sql = "SELECT id, line, reason, server, set_aside_at FROM dead_letters WHERE id = ?1";
        self.answer(self.db.query_row(sql, [id], dead_letter).optional())
    }

    /// Puts the dead letters that pass the filter back into the outbox, with the bytes that they have, and says how
    /// many. They get new ids there. One without a line, whose row of history was damaged, stays.
    ///
    /// The bound of the outbox is the service's: it defers what it observes while more than that waits.
    pub fn retry(&mut self, filter: &DeadLetterFilter) -> Result<u64, StoreError> {
        self.change(filter, |transaction, counters, id| {
            let sql =
                "DELETE FROM dead_letters WHERE id = ?1 AND length(line) > 0 RETURNING observation, line";
            let removed = transaction
                .prepare_cached(sql)?
                .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((observation, line)): Option<(Option<i64>, Vec<u8>)> = removed else {
                return Ok(false);
            };
            let sql = "INSERT INTO outbox (observation, line) VALUES (?1, ?2)";
            transaction.prepare_cached(sql)?.execute((observation, &line))?;
            counters.set_aside = counters.set_aside.saturating_sub(1);
            counters.pending_bytes += line.len() as u64;
            Ok(true)
        })
    }

    /// Throws the dead letters that pass the filter away for good, and says how many. They stay counted as set
    /// aside, and are counted as discarded.
    pub fn discard(&mut self, filter: &DeadLetterFilter) -> Result<u64, StoreError> {
        self.change(filter, |transaction, counters, id| {
            let removed =
                transaction.prepare_cached("DELETE FROM dead_letters WHERE id = ?1")?.execute([id])?;
            counters.discarded += removed as u64;
            Ok(removed > 0)
        })
    }

    /// Changes what passes the filter now, in chunks, and says how many were changed. A failure leaves the chunks
    /// before it changed.
    fn change(
        &mut self,
        filter: &DeadLetterFilter,
        mut change: impl FnMut(&Transaction<'_>, &mut Counters, i64) -> Result<bool>,
    ) -> Result<u64, StoreError> {
        let filter = Bound::new(filter);
        // What is refused again meanwhile is not tried a second time.
        let newest = self.db.query_row("SELECT coalesce(max(id), 0) FROM dead_letters", [], |row| row.get(0));
        let newest: i64 = self.answer(newest)?;
        let (mut after, mut changed) = (0, 0);
        loop {
            let chunk = change_chunk(&mut self.db, &filter, (after, newest), &mut change);
            let (last, in_chunk) = self.answer(chunk)?;
            changed += in_chunk;
            match last {
                Some(last) => after = last,
                None => return Ok(changed),
            }
        }
    }

    fn answer<T>(&self, outcome: Result<T>) -> Result<T, StoreError> {
        outcome.map_err(|error| Failure::of(&self.path, &error).into())
    }
}

/// Changes the next dead letters between the ids, and tells the last one's id (none at the end) and how many.
fn change_chunk(
    db: &mut Connection,
    filter: &Bound,
    (after, through): (i64, i64),
    change: &mut impl FnMut(&Transaction<'_>, &mut Counters, i64) -> Result<bool>,
) -> Result<(Option<i64>, u64)> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = Counters::load(&transaction)?;
    let mut counters = before;
    let sql = format!(
        "SELECT id FROM dead_letters WHERE id > :after AND id <= :through AND {} ORDER BY id LIMIT {CHUNK}",
        Bound::CONDITION
    );
    let mut parameters = filter.parameters();
    parameters.extend(named_params! { ":after": after, ":through": through });
    let ids = transaction
        .prepare_cached(&sql)?
        .query_map(&parameters[..], |row| row.get(0))?
        .collect::<Result<Vec<i64>>>()?;
    let mut changed = 0;
    for &id in &ids {
        changed += u64::from(change(&transaction, &mut counters, id)?);
    }
    if counters != before {
        counters.save(&transaction)?;
    }
    transaction.commit()?;
    Ok((ids.last().copied(), changed))
}

fn dead_letter(row: &Row<'_>) -> Result<DeadLetter> {
    Ok(DeadLetter {
        id: row.get(0)?,
        line: Bytes::from(row.get::<_, Vec<u8>>(1)?),
        reason: row.get(2)?,
        server: row.get(3)?,
        set_aside_at: from_nanoseconds(row.get(4)?),
    })
}
