//! The file of the key: for its owner alone, and there as a whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::{VaultError, shown};
use crate::signature::hex;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// Its owner reads and writes it, nobody else does.
const MODE: u32 = 0o600;

/// The key of a file; none where there is no file.
pub(super) fn read(path: &Path) -> Result<Option<[u8; KEY_BYTES]>, VaultError> {
    let wrong = |reason: String| VaultError::File { path: shown(path), reason };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(format!("{error}; make it readable for the service"))),
    };
    tighten(path);
    let key = unhex(text.trim()).ok_or_else(|| {
        wrong("it does not hold 64 hex digits; put back the right one, or move it away and register the webhooks again".into())
    })?;
    Ok(Some(key))
}

/// Makes a key, and its file. What is there already stays.
pub(super) fn create(path: &Path) -> Result<[u8; KEY_BYTES], VaultError> {
    let wrong = |reason: String| VaultError::File { path: shown(path), reason };
    let mut key = [0; KEY_BYTES];
    aws_lc_rs::rand::fill(&mut key).map_err(|_| wrong("the system gives no random numbers".into()))?;
    // Written under another name first, so that a crash leaves no half a key.
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let written = write(&beside, &format!("{}\n", hex(&key))).and_then(|()| fs::rename(&beside, path));
    let synced = written.and_then(|()| match path.parent() {
        Some(folder) if folder != Path::new("") => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    });
    synced.map_err(|error| {
        let _ = fs::remove_file(&beside);
        wrong(format!("it could not be written: {error}"))
    })?;
    tracing::info!(
        "made {}, which encrypts the secrets of webhooks; keep a copy apart from the database",
        shown(path)
    );
    Ok(key)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A copy from elsewhere may be open to others.
fn tighten(path: &Path) {
    let open_to_others = fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
    if open_to_others {
        match fs::set_permissions(path, Permissions::from_mode(MODE)) {
            Ok(()) => tracing::warn!("{} was open to other users; now it is not", shown(path)),
            Err(error) => tracing::warn!("{} is open to other users ({error}): chmod 600 it", shown(path)),
        }
    }
}

fn unhex(text: &str) -> Option<[u8; KEY_BYTES]> {
    if text.len() != 2 * KEY_BYTES || !text.is_ascii() {
        return None;
    }
    let mut key = [0; KEY_BYTES];
    for (place, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(key)
}
