//! The games, each as it was last seen.

use chrono::{DateTime, Utc};
use game_model::{Game, GameId, League, RememberedGame};
use influx_schema::{from_nanoseconds, nanoseconds};
use rusqlite::{Connection, Error, OptionalExtension, Result};
use tracing::warn;

use crate::past::{self, Changed};

/// More than the JSON of most games, so that it is written in one piece of memory.
const USUAL_JSON_BYTES: usize = 2_048;

/// What the table of games knows of a game.
pub(crate) struct Known {
    pub id: i64,
    pub observed_at: i64,
    /// Its newest row of history.
    pub observation: i64,
    start: i64,
    /// Whether nothing more was expected of it.
    pub settled: bool,
    /// The game as it was last seen, as JSON.
    pub game: Vec<u8>,
    /// What it has been through, as JSON; none where that was not kept yet.
    pub story: Option<Vec<u8>>,
}

impl Known {
    /// The game as it was last seen; none where it can not be read, and before it was seen.
    pub fn game(&self) -> Option<Game> {
        serde_json::from_slice(&self.game).ok()
    }
}

pub(crate) fn find(db: &Connection, game: &Game) -> Result<Option<Known>> {
    find_by_id(db, game.league, &game.id)
}

pub(crate) fn find_by_id(db: &Connection, league: League, id: &GameId) -> Result<Option<Known>> {
    let sql = "SELECT id, observed_at, observation, start, settled, game, story FROM games
               WHERE league = ?1 AND espn_id = ?2";
    db.prepare_cached(sql)?
        .query_row((league.key, &id.0), |row| {
            Ok(Known {
                id: row.get(0)?,
                observed_at: row.get(1)?,
                observation: row.get(2)?,
                start: row.get(3)?,
                settled: row.get(4)?,
                game: row.get_ref(5)?.as_bytes()?.to_owned(),
                story: row.get_ref(6)?.as_bytes_or_null()?.map(<[u8]>::to_owned),
            })
        })
        .optional()
}

/// Adds a game whose first row of history is about to be added: [`update`] says the rest.
pub(crate) fn insert(db: &Connection, game: &Game) -> Result<Known> {
    let (start, settled) = (nanoseconds(game.start), game.status.is_settled());
    let sql = "INSERT INTO games (league, espn_id, start, settled, observed_at, observation, game)
               VALUES (?1, ?2, ?3, ?4, 0, 0, '')";
    let id = db.prepare_cached(sql)?.insert((game.league.key, &game.id.0, start, settled))?;
    Ok(Known { id, observed_at: 0, observation: 0, start, settled, game: Vec::new(), story: None })
}

/// Keeps a game whose newest row of history is `observation`, and that was `previous` before where that is known; notes
/// which seasons that changes.
pub(crate) fn update(
    db: &Connection,
    changed: &mut Changed,
    known: &Known,
    previous: Option<&Game>,
    game: &Game,
    observed_at: i64,
    observation: i64,
) -> Result<()> {
    let sql = "UPDATE games SET observed_at = ?2, observation = ?3, game = ?4 WHERE id = ?1";
    db.prepare_cached(sql)?.execute((known.id, observed_at, observation, json(game)?))?;
    past::keep_after(db, known.id, previous, game, observed_at, changed)?;
    // Apart, because they are indexed: naming them writes the indexes even where they stay as they are.
    let (start, settled) = (nanoseconds(game.start), game.status.is_settled());
    if (start, settled) != (known.start, known.settled) {
        let sql = "UPDATE games SET start = ?2, settled = ?3 WHERE id = ?1";
        db.prepare_cached(sql)?.execute((known.id, start, settled))?;
    }
    Ok(())
}

/// Keeps what changed of a game that does not show in its history: records, colours, ...
pub(crate) fn refresh(
    db: &Connection,
    changed: &mut Changed,
    known: &Known,
    game: &Game,
    observed_at: i64,
) -> Result<()> {
    if json(game)?.as_bytes() == known.game {
        return Ok(());
    }
    update(db, changed, known, None, game, observed_at, known.observation)
}

pub(crate) fn json(game: &Game) -> Result<String> {
    let mut json = Vec::with_capacity(USUAL_JSON_BYTES);
    serde_json::to_writer(&mut json, game).map_err(|error| Error::ToSqlConversionFailure(error.into()))?;
    String::from_utf8(json).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

/// The league's games that start at `since` or later, or are not settled, by their start.
///
/// What another version of the service wrote and this one can not read is left out, with a warning.
pub(crate) fn remembered(
    db: &Connection,
    league: League,
    since: DateTime<Utc>,
) -> Result<Vec<RememberedGame>> {
    let sql = "SELECT espn_id, observed_at, game FROM games
               WHERE league = ?1 AND (start >= ?2 OR settled = 0) ORDER BY start, id";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query((league.key, nanoseconds(since)))?;
    let mut remembered = Vec::new();
    while let Some(row) = rows.next()? {
        match serde_json::from_slice(row.get_ref(2)?.as_bytes()?) {
            Ok(game) => {
                remembered.push(RememberedGame { game, observed_at: from_nanoseconds(row.get(1)?) });
            }
            Err(error) => {
                let game: String = row.get(0)?;
                warn!(%league, game, %error, "a game that the store keeps can not be read: it is left out");
            }
        }
    }
    Ok(remembered)
}
