//! The scoreboards that are served: one of the NFL and one of the NHL, in a folder of their own.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use super::programs::Programs;
use crate::process;

/// The leagues, as they stand in the names of the files.
const LEAGUES: [&str; 2] = ["nfl", "nhl"];

/// What stands at the head of a gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The folder of captures beside the workspace, unless `SPORTS_DATA_SHARED` names another.
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");

/// A folder with a scoreboard of each league.
#[derive(Debug)]
pub struct Captures {
    folder: TempDir,
    files: Vec<PathBuf>,
    generated: bool,
}

impl Captures {
    /// The largest capture of each league from the folder given, or from the one that is there, or made up.
    pub fn find(given: Option<&Path>, programs: &Programs) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let shared = std::env::var_os("SPORTS_DATA_SHARED").map_or_else(|| SHARED.into(), PathBuf::from);
        let usual = shared.join("captures/espn");
        let source = given.or_else(|| usual.is_dir().then_some(&*usual));
        let files = match source {
            Some(source) => copy_largest(source, folder.path())?,
            None => generate(programs, folder.path())?,
        };
        Ok(Self { folder, files, generated: source.is_none() })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The scoreboard of the NFL.
    pub fn nfl(&self) -> &Path {
        &self.files[0]
    }

    /// What is served, for the head of the table.
    pub fn describe(&self) -> String {
        let names = self.files.iter().map(|file| {
            let size = plain_size(file).unwrap_or(0);
            format!("{} ({size} bytes)", file.file_name().unwrap_or_default().to_string_lossy())
        });
        let origin = if self.generated { ", made up: there are no captures here" } else { "" };
        format!("{}{origin}", names.collect::<Vec<_>>().join(", "))
    }
}

fn copy_largest(source: &Path, target: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(source).with_context(|| format!("cannot read {}", source.display()))?;
    let files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|f| f.is_file()).collect();
    let copy = |league: &&str| {
        let of_league = files.iter().filter(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            let plain = Path::new(name.strip_suffix(".gz").unwrap_or(&name));
            name.contains(league) && plain.extension().is_some_and(|extension| extension == "json")
        });
        let largest = of_league.max_by_key(|file| plain_size(file).unwrap_or(0));
        let largest = largest.with_context(|| {
            format!("{} holds no *{league}*.json or *{league}*.json.gz", source.display())
        })?;
        let copied = target.join(largest.file_name().unwrap_or_default());
        fs::copy(largest, &copied).with_context(|| format!("cannot copy {}", largest.display()))?;
        Ok(copied)
    };
    LEAGUES.iter().map(copy).collect()
}

fn generate(programs: &Programs, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    process::run(programs.scoreboards().arg(folder))?;
    let files: Vec<PathBuf> = LEAGUES.iter().map(|league| folder.join(format!("{league}.json"))).collect();
    ensure!(files.iter().all(|file| file.is_file()), "not every scoreboard was made up");
    Ok(files)
}

/// The size without compression, which stands in the last four bytes of a gzip file.
fn plain_size(path: &Path) -> std::io::Result<u64> {
    let mut file = fs::File::open(path)?;
    let mut magic = [0; 2];
    let is_gzip = file.read_exact(&mut magic).is_ok() && magic == GZIP_MAGIC;
    if !is_gzip {
        return Ok(file.metadata()?.len());
    }
    let mut size = [0; 4];
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut size)?;
    Ok(u32::from_le_bytes(size).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_scoreboard_of_each_league_is_taken() {
        let source = tempfile::tempdir().expect("a folder");
        let target = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| fs::write(source.path().join(name), bytes).expect("written");
        // An empty gzip file whose trailer says 1000 bytes.
        write("a_NFL.json.gz", &[0x1f, 0x8b, 8, 0, 0xe8, 0x03, 0, 0]);
        write("b_nfl.json", b"{\"events\":[]}");
        write("nhl.json", b"{}");
        write("nhl.txt", b"not a scoreboard, however long it is");
        let files = copy_largest(source.path(), target.path()).expect("copied");
        assert_eq!(files, [target.path().join("a_NFL.json.gz"), target.path().join("nhl.json")]);
        assert_eq!(plain_size(&files[0]).expect("a size"), 1000);
    }

    #[test]
    fn a_folder_without_a_league_is_told_of() {
        let source = tempfile::tempdir().expect("a folder");
        let error = copy_largest(source.path(), source.path()).expect_err("empty").to_string();
        assert!(error.contains("holds no *nfl*.json"), "{error}");
        assert!(copy_largest(Path::new("/nonexistent"), source.path()).is_err());
    }
}
