//! Opening the database for a command, beside a service that runs or without one.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{DATABASE, OpenError, owner};
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
    let (found, needed) = (schema::version(&db).map_err(failed)?, schema::known_version());
    if found < needed {
        return Err(OpenError::Older { path, found, needed });
    }
    schema::set_up_writer(&db).map_err(failed)?;
    Ok((db, path))
}
