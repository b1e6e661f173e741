//! Opening the database for a command, beside a service that runs or without one.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{DATABASE, OpenError, owner};
use crate::config::StoreConfig;
use crate::schema;

/// Opens the database of the directory as it is, without the service's lock, and tells its path. Nothing is
/// created, brought up to date or mended: that is the service's.
pub(crate) fn open_beside(dir: &Path) -> Result<(Connection, PathBuf), OpenError> {
    let path = dir.join(DATABASE);
    if !path.is_file() {
        return Err(OpenError::Missing { path });
    }
    let failed = |source| OpenError::Database { path: path.clone(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(&path, flags).map_err(failed)?;
    // The log stays as it is: a damaged one is the service's to find.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    owner::check(&db, &path)?;
    check_version(&db, &path)?;
    schema::set_up_writer(&db).map_err(failed)?;
    Ok((db, path))
}

/// Opens the database of the directory so that nothing can be changed, and tells its path.
pub(crate) fn open_to_read(dir: &Path) -> Result<(Connection, PathBuf), OpenError> {
    let path = dir.join(DATABASE);
    if !path.is_file() {
        return Err(OpenError::Missing { path });
    }
    let db =
        schema::open_reader(&path).map_err(|source| OpenError::Database { path: path.clone(), source })?;
    owner::check_whose(&db, &path)?;
    check_version(&db, &path)?;
    Ok((db, path))
}

fn check_version(db: &Connection, path: &Path) -> Result<(), OpenError> {
    let found =
        schema::version(db).map_err(|source| OpenError::Database { path: path.to_owned(), source })?;
    let needed = schema::known_version();
    if found < needed {
        return Err(OpenError::Older { path: path.to_owned(), found, needed });
    }
    Ok(())
}

/// Makes the database of the directory where there is none yet, as a first start of the service does.
pub(crate) fn create_if_missing(dir: &Path, now: DateTime<Utc>) -> Result<(), OpenError> {
    if dir.join(DATABASE).exists() {
        return Ok(());
    }
    let config = StoreConfig { dir: dir.to_owned(), ..StoreConfig::default() };
    super::open(&config, now).map(drop)
}
