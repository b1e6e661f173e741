//! The history as lines, to be sent again; how far that got is remembered.

mod progress;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use game_model::League;
use influx_schema::nanoseconds;
use rusqlite::{Connection, Result, named_params};

pub use progress::ReplayProgress;

use crate::failure::{Failure, StoreError};
use crate::history::{SELECT_RECORDED, readable, recorded};
use crate::open::{OpenError, open_beside};

/// The part of the history that is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRange {
    /// What was observed then or later.
    pub from: DateTime<Utc>,
    /// What was observed before.
    pub to: DateTime<Utc>,
    /// One league; none: all.
    pub league: Option<League>,
}

/// A replay of a range of history to one target, beside a running service or without one. Methods block.
///
/// It reads the rows that are there when it is opened: what is observed later is the service's to send.
#[derive(Debug)]
pub struct Replay {
    db: Connection,
    path: PathBuf,
    range: ReplayRange,
    target: String,
    /// The first and the last row of the range, and some of other leagues between them.
    rows: (i64, i64),
    total: u64,
    progress: ReplayProgress,
}

/// Lines that belong together in one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayPage {
    /// The lines in the order in which they were observed, each with the bytes it had.
    pub lines: Vec<Bytes>,
    /// The last row of history that the page considered.
    through: i64,
    /// Rows that it considered, unreadable ones among them.
    rows: u64,
}

impl Replay {
    /// Opens the history of the data directory. `target` is whatever tells one receiver from another: a replay of
    /// the same range to the same target goes on where the last one was interrupted.
    pub fn open(dir: &Path, range: ReplayRange, target: &str) -> Result<Self, OpenError> {
        let (db, path) = open_beside(dir)?;
        let read = extent(&db, &range)
            .and_then(|(rows, total)| Ok((rows, total, progress::load(&db, &range, target)?)));
        match read {
            Ok((rows, total, progress)) => {
                Ok(Self { db, path, range, target: target.to_owned(), rows, total, progress })
            }
            Err(source) => Err(OpenError::Database { path, source }),
        }
    }

    /// Rows of history in the range: lines, if all of them can be read.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How far it got, in an earlier run or in this one.
    pub fn progress(&self) -> ReplayProgress {
        self.progress
    }

    /// The next lines, from at most `limit` rows; none at the end. They stay the next ones until they are marked
    /// as sent.
    pub fn page(&self, limit: usize) -> Result<Option<ReplayPage>, StoreError> {
        self.answer(self.read_page(limit))
    }

    fn read_page(&self, limit: usize) -> Result<Option<ReplayPage>> {
        let mut statement = self.db.prepare_cached(&select_page())?;
        let mut rows = statement.query(named_params! {
            ":after": self.progress.through.max(self.rows.0.saturating_sub(1)),
            ":last": self.rows.1,
            ":from": nanoseconds(self.range.from),
            ":to": nanoseconds(self.range.to),
            ":league": league_key(&self.range),
            ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
        })?;
        let mut page = ReplayPage { lines: Vec::new(), through: 0, rows: 0 };
        while let Some(row) = rows.next()? {
            page.through = row.get(0)?;
            page.rows += 1;
            if let Some(row) = readable(page.through, recorded(row))? {
                page.lines.push(Bytes::from(row.point.encode()));
            }
        }
        Ok((page.rows > 0).then_some(page))
    }

    /// Remembers that a page reached the target. What follows is the next page, also after an interruption.
    pub fn mark_sent(&mut self, page: &ReplayPage, now: DateTime<Utc>) -> Result<(), StoreError> {
        let progress = ReplayProgress {
            through: page.through,
            sent: self.progress.sent + page.rows,
            updated_at: Some(now),
        };
        self.answer(progress::save(&self.db, &self.range, &self.target, progress))?;
        self.progress = progress;
        Ok(())
    }

    /// Forgets how far it got: after the end, or to begin again.
    pub fn forget(&mut self) -> Result<(), StoreError> {
        self.answer(progress::forget(&self.db, &self.range, &self.target))?;
        self.progress = ReplayProgress::default();
        Ok(())
    }

    fn answer<T>(&self, outcome: Result<T>) -> Result<T, StoreError> {
        outcome.map_err(|error| Failure::of(&self.path, &error).into())
    }
}

fn select_page() -> String {
    format!(
        "{SELECT_RECORDED} WHERE o.id > :after AND o.id <= :last AND {IN_RANGE} ORDER BY o.id LIMIT :limit"
    )
}

/// What a row of `observations o` must meet to be in the range. The sign keeps SQLite from walking the index of
/// times: pages walk the ids.
const IN_RANGE: &str = "+o.observed_at >= :from AND +o.observed_at < :to
    AND (:league = '' OR o.game IN (SELECT id FROM games WHERE league = :league))";

/// The first and the last id of the range, and how many rows are in it.
fn extent(db: &Connection, range: &ReplayRange) -> Result<((i64, i64), u64)> {
    let sql = "SELECT coalesce(min(o.id), 0), coalesce(max(o.id), 0), count(*) FROM observations o
               WHERE o.observed_at >= :from AND o.observed_at < :to
               AND (:league = '' OR o.game IN (SELECT id FROM games WHERE league = :league))";
    let parameters = named_params! {
        ":from": nanoseconds(range.from),
        ":to": nanoseconds(range.to),
        ":league": league_key(range),
    };
    db.query_row(sql, parameters, |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))
}

/// The league as the tables of the store name it: empty for all.
fn league_key(range: &ReplayRange) -> &str {
    range.league.map_or("", |league| league.key)
}
