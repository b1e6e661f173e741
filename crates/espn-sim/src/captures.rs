//! Captured scoreboards, read from a folder.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use flate2::read::MultiGzDecoder;
use game_model::League;
use serde_json::Value;

use crate::SimError;
use crate::eastern::moment;

/// The list of captures that a folder may hold: tab-separated, with a head line.
const INDEX: &str = "INDEX.tsv";

/// One captured scoreboard.
struct Capture {
    name: String,
    /// When it was fetched; none where nothing says so.
    fetched_at: Option<DateTime<Utc>>,
    league: League,
    scoreboard: Value,
}

/// Every scoreboard of a known league in the folder, each league's in the order in which they were fetched; those
/// of which that is not known come first, by their names.
pub(crate) fn read(folder: &Path) -> Result<Vec<(League, Value)>, SimError> {
    let cannot_read = |source| SimError::Folder { path: folder.to_owned(), source };
    let index = read_index(&folder.join(INDEX))?;
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
fn capture(path: &Path, index: &HashMap<String, DateTime<Utc>>) -> Result<Option<Capture>, SimError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let scoreboard = parse(path)?;
    let Some(league) = league_of(&scoreboard) else {
        tracing::warn!(file = name, "left out: no scoreboard of a known league");
        return Ok(None);
    };
    let in_file = || scoreboard["fetchedAt"].as_str().and_then(moment);
    let fetched_at = index.get(&name).copied().or_else(in_file);
    Ok(Some(Capture { name, fetched_at, league, scoreboard }))
}

fn parse(path: &Path) -> Result<Value, SimError> {
    let cannot_read = |source| SimError::Capture { path: PathBuf::from(path), source };
    let mut bytes = fs::read(path).map_err(cannot_read)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut plain = Vec::new();
        MultiGzDecoder::new(&bytes[..]).read_to_end(&mut plain).map_err(cannot_read)?;
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
    let by_slug = League::all().find(|league| league.path.rsplit('/').next() == Some(slug));
    by_slug.or_else(|| League::all().find(|league| league.code == code))
}

/// When each file was fetched, by its name. A folder needs no index.
fn read_index(path: &Path) -> Result<HashMap<String, DateTime<Utc>>, SimError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(source) => return Err(SimError::Capture { path: path.to_owned(), source }),
    };
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let column = |name| head.iter().position(|title| *title == name);
    let (Some(file), Some(fetched_at)) = (column("file"), column("fetched_at")) else {
        return Ok(HashMap::new());
    };
    Ok(lines
        .filter_map(|cells| Some(((*cells.get(file)?).to_owned(), moment(cells.get(fetched_at)?)?)))
        .collect())
}
