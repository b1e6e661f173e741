//! The rows of history.

use game_model::{GameStatus, PeriodField};
use influx_schema::{Point, RUN_OF_CORRECTIONS};
use rusqlite::{Connection, Error, OptionalExtension, Params, Result, Row, named_params};
use tracing::error;

/// A row of history.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub series: i64,
    pub venue: Option<i64>,
    pub point: Point,
}

/// The columns that [`recorded`] reads, for a query to go on from.
pub(crate) const SELECT_RECORDED: &str =
    "SELECT o.id, o.series, o.venue, s.text, s.period_field, o.away_score, o.home_score, o.observed_at,
     o.timestamp, o.period, o.time_remaining, v.name
     FROM observations o JOIN series s ON s.id = o.series LEFT JOIN venues v ON v.id = o.venue";

/// The newest timestamp that a point of the game in this status has in the run of corrections from `base` on.
pub(crate) fn newest_taken(db: &Connection, game: i64, status: GameStatus, base: i64) -> Result<Option<i64>> {
    let sql = "SELECT max(o.timestamp) FROM observations o JOIN series s ON s.id = o.series
               WHERE o.game = :game AND o.timestamp >= :from AND o.timestamp < :to AND s.status = :status";
    db.prepare_cached(sql)?.query_row(
        named_params! {
            ":game": game, ":from": base, ":to": base.saturating_add(RUN_OF_CORRECTIONS),
            ":status": status.as_str(),
        },
        |row| row.get(0),
    )
}

/// The row of a game that was observed at this moment, by the index of times: a poll sees few games.
pub(crate) fn of_moment(db: &Connection, game: i64, observed_at: i64) -> Result<Option<Recorded>> {
    let sql = format!("{SELECT_RECORDED} WHERE o.observed_at = ?2 AND +o.game = ?1 LIMIT 1");
    one(db, &sql, (game, observed_at))
}

/// The row of a game whose point has this place in this series.
pub(crate) fn at_place(db: &Connection, game: i64, point: &Point) -> Result<Option<Recorded>> {
    let sql = format!("{SELECT_RECORDED} WHERE o.game = ?1 AND o.timestamp = ?2 AND s.text = ?3 LIMIT 1");
    one(db, &sql, (game, point.timestamp, &point.series))
}

fn one(db: &Connection, sql: &str, params: impl Params) -> Result<Option<Recorded>> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let Some(row) = rows.next()? else { return Ok(None) };
    readable(row.get(0)?, recorded(row))
}

/// The time of the oldest row.
pub(crate) fn oldest(db: &Connection) -> Result<Option<i64>> {
    db.prepare_cached("SELECT min(observed_at) FROM observations")?.query_row([], |row| row.get(0))
}

/// A row that was added, and where its texts stand.
pub(crate) struct Added {
    pub id: i64,
    pub series: i64,
    pub venue: Option<i64>,
}

/// Adds a row, whose line is `deferred` where it found no room in the outbox.
pub(crate) fn insert(
    db: &Connection,
    game: i64,
    status: GameStatus,
    point: &Point,
    last: Option<&Recorded>,
    deferred: bool,
) -> Result<Added> {
    let series = match last {
        Some(last) if last.point.series == point.series => last.series,
        _ => series_id(db, game, status, point)?,
    };
    let venue = match (last, &point.venue) {
        (_, None) => None,
        (Some(last), venue) if last.point.venue == *venue => last.venue,
        (_, Some(name)) => Some(venue_id(db, name)?),
    };
    let sql = "INSERT INTO observations
               (game, series, observed_at, timestamp, away_score, home_score, period, time_remaining, venue,
                deferred)
               VALUES (:game, :series, :observed_at, :timestamp, :away_score, :home_score, :period,
                       :time_remaining, :venue, :deferred)";
    let id = db.prepare_cached(sql)?.insert(named_params! {
        ":game": game,
        ":series": series,
        ":observed_at": point.observed_at,
        ":timestamp": point.timestamp,
        ":away_score": point.away_score,
        ":home_score": point.home_score,
        ":period": point.period,
        ":time_remaining": point.time_remaining,
        ":venue": venue,
        ":deferred": deferred,
    })?;
    Ok(Added { id, series, venue })
}

fn series_id(db: &Connection, game: i64, status: GameStatus, point: &Point) -> Result<i64> {
    let field = point.period_field.key();
    let found = db
        .prepare_cached("SELECT id FROM series WHERE game = ?1 AND text = ?2 AND period_field = ?3")?
        .query_row((game, &point.series, field), |row| row.get(0))
        .optional()?;
    match found {
        Some(id) => Ok(id),
        None => db
            .prepare_cached("INSERT INTO series (game, status, period_field, text) VALUES (?1, ?2, ?3, ?4)")?
            .insert((game, status.as_str(), field, &point.series)),
    }
}

fn venue_id(db: &Connection, name: &str) -> Result<i64> {
    let found = db
        .prepare_cached("SELECT id FROM venues WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    match found {
        Some(id) => Ok(id),
        None => db.prepare_cached("INSERT INTO venues (name) VALUES (?1)")?.insert([name]),
    }
}

pub(crate) fn by_id(db: &Connection, id: i64) -> Result<Option<Recorded>> {
    let sql = format!("{SELECT_RECORDED} WHERE o.id = ?1");
    let row = db.prepare_cached(&sql)?.query_row([id], |row| readable(id, recorded(row))).optional()?;
    Ok(row.flatten())
}

/// The row; none where its values can not be read any more, so that one damaged row does not stop the others.
pub(crate) fn readable<T>(id: i64, row: Result<T>) -> Result<Option<T>> {
    match row {
        Err(
            error @ (Error::Utf8Error(..)
            | Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)),
        ) => {
            error!(id, %error, "a row is damaged: it is passed over");
            Ok(None)
        }
        row => row.map(Some),
    }
}

/// Reads a row of [`SELECT_RECORDED`]. The bytes of the point depend on nothing else.
pub(crate) fn recorded(row: &Row<'_>) -> Result<Recorded> {
    let period_field: String = row.get(4)?;
    Ok(Recorded {
        series: row.get(1)?,
        venue: row.get(2)?,
        point: Point {
            series: row.get(3)?,
            period_field: if period_field == PeriodField::Quarter.key() {
                PeriodField::Quarter
            } else {
                PeriodField::Period
            },
            away_score: row.get(5)?,
            home_score: row.get(6)?,
            observed_at: row.get(7)?,
            timestamp: row.get(8)?,
            period: row.get(9)?,
            time_remaining: row.get(10)?,
            venue: row.get(11)?,
        },
    })
}
