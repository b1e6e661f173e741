//! What clients of the stream may ask for.

use game_model::{EventFilter, EventKind, EventNumber, League};

use super::EventsQuery;

fn tracked() -> Vec<League> {
    ["nfl", "nhl"].map(|key| key.parse().unwrap()).to_vec()
}

fn parsed(query: &str, header: Option<&str>) -> EventsQuery {
    EventsQuery::parse(query, header.map(str::as_bytes), &tracked()).unwrap()
}

fn problem(query: &str, header: Option<&str>) -> String {
    EventsQuery::parse(query, header.map(str::as_bytes), &tracked()).unwrap_err().to_string()
}

#[test]
fn nothing_asks_for_all_from_now_on() {
    for query in ["", "league=&team=%20,&kind=,&last_event_id=", "unknown=1"] {
        let everything = EventsQuery { filter: EventFilter::default(), last: None };
        assert_eq!(parsed(query, Some(" ")), everything, "{query}");
    }
}

#[test]
fn lists_are_read_in_any_letter_case_and_grow() {
    let asked = parsed("sport=NFL,nhl,nfl&kind=score_changed&kind=Game_Ended,score_changed", None);
    assert_eq!(asked.filter.leagues, tracked());
    assert_eq!(asked.filter.kinds, [EventKind::ScoreChanged, EventKind::GameEnded]);
}

#[test]
fn teams_are_named_as_elsewhere_in_the_leagues_that_are_asked_for() {
    let teams = |query| -> Vec<String> {
        let asked = parsed(query, None);
        asked.filter.teams.queries().iter().map(|team| team.as_str().to_owned()).collect()
    };
    assert_eq!(teams("team=Patriots,%20tbl"), ["nfl-ne", "nhl-tb"]);
    assert_eq!(teams("team=panthers"), ["nfl-car", "nhl-fla"]);
    assert_eq!(teams("team_ids=panthers&league=nhl"), ["nhl-fla"]);
}

#[test]
fn the_header_is_newer_than_the_address() {
    assert_eq!(parsed("last_event_id=7", None).last, Some(EventNumber(7)));
    assert_eq!(parsed("last_event_id=7", Some("9")).last, Some(EventNumber(9)));
    assert_eq!(parsed("last_event_id=7", Some("")).last, Some(EventNumber(7)));
    assert_eq!(parsed("", Some("18446744073709551615")).last, Some(EventNumber(u64::MAX)));
}

#[test]
fn what_is_wrong_is_named_with_what_is_allowed() {
    for number in ["-1", "1.5", "x", "18446744073709551616"] {
        let told = problem("", Some(number));
        assert!(
            told.starts_with(&format!("Last-Event-ID is {number:?}; allowed is the id of an event")),
            "{told}"
        );
        let told = problem(&format!("last_event_id={number}"), None);
        assert!(told.starts_with(&format!("last_event_id is {number:?}; allowed is")), "{told}");
    }
    let told = problem("kind=goal&league=nfl,xfl&team=Patriotz", None);
    for part in [
        "kind is \"goal\"; allowed are game_scheduled, ",
        "league is \"xfl\"; allowed are nfl, nhl, or none for all of them",
        "team is \"Patriotz\", which is no team of nfl; allowed are ids",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let told = problem("last_event_id=1&last_event_id=2", None);
    assert_eq!(told, "last_event_id was given twice with different values; give it once");
    let many = vec!["ne"; 257].join(",");
    assert!(problem(&format!("team={many}"), None).starts_with("team holds 257 names; allowed are 256"));
    assert!(problem("kind=%ff", None).contains("not UTF-8"));
}
