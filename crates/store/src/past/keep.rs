//! Keeping the rows: what is finished stays so, whatever comes after.

use game_model::{Game, GameStatus, PastGame, PastTeam, Season};
use influx_schema::{from_nanoseconds, nanoseconds};
use rusqlite::{Connection, Error, OptionalExtension, Result, named_params};
use serde::Serialize;
use tracing::warn;

/// The columns that are indexed: written only where they change, as each write costs the indexes.
type Indexed = (Option<i32>, i64, i64, i64);

/// Keeps what was observed of the game in this row of the table of games.
pub(crate) fn keep(db: &Connection, id: i64, game: &Game, observed_at: i64) -> Result<()> {
    let sql = "SELECT status, begins, start, home, away FROM past_games WHERE game = ?1";
    let before: Option<(String, Indexed)> = db
        .prepare_cached(sql)?
        .query_row([id], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))))
        .optional()?;
    let finished = GameStatus::Finished;
    if before.as_ref().is_some_and(|(status, _)| status == finished.as_str()) && game.status != finished {
        return Ok(());
    }
    let game = PastGame::observed(game, from_nanoseconds(observed_at));
    let home = team_id(db, &game, &game.home.team)?;
    let away = team_id(db, &game, &game.away.team)?;
    let indexed = (game.season.as_ref().map(Season::begins), nanoseconds(game.start), home, away);
    let Some((_, indexed_before)) = before else {
        let sql =
            "INSERT INTO past_games (game, league, espn_id, status, start_text, observed_at, home_score,
                   away_score, begins, start, home, away)
                   VALUES (?1, ?2, ?3, '', '', 0, 0, 0, ?4, ?5, ?6, ?7)";
        let (begins, start, home, away) = indexed;
        let columns = (id, game.league.key, &game.id.0, begins, start, home, away);
        db.prepare_cached(sql)?.execute(columns)?;
        return update(db, id, &game, observed_at);
    };
    if indexed != indexed_before {
        let sql = "UPDATE past_games SET begins = ?2, start = ?3, home = ?4, away = ?5 WHERE game = ?1";
        let (begins, start, home, away) = indexed;
        db.prepare_cached(sql)?.execute((id, begins, start, home, away))?;
    }
    update(db, id, &game, observed_at)
}

/// Writes the columns that no index has.
fn update(db: &Connection, id: i64, game: &PastGame, observed_at: i64) -> Result<()> {
    let sql = "UPDATE past_games SET season = :season, week = :week, status = :status, start_text = :start_text,
               observed_at = :observed_at, home_score = :home_score, away_score = :away_score, period = :period
               WHERE game = :game";
    db.prepare_cached(sql)?.execute(named_params! {
        ":game": id,
        ":season": game.season.as_ref().map(json).transpose()?,
        ":week": game.week,
        ":status": game.status.as_str(),
        ":start_text": game.start_text,
        ":observed_at": observed_at,
        ":home_score": game.home.score,
        ":away_score": game.away.score,
        ":period": game.period.as_ref().map(json).transpose()?,
    })?;
    Ok(())
}

fn team_id(db: &Connection, game: &PastGame, team: &PastTeam) -> Result<i64> {
    let columns =
        (game.league.key, &team.franchise, &team.id, &team.name, &team.nickname, &team.abbreviation);
    let sql = "SELECT id FROM past_teams WHERE league = ?1 AND franchise = ?2 AND team_id = ?3 AND name = ?4
               AND nickname = ?5 AND abbreviation = ?6";
    let found = db.prepare_cached(sql)?.query_row(columns, |row| row.get(0)).optional()?;
    match found {
        Some(id) => Ok(id),
        None => db
            .prepare_cached(
                "INSERT INTO past_teams (league, franchise, team_id, name, nickname, abbreviation)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .insert(columns),
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

/// Makes the rows of the games of a database that had none yet.
///
/// Of a game that was finished and then seen otherwise, what the table of games knows is taken.
pub(crate) fn fill(db: &Connection) -> Result<()> {
    let mut games = db.prepare("SELECT id, observed_at, game FROM games")?;
    let mut rows = games.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        match serde_json::from_slice(row.get_ref(2)?.as_bytes()?) {
            Ok(game) => keep(db, id, &game, row.get(1)?)?,
            Err(error) => warn!(id, %error, "a game that the store keeps can not be read: history lacks it"),
        }
    }
    Ok(())
}
