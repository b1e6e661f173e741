//! Lines of another database as rows of history, beside a running service or without one.

mod seen;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use influx_schema::{Point, RUN_OF_CORRECTIONS, SeenGame, nanoseconds};
use rusqlite::{Connection, Result, TransactionBehavior};

use crate::config::cutoff;
use crate::counters::Counters;
use crate::failure::{Failure, StoreError};
use crate::history;
use crate::open::{OpenError, create_if_missing, open_beside};
use crate::schema;
use seen::{Seen, SeenGames};

/// Lines that are imported in one transaction: the service waits for a few dozen milliseconds at most.
const CHUNK: usize = 200;

/// Between two transactions the service may write as long.
const PAUSE: Duration = Duration::from_millis(25);

/// A line that was observed later than this from now is from a clock that is wrong.
const CLOCKS_DIFFER_BY: TimeDelta = TimeDelta::minutes(5);

/// How lines are imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Finds out what would be done, and changes nothing.
    pub dry_run: bool,
    /// Has the service send the lines to InfluxDB as well, those that are not older than its retention; none: they
    /// are never sent.
    pub queue: Option<Duration>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// It is a new row of history.
    Added,
    /// History says that already.
    Known,
    /// History has something else that was observed of the game at the same moment: nothing was changed.
    Contradicted,
    /// It was observed in the future: every later look at the game would come before it. Nothing was changed.
    InTheFuture,
}

/// What became of lines, in their order, and how many will be sent to InfluxDB.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportedLines {
    /// What became of each.
    pub landings: Vec<Landing>,
    /// Lines that wait for InfluxDB now.
    pub queued: u64,
}

/// Adds observations to the history of a data directory. Methods block; each change is on the disk when it
/// returns.
///
/// A service may run on the directory or not: one that runs notices within seconds. The order of lines does not
/// matter: of a game the newest observation counts, whenever it was imported, and a finished game is finished.
#[derive(Debug)]
pub struct Import {
    db: Connection,
    path: PathBuf,
    options: ImportOptions,
}

impl Import {
    /// Opens the database of the data directory, and makes it where there is none yet.
    pub fn open(dir: &Path, options: ImportOptions, now: DateTime<Utc>) -> Result<Self, OpenError> {
        if options.dry_run
            && let Err(OpenError::Missing { path }) = open_beside(dir).map(drop)
        {
            let failed = |source| OpenError::Database { path: path.clone(), source };
            let mut db = Connection::open_in_memory().map_err(failed)?;
            schema::migrate(&mut db).map_err(failed)?;
            return Ok(Self { db, path, options });
        }
        create_if_missing(dir, now)?;
        let (db, path) = open_beside(dir)?;
        Ok(Self { db, path, options })
    }

    /// Adds lines, in chunks that are each committed whole. A failure leaves the chunks before it added: the same
    /// lines can be given again.
    pub fn add(
        &mut self,
        lines: &[(Point, SeenGame)],
        now: DateTime<Utc>,
    ) -> Result<ImportedLines, StoreError> {
        let mut imported = ImportedLines::default();
        for (place, chunk) in lines.chunks(CHUNK).enumerate() {
            if place > 0 && !self.options.dry_run {
                // SQLite gives a lock to whoever asks at the right moment: a service would wait for long.
                std::thread::sleep(PAUSE);
            }
            let added = add_chunk(&mut self.db, self.options, chunk, now);
            let added = added.map_err(|error| Failure::of(&self.path, &error))?;
            imported.landings.extend(added.landings);
            imported.queued += added.queued;
        }
        Ok(imported)
    }
}

fn add_chunk(
    db: &mut Connection,
    options: ImportOptions,
    lines: &[(Point, SeenGame)],
    now: DateTime<Utc>,
) -> Result<ImportedLines> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = Counters::load(&transaction)?;
    let mut counters = before;
    let mut imported = ImportedLines::default();
    let mut games = SeenGames::default();
    let mut newest = None;
    let latest = nanoseconds(now + CLOCKS_DIFFER_BY);
    for (point, seen) in lines {
        if point.observed_at > latest {
            imported.landings.push(Landing::InTheFuture);
            continue;
        }
        let game = games.find(&transaction, seen)?;
        let landing = match place(&transaction, game, point, seen)? {
            Err(landing) => landing,
            Ok(point) => {
                if newest.is_none() {
                    note_unqueued(&transaction)?;
                }
                let sent = options.queue.is_some_and(|keeps| point.timestamp >= cutoff(now, keeps));
                let id = history::insert(&transaction, game.id(), seen.status(), &point, None, sent)?.id;
                game.add(seen, id);
                newest = Some(id);
                counters.observations += 1;
                // A line that waits in its row is queued by the service as it has room.
                counters.accepted += u64::from(sent);
                counters.deferred += u64::from(sent);
                imported.queued += u64::from(sent);
                Landing::Added
            }
        };
        imported.landings.push(landing);
    }
    games.save(&transaction, now)?;
    // What was imported is not taken for history that InfluxDB still lacks.
    counters.queued_through = newest.unwrap_or(counters.queued_through);
    if counters != before {
        counters.save(&transaction)?;
    }
    if options.dry_run {
        transaction.rollback()?;
    } else {
        transaction.commit()?;
    }
    Ok(imported)
}

/// The point with the place that it gets in its series, or what became of it without a row.
///
/// Where its place is taken by something else, it gets the next free one, as a correction does.
fn place(db: &Connection, game: &Seen, point: &Point, seen: &SeenGame) -> Result<Result<Point, Landing>> {
    if let Some(there) = history::of_moment(db, game.id(), point.observed_at)? {
        let same = there.point.same_but_for_time(point);
        return Ok(Err(if same { Landing::Known } else { Landing::Contradicted }));
    }
    let mut point = point.clone();
    if let Some(there) = history::at_place(db, game.id(), &point)? {
        if there.point.same_but_for_time(&point) {
            return Ok(Err(Landing::Known));
        }
        let base = point.timestamp - point.timestamp.rem_euclid(RUN_OF_CORRECTIONS);
        let taken = history::newest_taken(db, game.id(), seen.status(), base)?;
        point.timestamp = taken.unwrap_or(point.timestamp).saturating_add(1);
    }
    Ok(Ok(point))
}

/// Notes the rows before those that are imported that nobody considered for the outbox yet.
fn note_unqueued(db: &Connection) -> Result<()> {
    db.execute_batch(
        "INSERT INTO unqueued (first, last)
         SELECT counters.queued_through + 1, newest.id
         FROM counters, (SELECT max(id) AS id FROM observations) AS newest
         WHERE newest.id > counters.queued_through;",
    )
}
