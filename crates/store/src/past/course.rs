//! The course of a game.

use game_model::{GameId, League, PastGame, Timeline, TimelineEntry};
use influx_schema::from_nanoseconds;
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::rows::{self, select_games, status};
use crate::history::readable;

/// The courses of the games with this id: one in each league at most.
pub(super) fn timelines(db: &Connection, league: Option<League>, game: &GameId) -> Result<Vec<Timeline>> {
    let leagues = League::all().filter(|of| league.is_none_or(|league| league == *of));
    let mut timelines = Vec::new();
    for league in leagues {
        let sql = "SELECT id FROM games WHERE league = ?1 AND espn_id = ?2";
        let id: Option<i64> =
            db.prepare_cached(sql)?.query_row((league.key, &game.0), |row| row.get(0)).optional()?;
        if let Some(id) = id {
            let entries = entries(db, id)?;
            timelines.extend(row(db, id)?.map(|game| Timeline::new(game, entries)));
        }
    }
    Ok(timelines)
}

/// The games of the league among these that have a row.
pub(super) fn among(db: &Connection, league: League, games: &[GameId]) -> Result<Vec<PastGame>> {
    let sql = select_games("past_games")
        + " WHERE g.game = (SELECT id FROM games WHERE league = ?1 AND espn_id = ?2)";
    let mut found = Vec::new();
    for game in games {
        found.extend(rows::games(db.prepare_cached(&sql)?, (league.key, &game.0))?);
    }
    Ok(found)
}

fn row(db: &Connection, id: i64) -> Result<Option<PastGame>> {
    let sql = select_games("past_games") + " WHERE g.game = ?1";
    Ok(rows::games(db.prepare_cached(&sql)?, [id])?.pop())
}

fn entries(db: &Connection, id: i64) -> Result<Vec<TimelineEntry>> {
    let sql = "SELECT o.id, o.observed_at, s.status, o.home_score, o.away_score, o.period, o.time_remaining
               FROM observations o JOIN series s ON s.id = o.series WHERE o.game = ?1
               ORDER BY o.observed_at, o.id";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.extend(readable(row.get(0)?, entry(row))?);
    }
    Ok(entries)
}

fn entry(row: &Row<'_>) -> Result<TimelineEntry> {
    Ok(TimelineEntry {
        observed_at: from_nanoseconds(row.get(1)?),
        status: status(row, 2)?,
        home_score: row.get(3)?,
        away_score: row.get(4)?,
        period: row.get(5)?,
        time_remaining: row.get(6)?,
    })
}
