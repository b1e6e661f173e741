//! The tables and their versions, and how a connection is set up.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Result, TransactionBehavior};

use crate::past;

/// Each takes the database from one version to the next; the first makes it out of an empty file. A version that
/// was released is never edited.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_begin.sql"),
    include_str!("../migrations/0002_bounded.sql"),
    include_str!("../migrations/0003_past.sql"),
    include_str!("../migrations/0004_events.sql"),
    include_str!("../migrations/0005_backfill.sql"),
    include_str!("../migrations/0006_own_since.sql"),
    include_str!("../migrations/0007_told_teams.sql"),
];

/// Marks the file as this service's: `SpDa`.
pub(crate) const APPLICATION_ID: i32 = 0x5370_4461;

/// The version since which a table says the version as well.
const WITNESSED_SINCE: i32 = 2;

/// How long a connection waits for another program's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Page cache of the writer: what one batch of a backlog takes fits in. The operating system caches the file as well.
const WRITER_CACHE_KIB: i32 = 4096;

/// Page cache of a reader.
const READER_CACHE_KIB: i32 = 256;

/// The write-ahead log is written into the database once it has so many pages, 4096 bytes each. Polls change the same
/// pages again and again, and each is written into the database once.
const CHECKPOINT_PAGES: i64 = 4_000;

/// The write-ahead log is cut back to this size once it was written into the database.
const JOURNAL_SIZE_LIMIT: i64 = 24 << 20;

/// Prepared statements that a connection keeps: all there are.
const STATEMENTS: usize = 80;

/// The version of the tables that this program makes and knows.
pub(crate) fn known_version() -> i32 {
    i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX)
}

/// Sets up the connection that writes: what it commits is on the disk when the commit returns.
pub(crate) fn set_up_writer(db: &Connection) -> Result<()> {
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    keep_plans(db)?;
    db.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    db.pragma_update(None, "journal_size_limit", JOURNAL_SIZE_LIMIT)?;
    Ok(())
}

/// Opens a connection that only reads. It can be opened in any process, beside the one that writes.
pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    let db = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    keep_plans(&db)?;
    db.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    Ok(db)
}

/// Has statements planned once. Without this guarantee SQLite looks at the values that are bound, and plans a
/// cached statement anew each time they change.
fn keep_plans(db: &Connection) -> Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The version of the tables: 0 for an empty file.
pub(crate) fn version(db: &Connection) -> Result<i32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The version that the tables themselves tell; none before [`WITNESSED_SINCE`] and in other programs' databases.
pub(crate) fn witnessed_version(db: &Connection) -> Option<i32> {
    db.query_row("SELECT version FROM about WHERE only = 1", [], |row| row.get(0)).ok()
}

/// Writes into the header of the file whose it is and its version.
pub(crate) fn sign(db: &Connection, version: i32) -> Result<()> {
    db.pragma_update(None, "application_id", APPLICATION_ID)?;
    db.pragma_update(None, "user_version", version)
}

/// That the tables are as this program makes them: one flipped byte can give a column another name. Indexes are
/// not compared, as they are made anew where they are damaged.
pub(crate) fn check(db: &Connection) -> Result<()> {
    let made = Connection::open_in_memory()?;
    MIGRATIONS.iter().try_for_each(|migration| made.execute_batch(migration))?;
    if tables(db)? == tables(&made)? {
        return Ok(());
    }
    let corrupt = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(rusqlite::Error::SqliteFailure(corrupt, Some("the tables are not as they were made".into())))
}

/// What tables there are, and how they were made.
fn tables(db: &Connection) -> Result<Vec<[Option<String>; 2]>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    db.prepare(sql)?.query_map([], |row| Ok([row.get(0)?, row.get(1)?]))?.collect()
}

/// Brings the tables to the version that this program knows, each step with its version in one transaction.
pub(crate) fn migrate(db: &mut Connection) -> Result<()> {
    let from = usize::try_from(version(db)?).unwrap_or(0);
    for (done, migration) in MIGRATIONS.iter().enumerate().skip(from) {
        let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step.execute_batch(migration)?;
        if done + 1 == past::SINCE_VERSION {
            past::fill(&step)?;
        }
        let version = i32::try_from(done + 1).unwrap_or(i32::MAX);
        sign(&step, version)?;
        if version >= WITNESSED_SINCE {
            step.execute("UPDATE about SET version = ?1", [version])?;
        }
        step.commit()?;
    }
    Ok(())
}
