//! Whose database it is, and of which version.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use rusqlite::{Connection, Error, Result, ffi};
use tracing::error;

use super::OpenError;
use super::damage::as_damage;
use crate::schema;

/// Refuses a database that is not ours, or that a newer program made.
pub(super) fn check_whose(db: &Connection, path: &Path) -> Result<(), OpenError> {
    let unreadable = |error| OpenError::Database { path: path.to_owned(), source: as_damage(error) };
    let (owner, found) = signature(db).map_err(unreadable)?;
    let tables: u32 =
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(unreadable)?;
    if owner != schema::APPLICATION_ID && (owner != 0 || found != 0 || tables > 0) {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    let known = schema::known_version();
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// Refuses a database that is not ours, that a newer program made, or that can only be read.
pub(super) fn check(db: &Connection, path: &Path) -> Result<(), OpenError> {
    check_whose(db, path)?;
    let unreadable = |error| OpenError::Database { path: path.to_owned(), source: as_damage(error) };
    if db.is_readonly("main").map_err(unreadable)? {
        return match OpenOptions::new().write(true).open(path) {
            Err(source) => Err(OpenError::NotWritable { path: path.to_owned(), source }),
            Ok(_) if on_a_disk_that_is_read_only(path) => {
                let source = io::Error::from(io::ErrorKind::ReadOnlyFilesystem);
                Err(OpenError::NotWritable { path: path.to_owned(), source })
            }
            // Nothing but the header keeps SQLite from writing.
            Ok(_) => Err(unreadable(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), None))),
        };
    }
    Ok(())
}

fn on_a_disk_that_is_read_only(path: &Path) -> bool {
    rustix::fs::statvfs(path).is_ok_and(|disk| disk.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

/// Signs the file anew where its header does not say what its tables say, and says so. A bit that changed in the
/// header must neither look like another program's database nor like a newer one.
pub(super) fn mend(db: &Connection, path: &Path) -> Result<Option<String>, OpenError> {
    let failed = |error| OpenError::Database { path: path.to_owned(), source: as_damage(error) };
    let header = signature(db).map_err(failed)?;
    let Some(version) = schema::witnessed_version(db).filter(|version| *version <= schema::known_version())
    else {
        return Ok(None);
    };
    if header == (schema::APPLICATION_ID, version) || db.is_readonly("main").map_err(failed)? {
        return Ok(None);
    }
    schema::sign(db, version).map_err(failed)?;
    let sentence = format!(
        "the header of the database {} was damaged and is mended: nothing is lost; look at the disk",
        path.display()
    );
    error!("{sentence}");
    Ok(Some(sentence))
}

/// Whose it is and of which version, as the header says.
fn signature(db: &Connection) -> Result<(i32, i32)> {
    let owner = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok((owner, schema::version(db)?))
}
