//! Queries as people and programs write them.

use game_model::TeamFilter;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

fn tracked() -> Vec<League> {
    ["nfl", "nhl"].map(|key| key.parse().expect("a league")).into()
}

fn parsed(query: &str) -> GamesQuery {
    GamesQuery::parse(query, &tracked()).unwrap_or_else(|error| panic!("{query}: {error}"))
}

#[test]
fn nothing_asked_is_everything_for_a_day() {
    let nothing = GamesQuery { league: None, teams: String::new(), hours: 24 };
    for query in ["", "&", "=", "&&x", "league=&sport=", "team_ids=", "LEAGUE=x"] {
        assert_eq!(parsed(query), nothing, "{query}");
    }
}

#[test]
fn names_and_values_may_be_encoded() {
    assert_eq!(parsed("leag%75e=%6efl"), parsed("league=nfl"));
    assert_eq!(parsed("team_ids=ne%2Ckc+"), parsed("team_ids=ne,kc"));
    assert_eq!(parsed("hours=%31+"), parsed("hours=1"));
    assert_eq!(parsed("team_ids=100%"), parsed("team_ids=100%25"), "a lone percent sign stands for itself");
}

#[test]
fn the_same_value_may_be_repeated() {
    assert_eq!(parsed("hours=5&hours=5").hours, 5);
    assert_eq!(parsed("league=nhl&sport=NHL").league.map(|league| league.key), Some("nhl"));
    assert_eq!(parsed("league=nhl&league=").league.map(|league| league.key), Some("nhl"));
}

#[test]
fn names_of_teams_take_so_many_bytes_and_no_more() {
    let most = "x".repeat(MAX_TEAM_IDS);
    assert_eq!(parsed(&format!("team_ids={most}")).teams.len(), MAX_TEAM_IDS);
    let error = GamesQuery::parse(&format!("team_ids={most}&team_ids=y"), &tracked()).expect_err("too long");
    assert!(error.to_string().contains("8194"), "{error}");
}

proptest! {
    #[test]
    fn any_query_is_read_or_refused_with_a_sentence(query in ".{0,80}") {
        match GamesQuery::parse(&query, &tracked()) {
            Ok(read) => prop_assert!((1..=MAX_HOURS).contains(&read.hours) && read.teams.len() <= MAX_TEAM_IDS),
            Err(error) => prop_assert!(!error.to_string().is_empty() && error.status() == 400),
        }
        let _ = (league_alone(&query, &tracked()), user_alone(&query));
    }

    #[test]
    fn parameters_made_of_pieces_are_read_or_named(
        pieces in prop::collection::vec(
            (prop::sample::select(vec!["league", "sport", "team_ids", "hours", "x"]), "[a-z0-9,%+ =]{0,6}"), 0..6,
        )
    ) {
        let query = pieces.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        if let Err(error) = GamesQuery::parse(&query, &tracked()) {
            let named = pieces.iter().any(|(name, _)| error.to_string().contains(name));
            prop_assert!(named, "{query}: {error}");
        }
    }

    #[test]
    fn teams_are_what_the_filter_makes_of_them(names in prop::collection::vec("[ A-Za-zÄé0-9,-]{0,8}", 0..8)) {
        let list = names.join(",");
        let encoded = utf8_percent_encode(&list, NON_ALPHANUMERIC).to_string();
        let teams = parsed(&format!("team_ids={encoded}")).teams;
        prop_assert_eq!(TeamFilter::parse(&teams), TeamFilter::parse(&list));
        // One value or several, it is the same list.
        let apart: Vec<String> = names
            .iter()
            .map(|name| format!("team_ids={}", utf8_percent_encode(name, NON_ALPHANUMERIC)))
            .collect();
        prop_assert_eq!(parsed(&apart.join("&")).teams, teams);
    }

    #[test]
    fn hours_are_whole_numbers_within_bounds(hours in prop_oneof![Just(0), Just(720), -3..800_i64, any::<i64>()]) {
        let read = GamesQuery::parse(&format!("hours={hours}"), &tracked());
        prop_assert_eq!(read.is_ok(), (1..=720).contains(&hours));
    }

    #[test]
    fn users_are_trimmed_and_bounded(id in "[ -~é]{0,140}") {
        let encoded = utf8_percent_encode(&id, NON_ALPHANUMERIC);
        let read = user_alone(&format!("user_id={encoded}"));
        let trimmed = id.trim();
        if trimmed.chars().count() > MAX_USER_ID {
            prop_assert!(read.is_err());
        } else {
            prop_assert_eq!(read, Ok(Some(trimmed.to_owned()).filter(|id| !id.is_empty())));
        }
    }
}
