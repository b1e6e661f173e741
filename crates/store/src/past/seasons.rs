//! The season of a team, and of a league.

use game_model::{League, PastGame, TeamSeason};
use rusqlite::{Connection, Result, params_from_iter};

use super::rows::{self, select_games};
use super::teams::{self, Named};

/// The season of each team that is called so, the team's newest where no year is given.
pub(super) fn of_teams(
    db: &Connection,
    league: Option<League>,
    name: &str,
    begins: Option<i32>,
) -> Result<Vec<TeamSeason>> {
    let mut teams: Vec<(League, String, Vec<i64>)> = Vec::new();
    for Named { id, league, team, .. } in teams::called(db, league, name)? {
        match teams.iter_mut().find(|(of, franchise, _)| *of == league && *franchise == team.franchise) {
            Some((.., ids)) => ids.push(id),
            None => teams.push((league, team.franchise, vec![id])),
        }
    }
    let mut seasons = Vec::new();
    for (league, franchise, ids) in teams {
        let begins = match begins {
            Some(begins) => Some(begins),
            None => newest(db, &ids)?,
        };
        let Some(begins) = begins else { continue };
        let games = of_team(db, &ids, begins)?;
        let sides = games.iter().rev().flat_map(PastGame::sides);
        let team = sides.map(|side| &side.team).find(|team| team.franchise == franchise).cloned();
        if let Some(team) = team {
            seasons.push(TeamSeason { league, team, begins, games });
        }
    }
    Ok(seasons)
}

/// A team plays at home or away under one of these numbers.
fn plays(ids: &[i64]) -> String {
    let marks = vec!["?"; ids.len()].join(",");
    format!("(g.home IN ({marks}) OR g.away IN ({marks}))")
}

fn newest(db: &Connection, ids: &[i64]) -> Result<Option<i32>> {
    let sql = format!("SELECT max(g.begins) FROM past_games g WHERE {}", plays(ids));
    db.prepare_cached(&sql)?.query_row(params_from_iter(ids.iter().chain(ids)), |row| row.get(0))
}

fn of_team(db: &Connection, ids: &[i64], begins: i32) -> Result<Vec<PastGame>> {
    let select = select_games("past_games");
    let sql = format!("{select} WHERE {} AND g.begins = ? ORDER BY g.start, g.game", plays(ids));
    let begins = i64::from(begins);
    rows::games(db.prepare_cached(&sql)?, params_from_iter(ids.iter().chain(ids).chain([&begins])))
}

/// The games of a league's season, the newest where no year is given.
pub(super) fn of_league(db: &Connection, league: League, begins: Option<i32>) -> Result<Vec<PastGame>> {
    let begins = match begins {
        Some(begins) => Some(begins),
        None => db
            .prepare_cached("SELECT max(begins) FROM past_games WHERE league = ?1")?
            .query_row([league.key], |row| row.get(0))?,
    };
    let sql = select_games("past_games") + " WHERE g.league = ?1 AND g.begins = ?2 ORDER BY g.start, g.game";
    rows::games(db.prepare_cached(&sql)?, (league.key, begins))
}
