//! The history read for a file, page by page: memory stays bounded whatever the size.

use std::path::{Path, PathBuf};
use std::vec::IntoIter;

use game_model::{GameOrder, HistoryQuery, League, PastGame};
use influx_schema::Point;
use rusqlite::{Connection, Result, params};

use crate::failure::{Failure, StoreError};
use crate::history::{SELECT_RECORDED, readable, recorded};
use crate::open::{OpenError, open_to_read};
use crate::past::page_of_games;

/// Games of a page.
const GAMES: u64 = 500;

/// What part of the history is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportScope {
    /// One league; none: all.
    pub league: Option<League>,
    /// The season that begins in this year; none: all, also games without one.
    pub begins: Option<i32>,
}

/// The history of a data directory, beside a running service or without one. Nothing is changed. Methods block.
///
/// Each page is one short look at the database, so that the service's writing is not held up: what is observed
/// meanwhile is in it or not.
#[derive(Debug)]
pub struct Export {
    db: Connection,
    path: PathBuf,
    scope: ExportScope,
    /// Where the next page of games begins; none at the end.
    query: Option<HistoryQuery>,
    /// The games whose observations are still to be read: 8 bytes for each.
    ids: IntoIter<i64>,
}

impl Export {
    /// Opens the history of the data directory to be read.
    pub fn open(dir: &Path, scope: ExportScope) -> Result<Self, OpenError> {
        let (db, path) = open_to_read(dir)?;
        let ids =
            ids(&db, scope).map_err(|source| OpenError::Database { path: path.clone(), source })?.into_iter();
        let query = HistoryQuery {
            league: scope.league,
            season: scope.begins,
            order: GameOrder::OldestFirst,
            limit: GAMES,
            ..HistoryQuery::default()
        };
        Ok(Self { db, path, scope, query: Some(query), ids })
    }

    /// How many games there are.
    pub fn games_total(&self) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM past_games p WHERE {IN_SCOPE}");
        self.count(&sql)
    }

    /// How many observations there are.
    pub fn observations_total(&self) -> Result<u64, StoreError> {
        let sql = format!("SELECT count(*) FROM observations WHERE game IN ({})", select_ids());
        self.count(&sql)
    }

    fn count(&self, sql: &str) -> Result<u64, StoreError> {
        let ExportScope { league, begins } = self.scope;
        let params = params![league.map(|league| league.key), begins];
        self.answer(self.db.query_row(sql, params, |row| row.get(0)))
    }

    /// The next games, each as history tells it, by their start; none at the end.
    pub fn next_games(&mut self) -> Result<Option<Vec<PastGame>>, StoreError> {
        let Some(mut query) = self.query.take() else { return Ok(None) };
        let games = self.answer(page_of_games(&self.db, &query))?.games;
        let Some(last) = games.last() else { return Ok(None) };
        query.after = Some((last.start, last.league, last.id.clone()));
        self.query = Some(query);
        Ok(Some(games))
    }

    /// The observations of the next game, in their order; none at the end. Games come by league and ESPN's id,
    /// which their lines tell: histories that hold the same observations are read in the same order.
    pub fn next_observations(&mut self) -> Result<Option<Vec<Point>>, StoreError> {
        let Some(id) = self.ids.next() else { return Ok(None) };
        self.answer(observations(&self.db, id)).map(Some)
    }

    fn answer<T>(&self, outcome: Result<T>) -> Result<T, StoreError> {
        outcome.map_err(|error| Failure::of(&self.path, &error).into())
    }
}

/// What a row of `past_games p` must meet.
const IN_SCOPE: &str = "(?1 IS NULL OR p.league = ?1) AND (?2 IS NULL OR p.begins = ?2)";

/// The games of the scope. One without a row of history has no season.
fn select_ids() -> String {
    format!(
        "SELECT g.id FROM games g LEFT JOIN past_games p ON p.game = g.id
         WHERE {}",
        IN_SCOPE.replace("p.league", "g.league")
    )
}

fn ids(db: &Connection, scope: ExportScope) -> Result<Vec<i64>> {
    let sql = select_ids() + " ORDER BY g.league, length(g.espn_id), g.espn_id";
    let params = params![scope.league.map(|league| league.key), scope.begins];
    db.prepare(&sql)?.query_map(params, |row| row.get(0))?.collect()
}

fn observations(db: &Connection, game: i64) -> Result<Vec<Point>> {
    let sql = format!("{SELECT_RECORDED} WHERE o.game = ?1 ORDER BY o.observed_at, o.id");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([game])?;
    let mut points = Vec::new();
    while let Some(row) = rows.next()? {
        points.extend(readable(row.get(0)?, recorded(row))?.map(|row| row.point));
    }
    Ok(points)
}
