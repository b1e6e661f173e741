//! Teams that are saved, though nobody knows them: a name with a slip marks no game.

use std::collections::BTreeMap;

use game_model::League;

use crate::error::shown;

/// So many unknown teams are named; of more, their number.
const NAMED: usize = 5;

/// A sentence per league with teams that are none of its teams. A league whose teams only games tell of has none.
pub(super) fn warnings(teams: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let leagues = teams.iter().filter_map(|(key, names)| Some((key.parse::<League>().ok()?, names)));
    leagues
        .filter(|(league, _)| !league.teams.is_empty())
        .filter_map(|(league, names)| {
            let unknown: Vec<&String> = names.iter().filter(|name| !is_known(league, name)).collect();
            (!unknown.is_empty()).then(|| warning(league, &unknown))
        })
        .collect()
}

fn warning(league: League, unknown: &[&String]) -> String {
    let key = league.key;
    let named: Vec<String> = unknown.iter().take(NAMED).map(|name| shown(name)).collect();
    let more = match unknown.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{key}_teams: no team of {league} is called {}{more}, so no game is marked for it; /api/v1/teams?league={key} \
         lists them",
        named.join(", ")
    )
}

/// Whether games of a team with this name would be marked: by its id, abbreviation or number.
fn is_known(league: League, name: &str) -> bool {
    let name = name.trim().to_lowercase();
    let bare = name.strip_prefix(league.key).and_then(|rest| rest.strip_prefix('-')).unwrap_or(&name);
    league.known_teams().any(|team| {
        bare.eq_ignore_ascii_case(team.abbreviation)
            || bare.eq_ignore_ascii_case(team.listed_abbreviation())
            || bare == team.espn_id.to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mark_games_are_known_and_others_are_not() {
        let nhl: League = "nhl".parse().unwrap();
        for known in ["nhl-bos", "BOS", "NHL-TBL", "tb", "1"] {
            assert!(is_known(nhl, known), "{known}");
        }
        for unknown in ["nfl-bos", "Bruins", "0", "-bos", "nhl-", ""] {
            assert!(!is_known(nhl, unknown), "{unknown}");
        }
    }
}
