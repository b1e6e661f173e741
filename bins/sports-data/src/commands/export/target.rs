//! Where an export goes: standard output, or a file that has its name once it is complete.

use std::fs::Permissions;
use std::io::{self, BufWriter, Stdout, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use tempfile::NamedTempFile;

/// Bytes that are written at once.
const BUFFER: usize = 256 << 10;

/// What may be done with a file, the process's mask aside, as with any file that a program makes.
const MODE: u32 = 0o666;

/// Where an export goes. One that is dropped before its end leaves no file.
pub(super) enum Target {
    Standard(BufWriter<Stdout>),
    File(BufWriter<NamedTempFile>, PathBuf),
}

impl Target {
    /// Begins a file; `-` is standard output.
    pub fn open(path: &Path, force: bool) -> anyhow::Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::Standard(BufWriter::with_capacity(BUFFER, io::stdout())));
        }
        ensure!(!path.is_dir(), "{} is a folder; name a file in it", path.display());
        ensure!(force || !path.exists(), "{} exists; --force replaces it", path.display());
        let Some(name) = path.file_name() else {
            bail!("{} names no file", path.display());
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(name);
        let file = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            .permissions(Permissions::from_mode(MODE))
            .tempfile_in(folder)
            .map_err(|error| {
                // Without the name that the file has until it is complete, with which tempfile ends it.
                let error = error.to_string();
                let reason = error.split(" at path ").next().unwrap_or(&error);
                anyhow::anyhow!("no file can be made in {}: {reason}", folder.display())
            })?;
        Ok(Self::File(BufWriter::with_capacity(BUFFER, file), path.to_owned()))
    }

    /// Completes the file: from now on it has its name.
    pub fn finish(self, force: bool) -> anyhow::Result<()> {
        match self {
            Self::Standard(mut out) => out.flush().or_else(|error| match error.kind() {
                io::ErrorKind::BrokenPipe => Ok(()),
                _ => Err(error).context("standard output can not be written"),
            }),
            Self::File(out, path) => {
                let failed = || format!("{} can not be written", path.display());
                let file = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(failed)?;
                file.as_file().sync_all().with_context(failed)?;
                let named = if force { file.persist(&path) } else { file.persist_noclobber(&path) };
                named.map(drop).map_err(|error| error.error).with_context(failed)
            }
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out, _) => out.flush(),
        }
    }
}
