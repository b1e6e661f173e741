//! Teams as people name them, found in the table of leagues.

use game_model::{League, TeamFacts, TeamFilter};

use crate::error::shown;

/// The teams by their ids, each once, however they were named. A name that several leagues know means each of them; one
/// that none knows is a problem, unless one of the leagues has no list of teams. In leagues without a list a name or an
/// abbreviation means whoever ESPN calls so, whether or not the lists of others know it as well; a number, and an id
/// that names its league, mean the teams of the lists alone where these know them.
pub(crate) fn find(names: &[String], leagues: &[League], problems: &mut Vec<String>) -> TeamFilter {
    let mut ids: Vec<String> = Vec::new();
    for name in names {
        let found: Vec<String> = leagues
            .iter()
            .flat_map(|&league| {
                let known = league.known_teams().filter(move |facts| is_named(league, facts, name));
                known.map(move |facts| league.team_id(facts.abbreviation))
            })
            .collect();
        if found.is_empty() && leagues.iter().all(|league| !league.teams.is_empty()) {
            let keys = leagues.iter().map(|league| league.key).collect::<Vec<_>>().join(", ");
            problems.push(format!(
                "team is {}, which is no team of {keys}; allowed are ids (nfl-ne), abbreviations, names and nicknames: \
                 GET /api/v1/teams lists them",
                shown(name)
            ));
        }
        let is_name = !name.bytes().all(|byte| byte.is_ascii_digit()) && !names_its_league(name);
        let goes_on = found.is_empty() || is_name && leagues.iter().any(|league| league.teams.is_empty());
        for id in found.into_iter().chain(goes_on.then(|| name.to_lowercase())) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids.iter().collect()
}

/// Whether a name begins with a league, as ids do.
fn names_its_league(name: &str) -> bool {
    name.split_once('-').is_some_and(|(league, _)| league.parse::<League>().is_ok())
}

fn is_named(league: League, facts: &TeamFacts, name: &str) -> bool {
    let name = name.to_lowercase();
    let short = match name.split_once('-') {
        Some((prefix, short)) if prefix == league.key => short,
        _ => &name,
    };
    let abbreviations = [facts.abbreviation, facts.listed_abbreviation()];
    abbreviations.iter().any(|known| known.eq_ignore_ascii_case(short))
        || [facts.name, facts.nickname].iter().any(|known| known.to_lowercase() == name)
        || facts.espn_id.to_string() == short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, leagues: &[&str]) -> (Vec<String>, Vec<String>) {
        let leagues: Vec<League> = leagues.iter().map(|key| key.parse().unwrap()).collect();
        let mut problems = Vec::new();
        let teams = find(&[name.to_owned()], &leagues, &mut problems);
        (teams.queries().iter().map(|team| team.as_str().to_owned()).collect(), problems)
    }

    #[test]
    fn a_team_is_found_by_any_of_its_names() {
        for name in ["nfl-ne", "NE", "Patriots", "new england patriots", "nfl-17", "17"] {
            assert_eq!(found(name, &["nfl"]).0, ["nfl-ne"], "{name}");
        }
        for name in ["tbl", "nhl-tb", "Lightning"] {
            assert_eq!(found(name, &["nhl"]).0, ["nhl-tb"], "{name}");
        }
    }

    #[test]
    fn a_name_that_two_leagues_know_means_both() {
        assert_eq!(found("Panthers", &["nfl", "nhl"]).0, ["nfl-car", "nhl-fla"]);
        assert_eq!(found("Panthers", &["nhl"]).0, ["nhl-fla"]);
    }

    #[test]
    fn a_name_that_none_knows_is_a_problem_where_all_are_known() {
        let (_, problems) = found("Patriotz", &["nfl", "nhl"]);
        assert!(
            problems[0].starts_with("team is \"Patriotz\", which is no team of nfl, nhl;"),
            "{problems:?}"
        );
        assert_eq!(found("Orioles", &["nfl", "mlb"]), (vec!["orioles".to_owned()], vec![]));
    }

    #[test]
    fn a_name_that_one_league_lists_means_whoever_is_called_so_where_nothing_is_listed() {
        for (name, ids) in [
            ("Cardinals", vec!["nfl-ari", "cardinals"]),
            ("LV", vec!["nfl-lv", "lv"]),
            ("nfl-ari", vec!["nfl-ari"]),
            ("22", vec!["nfl-ari"]),
            ("mlb-stl", vec!["mlb-stl"]),
        ] {
            assert_eq!(found(name, &["nfl", "mlb"]), (ids.iter().map(ToString::to_string).collect(), vec![]));
        }
        assert_eq!(found("Cardinals", &["nfl", "nhl"]).0, ["nfl-ari"]);
        assert_eq!(found("Cardinals", &["mlb"]).0, ["cardinals"]);
    }
}
