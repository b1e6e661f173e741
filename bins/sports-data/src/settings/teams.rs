//! The setting `TEAMS`: teams, and leagues as a whole.

use collector::Tracked;
use game_model::{League, TeamFacts, teams_like};

/// Reads a comma-separated list. `leagues` are those that are tracked.
pub fn teams(text: &str, leagues: &[League]) -> Result<Tracked, String> {
    let mut tracked = Tracked::default();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if let Some(league) = league_of(name, leagues)? {
            tracked.add_league(league);
        } else {
            let (league, team) = team_of(name, leagues)?;
            tracked.add_team(league, &team);
        }
    }
    Ok(tracked)
}

/// The league that a name means as a whole; none where it means a team.
fn league_of(name: &str, leagues: &[League]) -> Result<Option<League>, String> {
    let Ok(league) = name.parse::<League>() else { return Ok(None) };
    if leagues.contains(&league) { Ok(Some(league)) } else { Err(untracked(name, league)) }
}

/// The team that a name means, by its id.
fn team_of(name: &str, leagues: &[League]) -> Result<(League, String), String> {
    let prefix = name.split_once('-').and_then(|(prefix, bare)| Some((prefix.parse::<League>().ok()?, bare)));
    if let Some((league, bare)) = prefix {
        if !leagues.contains(&league) {
            return Err(untracked(name, league));
        }
        // Only ESPN knows the teams of these.
        if league.teams.is_empty() && !bare.is_empty() {
            return Ok((league, name.to_lowercase()));
        }
    }
    let called: Vec<(League, &TeamFacts)> = leagues
        .iter()
        .filter_map(|&league| Some((league, league.teams.iter().find(|team| team.is_called(league, name))?)))
        .collect();
    match called[..] {
        [(league, team)] => Ok((league, league.team_id(team.abbreviation))),
        [] => Err(unknown(name, leagues)),
        _ => {
            let ids: Vec<_> = called.iter().map(|(league, team)| league.team_id(team.abbreviation)).collect();
            Err(format!("a list of teams, each meaning one; {name:?} means {}", ids.join(" and ")))
        }
    }
}

fn untracked(name: &str, league: League) -> String {
    let key = league.key;
    format!(
        "a list of teams of the leagues that LEAGUES tracks; {name:?} is of {key}, which is not among them"
    )
}

fn unknown(name: &str, leagues: &[League]) -> String {
    let near = match teams_like(leagues, name) {
        near if near.is_empty() => String::new(),
        near => format!("; near it are {}", near.join(", ")),
    };
    format!(
        "a comma-separated list of teams such as nfl-ne, or leagues such as nfl; {name:?} is no team{near}"
    )
}
