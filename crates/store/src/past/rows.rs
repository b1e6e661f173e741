//! Reading the rows.

use std::error::Error as StdError;

use game_model::{GameId, GameStatus, League, PastGame, PastSide, PastTeam};
use influx_schema::from_nanoseconds;
use rusqlite::types::Type;
use rusqlite::{CachedStatement, Error, Params, Result, Row};
use serde::de::DeserializeOwned;

use crate::history::readable;

/// A query of the columns that [`games`] reads, of all rows of `source`, to go on from.
///
/// The rows come first and their teams after, so that of many rows only those that are wanted are joined.
pub(super) fn select_games(source: &str) -> String {
    format!(
        "SELECT g.game, g.espn_id, g.league, g.season, g.week, g.status, g.start, g.start_text, g.observed_at,
         g.home_score, g.away_score, g.period,
         h.franchise, h.team_id, h.name, h.nickname, h.abbreviation,
         a.franchise, a.team_id, a.name, a.nickname, a.abbreviation
         FROM {source} g CROSS JOIN past_teams h ON h.id = g.home CROSS JOIN past_teams a ON a.id = g.away"
    )
}

/// The games of a query that begins with [`select_games`]. One that can not be read is passed over.
pub(super) fn games(mut statement: CachedStatement<'_>, params: impl Params) -> Result<Vec<PastGame>> {
    let mut rows = statement.query(params)?;
    let mut games = Vec::new();
    while let Some(row) = rows.next()? {
        games.extend(readable(row.get(0)?, game(row))?);
    }
    Ok(games)
}

fn game(row: &Row<'_>) -> Result<PastGame> {
    Ok(PastGame {
        id: GameId(row.get(1)?),
        league: league(row, 2)?,
        season: from_json(row, 3)?,
        week: row.get(4)?,
        status: status(row, 5)?,
        start: from_nanoseconds(row.get(6)?),
        start_text: row.get(7)?,
        observed_at: from_nanoseconds(row.get(8)?),
        home: PastSide { score: row.get(9)?, team: team(row, 12)? },
        away: PastSide { score: row.get(10)?, team: team(row, 17)? },
        period: from_json(row, 11)?,
    })
}

/// The five columns of a team, from this one on.
pub(super) fn team(row: &Row<'_>, from: usize) -> Result<PastTeam> {
    Ok(PastTeam {
        franchise: row.get(from)?,
        id: row.get(from + 1)?,
        name: row.get(from + 2)?,
        nickname: row.get(from + 3)?,
        abbreviation: row.get(from + 4)?,
    })
}

pub(super) fn league(row: &Row<'_>, column: usize) -> Result<League> {
    let key: String = row.get(column)?;
    key.parse().map_err(|error| unreadable(column, error))
}

pub(super) fn status(row: &Row<'_>, column: usize) -> Result<GameStatus> {
    let word: String = row.get(column)?;
    let status = GameStatus::ALL.into_iter().find(|status| status.as_str() == word);
    status.ok_or_else(|| unreadable(column, format!("no status is called {word:?}")))
}

fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    let value = text.map(|text| serde_json::from_str(&text)).transpose();
    value.map_err(|error| unreadable(column, error))
}

fn unreadable(column: usize, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
