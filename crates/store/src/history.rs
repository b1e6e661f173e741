//! The rows of history, and how an observation becomes them.

use game_model::{Committed, Game, GameStatus, Observation, PeriodField};
use influx_schema::{Point, RUN_OF_CORRECTIONS, nanoseconds};
use rusqlite::{Connection, Error, OptionalExtension, Result, Row, named_params};

use tracing::error;

use crate::games;
use crate::writer::{Batch, Work};

/// Commits what one poll saw.
pub(crate) struct Record(pub Observation);

/// A row of history.
pub(crate) struct Recorded {
    pub id: i64,
    pub series: i64,
    pub venue: Option<i64>,
    pub point: Point,
}

/// The columns that [`recorded`] reads, for a query to go on from.
pub(crate) const SELECT_RECORDED: &str =
    "SELECT o.id, o.series, o.venue, s.text, s.period_field, o.away_score, o.home_score, o.observed_at,
     o.timestamp, o.period, o.time_remaining, v.name
     FROM observations o JOIN series s ON s.id = o.series LEFT JOIN venues v ON v.id = o.venue";

impl Work for Record {
    type Output = Committed;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<Committed> {
        let mut committed = Committed::default();
        for game in &self.0.games {
            let observed_at = nanoseconds(self.0.observed_at);
            match record(batch, game, observed_at)? {
                Some(queued) => {
                    committed.recorded += 1;
                    committed.queued += u64::from(queued);
                }
                None => committed.unchanged += 1,
            }
        }
        Ok(committed)
    }
}

/// Adds a row for the game as observed, and says whether its line was queued; none where it equals the last one.
fn record(batch: &mut Batch<'_>, game: &Game, observed_at: i64) -> Result<Option<bool>> {
    let known = games::find(batch.db, game)?;
    // A game's time never goes backwards, whatever the clock does.
    let observed_at =
        known.as_ref().map_or(observed_at, |known| observed_at.max(known.observed_at.saturating_add(1)));
    let last = match &known {
        Some(known) => by_id(batch.db, known.observation)?,
        None => None,
    };
    let mut point = Point::observe(game, observed_at, None);
    if let Some(last) = &last
        && game.status != GameStatus::Live
        && repeats(&last.point, &point, game)
    {
        if let Some(known) = known {
            games::refresh(batch.db, &known, game, observed_at)?;
        }
        return Ok(None);
    }
    let known = match known {
        Some(known) => known,
        None => games::insert(batch.db, game)?,
    };
    if !game.status.moves_with_time() {
        let taken = newest_taken(batch.db, known.id, game.status, point.timestamp)?;
        point = Point::observe(game, observed_at, taken);
    }
    let id = insert(batch.db, known.id, game.status, &point, last.as_ref())?;
    games::update(batch.db, &known, game, observed_at, id)?;
    batch.counters.observations += 1;
    batch.oldest = Some(batch.oldest.map_or(observed_at, |oldest| oldest.min(observed_at)));
    batch.queue_observed(id, &point).map(Some)
}

/// Whether `next` says what `last` said, its time aside. A start that moved is something new to say.
fn repeats(last: &Point, next: &Point, game: &Game) -> bool {
    let same_start = game.status.moves_with_time()
        || (next.timestamp..next.timestamp.saturating_add(RUN_OF_CORRECTIONS)).contains(&last.timestamp);
    same_start && last.same_but_for_time(next)
}

/// The newest timestamp that a point of the game in this status has in the run of corrections from `base` on.
fn newest_taken(db: &Connection, game: i64, status: GameStatus, base: i64) -> Result<Option<i64>> {
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

fn insert(
    db: &Connection,
    game: i64,
    status: GameStatus,
    point: &Point,
    last: Option<&Recorded>,
) -> Result<i64> {
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
               (game, series, observed_at, timestamp, away_score, home_score, period, time_remaining, venue)
               VALUES (:game, :series, :observed_at, :timestamp, :away_score, :home_score, :period,
                       :time_remaining, :venue)";
    db.prepare_cached(sql)?.insert(named_params! {
        ":game": game,
        ":series": series,
        ":observed_at": point.observed_at,
        ":timestamp": point.timestamp,
        ":away_score": point.away_score,
        ":home_score": point.home_score,
        ":period": point.period,
        ":time_remaining": point.time_remaining,
        ":venue": venue,
    })
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

fn by_id(db: &Connection, id: i64) -> Result<Option<Recorded>> {
    let sql = format!("{SELECT_RECORDED} WHERE o.id = ?1");
    let row = db.prepare_cached(&sql)?.query_row([id], |row| readable(id, recorded(row))).optional()?;
    Ok(row.flatten())
}

/// The row; none where its values can not be read any more, so that one damaged row does not stop the others.
pub(crate) fn readable(id: i64, row: Result<Recorded>) -> Result<Option<Recorded>> {
    match row {
        Err(
            error @ (Error::Utf8Error(..)
            | Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)),
        ) => {
            error!(id, %error, "a row of history is damaged: it is passed over");
            Ok(None)
        }
        row => row.map(Some),
    }
}

/// Reads a row of [`SELECT_RECORDED`]. The bytes of the point depend on nothing else.
pub(crate) fn recorded(row: &Row<'_>) -> Result<Recorded> {
    let period_field: String = row.get(4)?;
    Ok(Recorded {
        id: row.get(0)?,
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
