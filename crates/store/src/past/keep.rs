//! Keeping the rows: what is finished stays so, whatever comes after.

use game_model::{Game, GameStatus, PastGame, PastTeam, Season};
use influx_schema::{from_nanoseconds, nanoseconds};
use rusqlite::{Connection, Error, OptionalExtension, Result, Row, named_params};
use serde::Serialize;
use tracing::warn;

use super::revisions::Changed;
use super::teams;

/// The columns that are indexed: written only where they change, as each write costs the indexes.
type Indexed = (Option<i32>, i64, i64, i64);

/// What is kept of a game already, beside what is new about it.
struct Before {
    is_finished: bool,
    indexed: Indexed,
    /// Whether home and away are still called so.
    same_teams: bool,
    /// Whether all columns without an index are still so, the time of the observation aside.
    same: bool,
}

/// Keeps what was observed of the game, which was `previous` at the look before where that is known, and notes which
/// seasons that changes.
pub(crate) fn keep_after(
    db: &Connection,
    id: i64,
    previous: Option<&Game>,
    game: &Game,
    observed_at: i64,
    changed: &mut Changed,
) -> Result<()> {
    let at = from_nanoseconds(observed_at);
    if previous.is_some_and(|previous| PastGame::observed(previous, at) == PastGame::observed(game, at)) {
        // The status is asked for because a finished game stays so, whatever is seen of it later.
        let sql = "UPDATE past_games SET observed_at = ?2 WHERE game = ?1 AND status = ?3";
        if db.prepare_cached(sql)?.execute((id, observed_at, game.status.as_str()))? == 1 {
            changed.note(game.league, game.season.as_ref().map(Season::begins));
            return Ok(());
        }
    }
    keep(db, id, game, observed_at, changed)
}

/// Keeps what was observed of the game in this row of the table of games, and notes which seasons that changes.
pub(crate) fn keep(
    db: &Connection,
    id: i64,
    game: &Game,
    observed_at: i64,
    changed: &mut Changed,
) -> Result<()> {
    let game = PastGame::observed(game, from_nanoseconds(observed_at));
    let texts = Texts::of(&game)?;
    let before = before(db, id, &game, &texts)?;
    if before.as_ref().is_some_and(|before| before.is_finished) && game.status != GameStatus::Finished {
        // Its course has another row.
        changed.note(game.league, game.season.as_ref().map(Season::begins));
        return Ok(());
    }
    let (home, away) = match &before {
        Some(Before { same_teams: true, indexed: (.., home, away), .. }) => (*home, *away),
        _ => (
            teams::number(db, game.league, &game.home.team, changed)?,
            teams::number(db, game.league, &game.away.team, changed)?,
        ),
    };
    let indexed = (game.season.as_ref().map(Season::begins), nanoseconds(game.start), home, away);
    let (begins, start, ..) = indexed;
    changed.note(game.league, begins);
    if let Some(Before { indexed: (earlier, ..), .. }) = before {
        // The season that it leaves.
        changed.note(game.league, earlier);
    }
    match before {
        None => {
            let sql =
                "INSERT INTO past_games (game, league, espn_id, status, start_text, observed_at, home_score,
                       away_score, begins, start, home, away)
                       VALUES (?1, ?2, ?3, '', '', 0, 0, 0, ?4, ?5, ?6, ?7)";
            let columns = (id, game.league.key, &game.id.0, begins, start, home, away);
            db.prepare_cached(sql)?.execute(columns)?;
        }
        Some(before) if before.indexed != indexed => {
            let sql = "UPDATE past_games SET begins = ?2, start = ?3, home = ?4, away = ?5 WHERE game = ?1";
            db.prepare_cached(sql)?.execute((id, begins, start, home, away))?;
        }
        Some(before) if before.same => {
            let sql = "UPDATE past_games SET observed_at = ?2 WHERE game = ?1";
            db.prepare_cached(sql)?.execute((id, observed_at))?;
            return Ok(());
        }
        Some(_) => {}
    }
    update(db, id, &game, &texts, observed_at)
}

/// Columns that hold JSON.
struct Texts {
    season: Option<String>,
    period: Option<String>,
}

impl Texts {
    fn of(game: &PastGame) -> Result<Self> {
        Ok(Self {
            season: game.season.as_ref().map(json).transpose()?,
            period: game.period.as_ref().map(json).transpose()?,
        })
    }
}

/// What is kept in this row already.
fn before(db: &Connection, id: i64, game: &PastGame, texts: &Texts) -> Result<Option<Before>> {
    let sql = "SELECT p.status, p.begins, p.start, p.home, p.away, p.season, p.week, p.start_text, p.home_score,
               p.away_score, p.period, h.told, h.franchise, h.team_id, h.name, h.nickname, h.abbreviation,
               a.told, a.franchise, a.team_id, a.name, a.nickname, a.abbreviation
               FROM past_games p LEFT JOIN past_teams h ON h.id = p.home LEFT JOIN past_teams a ON a.id = p.away
               WHERE p.game = ?1";
    let read = |row: &Row<'_>| {
        // Bytes, because a damaged file may hold what is no text.
        let text = |column: usize, now: Option<&str>| {
            Ok::<_, Error>(row.get_ref(column)?.as_bytes_or_null()? == now.map(str::as_bytes))
        };
        let team = |first: usize, team: &PastTeam| {
            let told = teams::told_as(team);
            if !text(first, Some(told))? || !told.is_empty() {
                // What the row says of a team that is told by its nickname alone is not from the game.
                return text(first, Some(told));
            }
            let PastTeam { franchise, id, name, nickname, abbreviation } = team;
            let names = [franchise, id, name, nickname, abbreviation];
            (first + 1..)
                .zip(names)
                .try_fold(true, |same, (column, name)| Ok::<_, Error>(same && text(column, Some(name))?))
        };
        Ok(Before {
            is_finished: text(0, Some(GameStatus::Finished.as_str()))?,
            indexed: (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?),
            same_teams: team(11, &game.home.team)? && team(17, &game.away.team)?,
            same: text(0, Some(game.status.as_str()))?
                && text(5, texts.season.as_deref())?
                && text(6, game.week.as_deref())?
                && text(7, Some(&game.start_text))?
                && row.get::<_, u32>(8)? == game.home.score
                && row.get::<_, u32>(9)? == game.away.score
                && text(10, texts.period.as_deref())?,
        })
    };
    db.prepare_cached(sql)?.query_row([id], read).optional()
}

/// Writes the columns that no index has.
fn update(db: &Connection, id: i64, game: &PastGame, texts: &Texts, observed_at: i64) -> Result<()> {
    let sql = "UPDATE past_games SET season = :season, week = :week, status = :status, start_text = :start_text,
               observed_at = :observed_at, home_score = :home_score, away_score = :away_score, period = :period
               WHERE game = :game";
    db.prepare_cached(sql)?.execute(named_params! {
        ":game": id,
        ":season": texts.season,
        ":week": game.week,
        ":status": game.status.as_str(),
        ":start_text": game.start_text,
        ":observed_at": observed_at,
        ":home_score": game.home.score,
        ":away_score": game.away.score,
        ":period": texts.period,
    })?;
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

/// Makes the rows of the games that have none yet.
///
/// Of a game that was finished and then seen otherwise, what the table of games knows is taken.
pub(super) fn fill(db: &Connection) -> Result<()> {
    let mut games =
        db.prepare("SELECT id, observed_at, game FROM games WHERE id NOT IN (SELECT game FROM past_games)")?;
    let mut rows = games.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        match serde_json::from_slice(row.get_ref(2)?.as_bytes()?) {
            Ok(game) => keep(db, id, &game, row.get(1)?, &mut Changed::default())?,
            Err(error) => warn!(id, %error, "a game that the store keeps can not be read: history lacks it"),
        }
    }
    Ok(())
}
