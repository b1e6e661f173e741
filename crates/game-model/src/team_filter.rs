//! How people name a team: `nfl-ne`, `ne`, its name or nickname, or ESPN's numeric id, in any letter case.

use crate::{Game, League, Team};

/// One team as somebody named it.
///
/// ```
/// use game_model::TeamQuery;
/// assert_eq!(TeamQuery::new(" NFL-NE ").as_str(), "nfl-ne");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamQuery(String);

impl TeamQuery {
    /// Trims and lower-cases what was given.
    pub fn new(given: &str) -> Self {
        Self(given.trim().to_lowercase())
    }

    /// The query, trimmed and in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this names the team of the league: by id, abbreviation (either spelling where the list of teams
    /// spells it otherwise than games do), name, nickname, or ESPN's numeric id.
    pub fn matches(&self, league: League, team: &Team) -> bool {
        let name = match self.0.split_once('-') {
            Some((prefix, name)) if prefix == league.key => name,
            _ => &self.0,
        };
        if name.is_empty() {
            return false;
        }
        name == team.espn_id
            || name.eq_ignore_ascii_case(&team.abbreviation)
            || self.0 == team.id
            || is_same(&self.0, &team.name)
            || is_same(&self.0, &team.nickname)
            || league
                .team_by_espn_id(&team.espn_id)
                .is_some_and(|facts| name.eq_ignore_ascii_case(facts.listed_abbreviation()))
    }
}

/// Whether a name is what was asked for, which is in lower case.
fn is_same(asked: &str, name: &str) -> bool {
    if name.is_ascii() { asked.eq_ignore_ascii_case(name) } else { asked == name.to_lowercase() }
}

/// The teams that somebody asked for; an empty filter lets every game pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TeamFilter(Vec<TeamQuery>);

impl TeamFilter {
    /// Reads a comma-separated list; empty parts are ignored.
    pub fn parse(list: &str) -> Self {
        list.split(',').collect()
    }

    /// Whether the filter names no team.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The teams as asked, trimmed and in lower case, in the order given.
    pub fn queries(&self) -> &[TeamQuery] {
        &self.0
    }

    /// Whether one of the sides is asked for, or the filter is empty.
    pub fn matches(&self, game: &Game) -> bool {
        self.is_empty()
            || self
                .0
                .iter()
                .any(|query| game.sides().iter().any(|side| query.matches(game.league, &side.team)))
    }
}

impl<S: AsRef<str>> FromIterator<S> for TeamFilter {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let queries = names.into_iter().map(|name| TeamQuery::new(name.as_ref()));
        Self(queries.filter(|query| !query.as_str().is_empty()).collect())
    }
}
