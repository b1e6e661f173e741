//! Opening the database: one service at a time, a damaged file set aside, older tables brought up to date.

mod beside;
mod damage;
mod directory;
mod owner;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use game_model::EventNumber;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Result};

use crate::background::Background;
use crate::config::StoreConfig;
use crate::counters::Counters;
use crate::events;
use crate::failure::is_damage;
use crate::history;
use crate::schema;

pub(crate) use beside::{create_if_missing, open_beside, open_to_read};
pub(crate) use damage::mark_damaged;

/// Name of the database's file.
const DATABASE: &str = "sports.db";

/// Why the store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What should be the directory is something else.
    #[error("the data directory {} is not a directory: choose another DATA_DIR", path.display())]
    NotADirectory {
        /// The path as configured.
        path: PathBuf,
    },
    /// The directory, or the database in it, can not be made or written.
    #[error("{} can not be written: give the service the right to write it, or choose another DATA_DIR", path.display())]
    NotWritable {
        /// The directory or file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Another service uses the directory.
    #[error(
        "another service{} already uses the data directory {}: stop it, or choose another DATA_DIR",
        holder.map(|pid| format!(" (process {pid})")).unwrap_or_default(), path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The other's process id, where it could be read.
        holder: Option<u32>,
    },
    /// A newer version of the service made the database.
    #[error(
        "the database {} has version {found} and this program knows versions up to {known}: \
         install the newer program again, or choose another DATA_DIR", path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i32,
        /// The newest version that this program knows.
        known: i32,
    },
    /// An older version of the service made the database, and only the service brings it up to date.
    #[error(
        "the database {} has version {found} and this command needs version {needed}: \
         start the service of this version once, which brings it up to date", path.display()
    )]
    Older {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i32,
        /// The version that this program works with.
        needed: i32,
    },
    /// There is no database yet.
    #[error("there is no database {}: start the service once, or choose another DATA_DIR", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file is a database of another program.
    #[error("{} is a database of another program: move it away, or choose another DATA_DIR", path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
    },
    /// SQLite can not open it.
    #[error("the database {} can not be opened: look at the disk and at who may write there", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The operating system refused a thread that reads or writes.
    #[error("the threads that read and write the database can not be started")]
    Thread {
        /// What the operating system said.
        source: io::Error,
    },
}

/// An open database.
pub(crate) struct Opened {
    pub file: OpenFile,
    pub path: PathBuf,
    /// Holds the directory for as long as it lives.
    pub lock: File,
}

/// An open file, and what was read in it.
pub(crate) struct OpenFile {
    pub db: Connection,
    pub counters: Counters,
    pub oldest: Option<i64>,
    pub background: Background,
    /// What a person should know, in sentences.
    pub found: Vec<String>,
    /// What `PRAGMA data_version` says.
    pub data_version: i64,
    /// The newest event that was ever committed.
    pub newest_event: EventNumber,
}

/// Opens the database of the directory, and begins a new one where the old one is damaged.
pub(crate) fn open(config: &StoreConfig, now: DateTime<Utc>) -> Result<Opened, OpenError> {
    let lock = directory::claim(&config.dir)?;
    let path = config.dir.join(DATABASE);
    if path.is_dir() {
        let source = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(OpenError::NotWritable { path, source });
    }
    let mut found = Vec::new();
    found.extend(damage::kept_earlier(&path));
    found.extend(damage::set_aside_damaged_log(&path, now)?);
    let mut file = match open_file(&path, config) {
        Err(OpenError::Database { source, .. }) if is_damage(&source) => {
            found.push(damage::set_aside(&path, now, &source)?);
            open_file(&path, config)
        }
        outcome => outcome,
    }?;
    file.found.splice(0..0, found);
    Ok(Opened { file, path, lock })
}

fn open_file(path: &Path, config: &StoreConfig) -> Result<OpenFile, OpenError> {
    let failed = |source| OpenError::Database { path: path.to_owned(), source };
    let unreadable = |error| failed(damage::as_damage(error));
    let mut db = Connection::open(path).map_err(failed)?;
    // Where opening fails, the log stays as it is beside the file.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    let mut found = Vec::new();
    found.extend(owner::mend(&db, path)?);
    owner::check(&db, path)?;
    schema::set_up_writer(&db).map_err(failed)?;
    found.extend(damage::check(&db, path).map_err(unreadable)?);
    schema::migrate(&mut db).map_err(failed)?;
    schema::check(&db).map_err(unreadable)?;
    let background = Background::begin(&db, config).map_err(unreadable)?;
    let counters = Counters::load(&db).map_err(unreadable)?;
    let oldest = history::oldest(&db).map_err(unreadable)?;
    let newest_event = events::newest(&db).map_err(unreadable)?;
    let data_version = db.pragma_query_value(None, "data_version", |row| row.get(0)).map_err(failed)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(failed)?;
    Ok(OpenFile { db, counters, oldest, background, found, data_version, newest_event })
}

/// The file beside the database whose name ends so: `sports.db-wal`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
