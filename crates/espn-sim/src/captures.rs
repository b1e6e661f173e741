//! Captured scoreboards, read from a folder.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use game_model::League;
use serde_json::Value;

use crate::SimError;

/// The list of captures that a folder may hold: tab-separated, with a head line.
const INDEX: &str = "INDEX.tsv";

/// One captured scoreboard.
struct Capture {
    name: String,
    /// When it was fetched, in a form that sorts; none where nothing says so.
    fetched_at: Option<String>,
    league: League,
    scoreboard: Value,
}

/// Every scoreboard of a known league in the folder, each league's in the order in which they were fetched; those
/// of which that is not known come first, by their names.
pub(crate) fn read(folder: &Path) -> Result<Vec<(League, Value)>, SimError> {
    let index = read_index(&folder.join(INDEX));
    let cannot_read = |source| SimError::Folder { path: folder.to_owned(), source };
    let mut captures = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot_read)? {
        let path = entry.map_err(cannot_read)?.path();
        if is_capture(&path) {
            captures.extend(capture(&path, &index)?);
        }
    }
    if captures.is_empty() {
        return Err(SimError::NoScoreboards { path: folder.to_owned() });
    }
    captures.sort_by(|a, b| (&a.fetched_at, &a.name).cmp(&(&b.fetched_at, &b.name)));
    Ok(captures.into_iter().map(|capture| (capture.league, capture.scoreboard)).collect())
}

fn is_capture(path: &Path) -> bool {
    let has = |path: &Path, extension| path.extension().is_some_and(|is| is.eq_ignore_ascii_case(extension));
    let plain = if has(path, "gz") { path.with_extension("") } else { path.to_owned() };
    path.is_file() && has(&plain, "json")
}

/// The capture; none where it is of no known league.
fn capture(path: &Path, index: &HashMap<String, String>) -> Result<Option<Capture>, SimError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let scoreboard = parse(path)?;
    let Some(league) = league_of(&scoreboard) else { return Ok(None) };
    let in_file = scoreboard["fetchedAt"].as_str().map(str::to_owned);
    let fetched_at = index.get(&name).cloned().or(in_file);
    Ok(Some(Capture { name, fetched_at, league, scoreboard }))
}

fn parse(path: &Path) -> Result<Value, SimError> {
    let cannot_read = |source| SimError::Capture { path: PathBuf::from(path), source };
    let mut bytes = fs::read(path).map_err(cannot_read)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut plain = Vec::new();
        GzDecoder::new(&bytes[..]).read_to_end(&mut plain).map_err(cannot_read)?;
        bytes = plain;
    }
    serde_json::from_slice(&bytes).map_err(|source| SimError::Json { path: path.to_owned(), source })
}

/// The league that the scoreboard says it is of.
fn league_of(scoreboard: &Value) -> Option<League> {
    scoreboard["events"].as_array()?;
    let facts = scoreboard["leagues"].as_array()?.first()?;
    let slug = facts["slug"].as_str().unwrap_or_default();
    let code = facts["abbreviation"].as_str().unwrap_or_default();
    League::all().find(|league| league.path.rsplit('/').next() == Some(slug) || league.code == code)
}

/// When each file was fetched, by its name. A folder needs no index.
fn read_index(path: &Path) -> HashMap<String, String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let column = |name| head.iter().position(|title| *title == name);
    let (Some(file), Some(fetched_at)) = (column("file"), column("fetched_at")) else {
        return HashMap::new();
    };
    lines
        .filter_map(|cells| Some((*cells.get(file)?, *cells.get(fetched_at)?)))
        .filter(|(_, fetched_at)| !fetched_at.is_empty())
        .map(|(file, fetched_at)| (file.to_owned(), fetched_at.to_owned()))
        .collect()
}
