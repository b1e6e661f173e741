//! Bodies, good and bad.

use game_model::DEFAULT_PREGAME_MINUTES;
use serde_json::json;

use super::*;

fn tracked() -> Vec<League> {
    ["nfl", "nhl"].iter().map(|key| key.parse().unwrap()).collect()
}

fn parse(body: &Value) -> (Given, Vec<String>) {
    Given::parse(body.to_string().as_bytes(), &tracked()).unwrap()
}

#[test]
fn everything_can_be_said() {
    let (given, problems) = parse(&json!({
        "url": " http://ha.local/ ", "events": ["Game_Started", "score_changed", "score_changed"], "team": "Patriots, bos",
        "sport": "NFL", "delay_seconds": 1.5, "pregame_minutes": 30, "paused": false, "secret": "0123456789abcdef",
        "other": 1,
    }));
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(given.url.as_deref(), Some("http://ha.local/"));
    assert_eq!(given.kinds, Some(vec![EventKind::GameStarted, EventKind::ScoreChanged]));
    assert_eq!(given.named_teams.as_deref(), Some("Patriots, bos"));
    assert_eq!(given.leagues, Some(vec![tracked()[0]]));
    assert_eq!((given.delay, given.pregame_minutes), (Some(Duration::from_millis(1_500)), Some(30)));
    assert_eq!(given.paused, Some(false));
    assert_eq!(given.secret.unwrap().expose(), "0123456789abcdef");
}

#[test]
fn every_problem_is_told_at_once_with_what_is_allowed() {
    let (_, problems) = parse(&json!({
        "url": 1, "events": ["goal", 7], "team": {"a": 1}, "sport": "cricket", "delay_seconds": -1, "pregame_minutes": 0,
        "paused": "yes", "secret": "too short",
    }));
    let starts = [
        "url is \"1\"; allowed is a string",
        "events holds \"goal\", \"7\"; known are game_scheduled, ",
        "team is \"{\\\"a\\\":1}\"; allowed is the name of a team",
        "sport is \"cricket\"; allowed are nfl, nhl",
        "delay_seconds is \"-1\"; allowed is a number from 0 to 3600",
        "pregame_minutes is \"0\"; allowed is a whole number from 1 to 1440",
        "paused is \"\\\"yes\\\"\"; allowed is true or false",
        "secret has 9 characters; needed is a string of 16 to 256",
    ];
    assert_eq!(problems.len(), starts.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(starts) {
        assert!(problem.starts_with(start), "{problem}");
    }
}

#[test]
fn a_secret_is_never_shown() {
    for secret in [json!("short"), json!(["0123456789abcdef"]), json!("x".repeat(257))] {
        let (_, problems) = parse(&json!({"secret": secret}));
        let shown = problems.join("; ");
        assert!(!shown.contains("short") && !shown.contains("0123") && !shown.contains("xxx"), "{shown}");
    }
    let (given, _) = parse(&json!({"secret": "0123456789abcdef"}));
    assert!(!format!("{given:?}").contains("0123"), "{given:?}");
}

#[test]
fn hostile_bodies_are_refused_in_a_sentence() {
    for body in ["", "[]", "null", "7", "{", "{\"url\": \"\u{0}\"", &"[".repeat(10_000)] {
        let refused = Given::parse(body.as_bytes(), &tracked()).unwrap_err();
        assert_eq!(refused.status(), 422, "{body}");
        assert!(refused.to_string().contains("send an object"), "{refused}");
    }
    let many: Vec<String> = (0..5_000).map(|n| format!("event {n}")).collect();
    let (_, problems) = parse(&json!({ "events": many }));
    assert!(problems[0].len() < 600 && problems[0].contains("and more"), "{problems:?}");
    for (key, value) in [
        ("events", json!([])),
        ("events", json!("score_changed")),
        ("team", json!(["x".repeat(65)])),
        ("team", json!(vec!["ne"; 257])),
        ("delay_seconds", json!(1e300)),
        ("delay_seconds", json!("1")),
        ("pregame_minutes", json!(1.5)),
        ("pregame_minutes", json!(4_294_967_296_u64)),
    ] {
        let (_, problems) = parse(&json!({ key: value }));
        assert!(problems.len() == 1 && problems[0].starts_with(key), "{key}: {problems:?}");
    }
}

#[test]
fn a_change_leaves_what_it_does_not_say() {
    let mut problems = Vec::new();
    let (given, _) = parse(&json!({"events": ["game_ended"], "team": "Patriots", "sport": "nfl"}));
    let before = given.filter(EventFilter::default(), &tracked(), &mut problems);
    assert_eq!(before.pregame_minutes, DEFAULT_PREGAME_MINUTES);
    let (given, _) = parse(&json!({"events": ["*"]}));
    let after = given.filter(before.clone(), &tracked(), &mut problems);
    assert_eq!(after, EventFilter { kinds: vec![], ..before.clone() });
    let (given, _) = parse(&json!({"team": null, "sport": ""}));
    assert!(given.changes_filter());
    let after = given.filter(before, &tracked(), &mut problems);
    assert!(after.teams.is_empty() && after.leagues.is_empty());
    assert!(problems.is_empty());
    assert!(!parse(&json!({"paused": true})).0.changes_filter());
}
