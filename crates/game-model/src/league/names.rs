//! How people name a team of the table of leagues, and what they may have meant by a name that is none.

#[cfg(test)]
mod tests;

use super::{League, TeamFacts};
use crate::Team;

/// A name less like a known one than this, from 0 to 1, is like none.
const LIKENESS: f64 = 0.7;

/// So many teams are named at most that somebody may have meant.
const NAMED: usize = 3;

impl TeamFacts {
    /// Whether the name means this team of the league: nickname, full name, abbreviation (either spelling), id or
    /// ESPN's numeric id, in any letter case.
    pub fn is_called(&self, league: League, name: &str) -> bool {
        let name = name.trim();
        let bare = bare(league, name);
        [self.nickname, self.name].into_iter().any(|known| known.eq_ignore_ascii_case(name))
            || [self.abbreviation, self.listed_abbreviation()]
                .into_iter()
                .any(|known| known.eq_ignore_ascii_case(bare))
            || bare.parse().is_ok_and(|id: u32| id == self.espn_id)
    }
}

impl Team {
    /// Whether the name means this team of the league, as [`TeamFacts::is_called`] has it.
    pub fn is_called(&self, league: League, name: &str) -> bool {
        let name = name.trim();
        let bare = bare(league, name);
        let is = |known: &str, name: &str| !known.is_empty() && known.to_lowercase() == name.to_lowercase();
        is(&self.nickname, name)
            || is(&self.name, name)
            || is(&self.id, name)
            || is(&self.abbreviation, bare)
            || is(&self.espn_id, bare)
            || league.team_by_espn_id(&self.espn_id).is_some_and(|facts| facts.is_called(league, name))
    }
}

impl League {
    /// The team that is called so, today's or a former one; none in leagues whose teams only ESPN knows.
    pub fn team_called(self, name: &str) -> Option<&'static TeamFacts> {
        self.known_teams().find(|team| team.is_called(self, name))
    }
}

/// Today's teams of these leagues whose names are most like this one, the likest first: `nfl-ne (New England
/// Patriots)`.
pub fn teams_like(leagues: &[League], name: &str) -> Vec<String> {
    let name = name.trim().to_lowercase();
    let mut found: Vec<(f64, String)> = Vec::new();
    for (&league, team) in
        leagues.iter().flat_map(|league| league.teams.iter().map(move |team| (league, team)))
    {
        let id = league.team_id(team.abbreviation);
        let words = team.name.to_lowercase();
        let known = [id.as_str(), &words, &team.nickname.to_lowercase(), &team.abbreviation.to_lowercase()];
        let parts = known.into_iter().chain(words.split(' '));
        let likeness = parts.map(|known| strsim::jaro_winkler(known, &name)).fold(0.0, f64::max);
        if likeness >= LIKENESS {
            found.push((likeness, format!("{id} ({})", team.name)));
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.into_iter().take(NAMED).map(|(_, team)| team).collect()
}

/// The name without the league before it.
fn bare(league: League, name: &str) -> &str {
    match name.split_once('-') {
        Some((prefix, bare)) if prefix.eq_ignore_ascii_case(league.key) && !bare.is_empty() => bare,
        _ => name,
    }
}
