//! The teams whose games are watched closely.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use game_model::{Game, League, TeamQuery};

/// The teams whose games quicken the polls. Where none was named, every game does.
///
/// Games of other teams are recorded whenever their scoreboard is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tracked {
    /// Empty where every game counts; a league that is not in it has no game that does.
    leagues: BTreeMap<League, Teams>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Teams {
    /// Every game counts, whoever is named.
    all: bool,
    named: BTreeSet<TeamQuery>,
}

impl Tracked {
    /// Adds a team by its id, `nfl-ne`, or by ESPN's number.
    pub fn add_team(&mut self, league: League, team: &str) {
        self.leagues.entry(league).or_default().named.insert(TeamQuery::new(team));
    }

    /// Adds every game of a league.
    pub fn add_league(&mut self, league: League) {
        self.leagues.entry(league).or_default().all = true;
    }

    /// Whether the game is watched closely.
    pub fn includes(&self, game: &Game) -> bool {
        match self.leagues.get(&game.league) {
            None => self.leagues.is_empty(),
            Some(Teams { all: true, .. }) => true,
            Some(Teams { named, .. }) => {
                let is_one = |team| named.iter().any(|query| query.matches(game.league, team));
                game.sides().iter().any(|side| is_one(&side.team))
            }
        }
    }

    /// The teams that were named, each with its league; leagues as a whole name none.
    pub fn named(&self) -> impl Iterator<Item = (League, &str)> {
        let teams = self.leagues.iter();
        teams.flat_map(|(&league, teams)| teams.named.iter().map(move |name| (league, name.as_str())))
    }

    /// The teams of a league, as they were named; none where every game of it counts.
    pub fn teams_of(&self, league: League) -> Option<Vec<String>> {
        match self.leagues.get(&league) {
            None if self.leagues.is_empty() => None,
            None => Some(Vec::new()),
            Some(Teams { all: true, .. }) => None,
            Some(Teams { named, .. }) => Some(named.iter().map(|team| team.as_str().to_owned()).collect()),
        }
    }
}
