//! What a command can find out about the database, beside a running service.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use influx_schema::from_nanoseconds;
use outbox::Totals;
use rusqlite::{Connection, Result, TransactionBehavior};

use crate::audit::differences;
use crate::counters::Counters;
use crate::failure::Failure;
use crate::open::{OpenError, open_beside};
use crate::room::disk_free;
use crate::writer::bytes_on_disk;

/// Findings of SQLite's check that are told at most.
const FINDINGS: u32 = 10;

/// Commits that are timed: the time of the middle one is told.
const TIMED_COMMITS: usize = 5;

/// What a command found out about the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// Path of the database.
    pub path: PathBuf,
    /// Bytes on disk, the write-ahead log included.
    pub bytes: u64,
    /// Bytes free on the disk of the database, where they could be found out.
    pub disk_free_bytes: Option<u64>,
    /// What is damaged, in SQLite's words; empty: nothing.
    pub damage: Vec<String>,
    /// How the counters differ from the tables, in sentences; empty: not at all.
    pub differences: Vec<String>,
    /// Rows of history.
    pub observations: u64,
    /// What has become of all lines so far.
    pub totals: Totals,
    /// When a game was last seen to change; none before the first observation.
    pub newest: Option<DateTime<Utc>>,
    /// How long one commit takes, its fsync included, or why nothing can be committed, in a sentence.
    pub commit: Result<Duration, String>,
}

impl Checkup {
    /// Reads the whole database of the data directory and commits a few times without changing anything. Blocks:
    /// a second for a few hundred megabytes on flash memory.
    pub fn run(dir: &Path) -> Result<Self, OpenError> {
        let (mut db, path) = open_beside(dir)?;
        let damage = damage(&db).unwrap_or_else(|error| vec![error.to_string()]);
        let failed = |error: rusqlite::Error| Failure::of(&path, &error).message;
        let differences = differences(&mut db).unwrap_or_else(|error| vec![failed(error)]);
        let commit = time_of_a_commit(&mut db).map_err(failed);
        let counters = Counters::load(&db).unwrap_or_default();
        let newest: Option<i64> =
            db.query_row("SELECT max(observed_at) FROM games", [], |row| row.get(0)).unwrap_or_default();
        Ok(Self {
            bytes: bytes_on_disk(&path),
            disk_free_bytes: disk_free(dir),
            damage,
            differences,
            observations: counters.observations,
            totals: counters.totals(),
            newest: newest.map(from_nanoseconds),
            commit,
            path,
        })
    }
}

fn damage(db: &Connection) -> Result<Vec<String>> {
    let mut check = db.prepare(&format!("PRAGMA integrity_check({FINDINGS})"))?;
    let findings = check.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>>>()?;
    Ok(findings.into_iter().filter(|finding| finding != "ok").collect())
}

/// Writes a row as it is, again and again: each commit goes to the disk, and nothing changes.
fn time_of_a_commit(db: &mut Connection) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..TIMED_COMMITS {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("UPDATE about SET version = version", [])?;
        let begin = Instant::now();
        transaction.commit()?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    Ok(times[TIMED_COMMITS / 2])
}
