//! The data directory: made if missing, claimed by one service at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use tracing::{debug, warn};

use super::OpenError;

/// Name of the file whose lock the service holds while it uses the directory.
const LOCK: &str = "sports.lock";

/// Digits that the process id in the lock's file has at most.
const PID_LENGTH: u64 = 20;

/// Makes the directory if it is missing and claims it until the file is dropped.
pub(super) fn claim(dir: &Path) -> Result<File, OpenError> {
    if dir.exists() && !dir.is_dir() {
        return Err(OpenError::NotADirectory { path: dir.to_owned() });
    }
    let not_writable = |source: std::io::Error| match source.kind() {
        // A part of the path above is a file.
        ErrorKind::NotADirectory => OpenError::NotADirectory { path: dir.to_owned() },
        _ => OpenError::NotWritable { path: dir.to_owned(), source },
    };
    if !dir.exists() {
        std::fs::create_dir_all(dir).map_err(not_writable)?;
        keep_entry(dir);
    }
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(dir.join(LOCK))
        .map_err(not_writable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(OpenError::InUse { path: dir.to_owned(), holder: holder(&file) });
        }
        Err(TryLockError::Error(source)) => return Err(not_writable(source)),
    }
    // The lock is what counts: a full disk is no reason not to start.
    if let Err(error) = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())) {
        warn!(%error, "a second service on {} will not be told who uses it", dir.display());
    }
    Ok(file)
}

/// Who holds the lock, as it wrote there itself.
fn holder(file: &File) -> Option<u32> {
    let mut text = String::new();
    file.take(PID_LENGTH).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

/// Has the new directory's name on the disk before anything in it is: a power cut must not take it away.
fn keep_entry(dir: &Path) {
    let parent = dir.canonicalize().ok().and_then(|dir| dir.parent().and_then(|dir| File::open(dir).ok()));
    // Some file systems know no such thing.
    if let Some(error) = parent.and_then(|parent| parent.sync_all().err()) {
        debug!(%error, "the data directory was made, but not synced");
    }
}
