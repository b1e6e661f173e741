//! Files that are damaged: found, set aside under another name, and said.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Error, ErrorCode, Result, ffi};
use tracing::{error, warn};

use super::{OpenError, beside};

/// A file up to this size is checked at every start: a few milliseconds on flash memory.
const ALWAYS_CHECKED: u64 = 4 << 20;

/// The check that finds everything that SQLite can find.
const THOROUGH: &str = "PRAGMA integrity_check(1)";

/// Bytes of the header of a write-ahead log.
const LOG_HEADER: usize = 32;

/// How a write-ahead log begins, by the byte order of its checksums: <https://sqlite.org/fileformat2.html#walformat>.
const LOG_MAGIC: [[u8; 4]; 2] = [0x377f_0682_u32.to_be_bytes(), 0x377f_0683_u32.to_be_bytes()];

/// What follows the database's name where a file was set aside.
const CORRUPT: &str = ".corrupt-";

/// Names that are tried for a file to be set aside, where others were set aside in the same second.
const NAMES: u32 = 100;

/// Notes that damage was found while the service ran, so that the next start checks the whole file.
pub(crate) fn mark_damaged(path: &Path) {
    if let Err(error) = fs::write(mark(path), "") {
        warn!(%error, "the next start will not know that the database is damaged");
    }
}

fn mark(path: &Path) -> PathBuf {
    beside(path, ".damaged")
}

/// Checks a file that is small, or, thoroughly, one in which damage was found while the service ran. Others are
/// checked as far as opening reads them, so that a start takes no longer the more history there is.
///
/// Indexes that do not agree with their tables are made anew, which is said.
pub(super) fn check(db: &Connection, path: &Path) -> Result<Option<String>> {
    let size = fs::metadata(path).map_or(0, |file| file.len());
    let check = if mark(path).exists() {
        THOROUGH
    } else if size <= ALWAYS_CHECKED {
        "PRAGMA quick_check(1)"
    } else {
        return Ok(None);
    };
    let finding = finding(db, check)?;
    let mended = if finding.is_empty() {
        // What was found was passing: a disk that could not be read, perhaps.
        None
    } else if check == THOROUGH && db.execute_batch("REINDEX").is_ok() && self::finding(db, check)?.is_empty()
    {
        let sentence = format!(
            "indexes of the database {} were damaged ({finding}) and are made anew: nothing is lost; look at the disk",
            path.display()
        );
        error!("{sentence}");
        Some(sentence)
    } else {
        return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(finding)));
    };
    let _ = fs::remove_file(mark(path));
    Ok(mended)
}

/// What the check found first; empty: nothing.
fn finding(db: &Connection, check: &str) -> Result<String> {
    let finding: String = db.query_row(check, [], |row| row.get(0))?;
    Ok(if finding == "ok" { String::new() } else { finding })
}

/// The error of a read at the start, as damage where it can be nothing else: tables or rows that are always there
/// are missing.
pub(super) fn as_damage(error: Error) -> Error {
    let missing = match error.sqlite_error_code() {
        Some(code) => {
            // SQLITE_ERROR has no name of its own there.
            let general = error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_ERROR);
            general || code == ErrorCode::ConstraintViolation
        }
        None => matches!(error, Error::QueryReturnedNoRows),
    };
    if missing {
        return Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(error.to_string()));
    }
    error
}

/// Sets the database and its log aside and says so in a sentence.
pub(super) fn set_aside(path: &Path, now: DateTime<Utc>, why: &Error) -> Result<String, OpenError> {
    let kept = free_name(path, now);
    for suffix in ["-wal", "-shm", ""] {
        move_if_there(&beside(path, suffix), &beside(&kept, suffix))?;
    }
    let _ = fs::remove_file(mark(path));
    let sentence = format!(
        "the database {} was damaged ({why}) and is kept as {}: history began anew at {}; \
         `sqlite3 FILE .recover` reads what is left of the old one",
        path.display(),
        kept.display(),
        now.format("%Y-%m-%d %H:%M:%S UTC")
    );
    error!("{sentence}");
    Ok(sentence)
}

/// Sets a write-ahead log aside that does not begin like one, and says so. SQLite would drop it in silence.
///
/// A log that a power cut left incomplete is no damage: what was committed is before its torn end.
pub(super) fn set_aside_damaged_log(path: &Path, now: DateTime<Utc>) -> Result<Option<String>, OpenError> {
    let log = beside(path, "-wal");
    let mut header = [0; LOG_HEADER];
    let read = fs::File::open(&log).and_then(|mut file| file.read_exact(&mut header));
    if read.is_err() || header == [0; LOG_HEADER] || LOG_MAGIC.iter().any(|magic| header.starts_with(magic)) {
        return Ok(None);
    }
    let kept = beside(&free_name(path, now), "-wal");
    move_if_there(&log, &kept)?;
    let sentence = format!(
        "the write-ahead log {} was damaged and is kept as {}: what was committed shortly before the last stop \
         may be missing from history and from InfluxDB",
        log.display(),
        kept.display()
    );
    error!("{sentence}");
    Ok(Some(sentence))
}

/// Says which files were set aside at earlier starts and are still there: a person has not seen to them yet.
pub(super) fn kept_earlier(path: &Path) -> Option<String> {
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    let prefix = format!("{name}{CORRUPT}");
    let names = fs::read_dir(folder).ok()?.flatten().filter_map(|file| file.file_name().into_string().ok());
    let mut kept: Vec<String> =
        names.filter(|name| name.starts_with(&prefix) && !name.ends_with("-shm")).collect();
    kept.sort();
    (!kept.is_empty()).then(|| {
        format!(
            "damaged files of an earlier start are kept in {}: {}; `sqlite3 FILE .recover` reads what is left of a \
             database; move them away to end this notice",
            folder.display(),
            kept.join(", ")
        )
    })
}

/// `sports.db.corrupt-20261124T150000Z`, or with a number after it.
fn free_name(path: &Path, now: DateTime<Utc>) -> PathBuf {
    let name = beside(path, &format!("{CORRUPT}{}", now.format("%Y%m%dT%H%M%SZ")));
    let is_free = |name: &PathBuf| ["", "-wal"].iter().all(|suffix| !beside(name, suffix).exists());
    let numbered = (2..NAMES).map(|number| beside(&name, &format!("-{number}")));
    std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name)
}

fn move_if_there(from: &Path, to: &Path) -> Result<(), OpenError> {
    match fs::rename(from, to) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(OpenError::NotWritable { path: from.to_owned(), source })
        }
        _ => Ok(()),
    }
}
