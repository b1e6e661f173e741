//! Which teams a name means, and which number a team has.
//!
//! What somebody typed is compared here and never becomes part of a query: queries get the numbers of teams.

use game_model::{League, PastTeam};
use rusqlite::{Connection, OptionalExtension, Result};

use super::revisions::Changed;
use super::rows;

/// A team under one of its names.
pub(super) struct Named {
    pub id: i64,
    pub league: League,
    pub team: PastTeam,
    /// The nickname by which alone lines told it; empty where a game named it.
    told: String,
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

/// The teams under all of their names, the newest last.
pub(super) fn all(db: &Connection, league: Option<League>) -> Result<Vec<Named>> {
    let sql = "SELECT id, league, franchise, team_id, name, nickname, abbreviation, told FROM past_teams
               WHERE ?1 IS NULL OR league = ?1 ORDER BY id";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([league.map(|league| league.key)])?;
    let mut teams = Vec::new();
    while let Some(row) = rows.next()? {
        // A league that this program does not know is of no use to it.
        if let Ok(league) = rows::league(row, 1) {
            teams.push(Named { id: row.get(0)?, league, team: rows::team(row, 2)?, told: row.get(7)? });
        }
    }
    Ok(teams)
}

/// The nickname by which alone the team is told; empty where a game named it.
pub(super) fn told_as(team: &PastTeam) -> &str {
    if team.is_nickname_alone() { &team.nickname } else { "" }
}

/// The number of the team under this name. It is added where no game named it so yet, and what is told by a nickname
/// alone is settled anew.
pub(super) fn number(db: &Connection, league: League, team: &PastTeam, changed: &mut Changed) -> Result<i64> {
    let told = told_as(team);
    let found = if told.is_empty() {
        let sql =
            "SELECT id FROM past_teams WHERE league = ?1 AND franchise = ?2 AND team_id = ?3 AND name = ?4
                   AND nickname = ?5 AND abbreviation = ?6 AND told = ''";
        let columns = (league.key, &team.franchise, &team.id, &team.name, &team.nickname, &team.abbreviation);
        db.prepare_cached(sql)?.query_row(columns, |row| row.get(0)).optional()?
    } else {
        // The row says who is meant, which the team does not.
        let sql = "SELECT id FROM past_teams WHERE league = ?1 AND told = ?2";
        db.prepare_cached(sql)?.query_row((league.key, told), |row| row.get(0)).optional()?
    };
    if let Some(id) = found {
        return Ok(id);
    }
    let sql = "INSERT INTO past_teams (league, franchise, team_id, name, nickname, abbreviation, told)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let PastTeam { franchise, id, name, nickname, abbreviation } = team;
    let id =
        db.prepare_cached(sql)?.insert((league.key, franchise, id, name, nickname, abbreviation, told))?;
    if settle(db, Some(league), |told| told == nickname || told == name)? {
        changed.note_all();
    }
    Ok(id)
}

/// Finds out anew which teams are meant that lines tell by these nicknames alone, and says whether others are.
///
/// A row is corrected in place, so that its games need not be, and it can be corrected again: one Lakers that is known
/// is the one, and no more when a second is.
pub(super) fn settle(
    db: &Connection,
    league: Option<League>,
    concerns: impl Fn(&str) -> bool,
) -> Result<bool> {
    let teams = all(db, league)?;
    let mut has_changed = false;
    for Named { id, league, team, told } in teams.iter().filter(|named| !named.told.is_empty()) {
        if !concerns(told) {
            continue;
        }
        let known = teams.iter().filter(|other| other.league == *league && other.told.is_empty());
        let meant = PastTeam::meant(told, known.map(|other| &other.team));
        let meant = meant.cloned().unwrap_or_else(|| PastTeam::told(*league, told));
        if meant != *team {
            let sql = "UPDATE past_teams SET franchise = ?2, team_id = ?3, name = ?4, nickname = ?5,
                       abbreviation = ?6 WHERE id = ?1";
            let PastTeam { franchise, id: team_id, name, nickname, abbreviation } = &meant;
            let columns = (id, franchise, team_id, name, nickname, abbreviation);
            db.prepare_cached(sql)?.execute(columns)?;
            has_changed = true;
        }
    }
    Ok(has_changed)
}
