//! Which teams a name means.
//!
//! What somebody typed is compared here and never becomes part of a query: queries get the numbers of teams.

use game_model::{League, PastTeam};
use rusqlite::{Connection, Result};

use super::rows;

/// A team under one of its names.
pub(super) struct Named {
    pub id: i64,
    pub league: League,
    pub team: PastTeam,
}

/// The teams that are called so, each under all of the names it ever had.
pub(super) fn called(db: &Connection, league: Option<League>, name: &str) -> Result<Vec<Named>> {
    let all = all(db, league)?;
    let meant: Vec<(League, &str)> = all
        .iter()
        .filter(|named| named.team.is_called(named.league, name))
        .map(|named| (named.league, named.team.franchise.as_str()))
        .collect();
    let is_meant: Vec<bool> =
        all.iter().map(|named| meant.contains(&(named.league, named.team.franchise.as_str()))).collect();
    Ok(all.into_iter().zip(is_meant).filter_map(|(named, is_meant)| is_meant.then_some(named)).collect())
}

fn all(db: &Connection, league: Option<League>) -> Result<Vec<Named>> {
    let sql = "SELECT id, league, franchise, team_id, name, nickname, abbreviation FROM past_teams
               WHERE ?1 IS NULL OR league = ?1 ORDER BY id";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([league.map(|league| league.key)])?;
    let mut teams = Vec::new();
    while let Some(row) = rows.next()? {
        // A league that this program does not know is of no use to it.
        if let Ok(league) = rows::league(row, 1) {
            teams.push(Named { id: row.get(0)?, league, team: rows::team(row, 2)? });
        }
    }
    Ok(teams)
}
