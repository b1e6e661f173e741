//! The teams that have a device.

use cache::LeagueView;
use game_model::{Game, League, Team, TeamFacts};

/// A team as somebody named it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedTeam {
    /// Its league.
    pub league: League,
    /// Any of its names.
    pub name: String,
}

/// The teams that are followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowedTeams {
    /// Each once.
    pub teams: Vec<NamedTeam>,
    /// Whether these are all: devices of others are taken back then.
    pub is_complete: bool,
}

/// A team that is known by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownTeam {
    pub league: League,
    /// League and abbreviation, lower case: `nfl-ne`.
    pub id: String,
    pub espn_id: Option<String>,
    pub name: String,
    pub nickname: String,
    pub abbreviation: String,
}

impl KnownTeam {
    /// The team that is named so: by the table of leagues, or where only scoreboards tell the teams by the newest.
    pub fn find(named: &NamedTeam, view: Option<&LeagueView>) -> Option<Self> {
        let NamedTeam { league, name } = named;
        if !league.teams.is_empty() {
            return league.team_called(name).map(|facts| Self::of_table(*league, facts));
        }
        let mut teams = view
            .into_iter()
            .flat_map(|view| &view.games)
            .flat_map(|game| game.sides())
            .map(|side| &side.team);
        teams.find(|team| team.is_called(*league, name)).map(|team| Self::of_game(*league, team))
    }

    /// The same, of a team that no scoreboard shows, where the name is an id.
    pub fn by_id(named: &NamedTeam) -> Option<Self> {
        let NamedTeam { league, name } = named;
        let bare = name.strip_prefix(league.key)?.strip_prefix('-').filter(|bare| !bare.is_empty())?;
        let shown = bare.to_uppercase();
        Some(Self {
            league: *league,
            id: league.team_id(bare),
            espn_id: None,
            name: format!("{} {shown}", league.code),
            nickname: shown.clone(),
            abbreviation: shown,
        })
    }

    fn of_table(league: League, facts: &TeamFacts) -> Self {
        Self {
            league,
            id: league.team_id(facts.abbreviation),
            espn_id: Some(facts.espn_id.to_string()),
            name: facts.name.into(),
            nickname: facts.nickname.into(),
            abbreviation: facts.abbreviation.into(),
        }
    }

    fn of_game(league: League, team: &Team) -> Self {
        Self {
            league,
            id: team.id.clone(),
            espn_id: Some(team.espn_id.clone()).filter(|id| !id.is_empty()),
            name: team.name.clone(),
            nickname: team.nickname.clone(),
            abbreviation: team.abbreviation.clone(),
        }
    }

    /// Whether a team of the league is this one.
    pub fn is(&self, team: &Team) -> bool {
        team.id == self.id || self.espn_id.as_ref().is_some_and(|id| *id == team.espn_id)
    }

    /// Whether it plays in the game.
    pub fn plays_in(&self, game: &Game) -> bool {
        game.league == self.league && game.sides().iter().any(|side| self.is(&side.team))
    }
}
