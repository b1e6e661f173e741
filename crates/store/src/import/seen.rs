//! What imported observations mean for what is known of their games.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, GameId, GameStatus, League};
use influx_schema::{RUN_OF_CORRECTIONS, SeenGame, from_nanoseconds, nanoseconds};
use rusqlite::{Connection, OptionalExtension, Result};

use crate::games::{self, Known};
use crate::past::{self, Changed};

/// Nothing more is expected of a game that began so long ago, whatever its last line said.
const EXPECTED_FOR: TimeDelta = TimeDelta::days(7);

const NANOSECONDS_OF_A_MINUTE: i64 = 60_000_000_000;

/// The games of a chunk of lines.
#[derive(Default)]
pub(super) struct SeenGames(HashMap<(League, GameId), Seen>);

impl SeenGames {
    /// The game that was seen; it is added where nobody knows it.
    pub fn find(&mut self, db: &Connection, seen: &SeenGame) -> Result<&mut Seen> {
        match self.0.entry((seen.league(), seen.id())) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let known = games::find_by_id(db, seen.league(), &seen.id())?;
                let known = match known {
                    Some(known) => known,
                    None => games::insert(db, &seen.game(None, from_nanoseconds(seen.observed_at())))?,
                };
                Ok(entry.insert(Seen::new(db, known)?))
            }
        }
    }

    /// Keeps what is newer than what was known.
    pub fn save(self, db: &Connection, now: DateTime<Utc>) -> Result<()> {
        self.0.into_values().try_for_each(|seen| seen.save(db, now))
    }
}

/// Which observation history tells of: one that saw the game finished, and of those the newest.
type Rank = (bool, i64);

/// A game and what was imported of it.
pub(super) struct Seen {
    known: Known,
    /// As it was seen newest, with the time and the row of history.
    newest: Option<(Game, i64, i64)>,
    /// Whether that is news.
    is_newer: bool,
    /// What history tells of.
    rank: Option<Rank>,
    /// What it is to tell of instead.
    told: Option<(Game, i64)>,
}

impl Seen {
    fn new(db: &Connection, known: Known) -> Result<Self> {
        let sql = "SELECT status = ?2, observed_at FROM past_games WHERE game = ?1";
        let rank = db
            .prepare_cached(sql)?
            .query_row((known.id, GameStatus::Finished.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let newest = known.game().map(|game| (game, known.observed_at, known.observation));
        Ok(Self { known, newest, is_newer: false, rank, told: None })
    }

    /// The row of the table of games.
    pub fn id(&self) -> i64 {
        self.known.id
    }

    /// Takes an observation that became this row of history.
    pub fn add(&mut self, seen: &SeenGame, row: i64) {
        let observed_at = seen.observed_at();
        let base = self.newest.as_ref().map(|(game, ..)| game);
        let game = seen.game(base, from_nanoseconds(observed_at));
        let rank = (game.status == GameStatus::Finished, observed_at);
        if self.rank.is_none_or(|told| told < rank) {
            self.rank = Some(rank);
            self.told = Some((game.clone(), observed_at));
        }
        let newest = self.newest.as_ref().map_or(self.known.observed_at, |(_, at, _)| *at);
        if newest < observed_at {
            self.newest = Some((game, observed_at, row));
            self.is_newer = true;
        }
    }

    fn save(mut self, db: &Connection, now: DateTime<Utc>) -> Result<()> {
        // A service that runs notices that others committed.
        let changed = &mut Changed::default();
        if let Some((game, ..)) = &mut self.newest {
            self.is_newer |= tell_start(db, self.known.id, game)?;
        }
        let Some((game, observed_at, row)) = self.newest.filter(|_| self.is_newer) else {
            return self.told.map_or(Ok(()), |(game, at)| past::keep(db, self.known.id, &game, at, changed));
        };
        games::update(db, changed, &self.known, None, &game, observed_at, row)?;
        // After the newest, which does not override one that saw the game finished.
        if let Some((told, at)) = self.told.filter(|(told, _)| told.status == GameStatus::Finished) {
            past::keep(db, self.known.id, &told, at, changed)?;
        }
        let sql = "UPDATE games SET settled = 1 WHERE id = ?1 AND settled = 0 AND start < ?2";
        db.prepare_cached(sql)?.execute((self.known.id, nanoseconds(now - EXPECTED_FOR)))?;
        Ok(())
    }
}

/// Takes the start of a game under way from the other rows of its history, and says whether that is another one.
///
/// A look of the service knew it, which then says so. A start that no line told yet is the time of an observation,
/// to the nanosecond; ESPN's are whole minutes.
fn tell_start(db: &Connection, id: i64, game: &mut Game) -> Result<bool> {
    if game.start_confirmed || !game.status.moves_with_time() {
        return Ok(false);
    }
    let sql = "SELECT o.timestamp FROM observations o JOIN series s ON s.id = o.series
               WHERE o.game = ?1 AND s.status NOT IN ('live', 'delayed', 'suspended')
               ORDER BY o.observed_at DESC LIMIT 1";
    let told: Option<i64> = db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    let start = match told {
        // What corrects a point comes within the run of its start.
        Some(timestamp) => timestamp - timestamp.rem_euclid(RUN_OF_CORRECTIONS),
        None if nanoseconds(game.start) % NANOSECONDS_OF_A_MINUTE == 0 => return Ok(false),
        None => db
            .prepare_cached("SELECT min(observed_at) FROM observations WHERE game = ?1")?
            .query_row([id], |row| row.get(0))?,
    };
    let start = from_nanoseconds(start);
    let is_another = game.start != start;
    if is_another {
        game.start = start;
        game.start_text = start.format("%Y-%m-%dT%H:%MZ").to_string();
    }
    Ok(is_another)
}
