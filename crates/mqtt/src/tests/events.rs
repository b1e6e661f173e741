//! Events: told at once, told once, and not when it is too late.

use chrono::TimeDelta;
use game_model::{Change, EventKind, GameEvent};
use serde_json::json;

use super::house::{House, followed};
use super::support::{game, noon, touchdown};

fn told(events: &[serde_json::Value]) -> Vec<&str> {
    events.iter().map(|event| event["id"].as_str().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn an_event_is_told_at_once_and_never_retained() {
    let house = House::with(vec![game("401")]).await;
    house.broker.published();
    house.log.tell(touchdown(1, noon(), false));
    house.settle().await;
    let events = house.events();
    assert_eq!(
        told(&events),
        ["nfl-401-score_changed-1"],
        "what was told before the start is not told again"
    );
    let event = &events[0];
    for (name, value) in [
        ("event_type", json!("score_changed")),
        ("side", json!("team")),
        ("points", json!(7)),
        ("team_score", json!(14)),
        ("opponent_score", json!(7)),
        ("previous_team_score", json!(0)),
        ("previous_opponent_score", json!(7)),
        ("late", json!(false)),
        ("opponent_abbr", json!("BUF")),
        ("clock", json!("3:21")),
    ] {
        assert_eq!(event[name], value, "{name}: {event}");
    }
    assert!(house.value("event").is_none());
    assert_eq!(house.report().events, 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_is_told_to_both_teams_as_each_sees_it() {
    let house = House::with(vec![game("401")]).await;
    house.teams.send_replace(followed(&["nfl-ne", "nfl-buf", "nfl-kc"]));
    house.settle().await;
    house.broker.published();
    house.log.tell(touchdown(1, noon(), false));
    let change = Change::GameEnded { home_won: Some(true), home: 14, away: 7 };
    house.log.tell(GameEvent::new(&std::sync::Arc::new(game("401")), change, 1, noon(), false, None));
    house.settle().await;
    let events = house.events();
    let seen: Vec<_> =
        events.iter().map(|event| (&event["team_id"], &event["side"], &event["won"])).collect();
    let wanted = [
        (json!("nfl-ne"), json!("team"), json!(null)),
        (json!("nfl-buf"), json!("opponent"), json!(null)),
        (json!("nfl-ne"), json!("team"), json!(true)),
        (json!("nfl-buf"), json!("opponent"), json!(false)),
    ];
    let wanted: Vec<_> = wanted.iter().map(|(team, side, won)| (team, side, won)).collect();
    assert_eq!(seen, wanted);
}

#[tokio::test(start_paused = true)]
async fn a_goal_that_was_found_late_flashes_no_light_but_an_end_is_told() {
    let house = House::with(vec![game("401")]).await;
    house.broker.published();
    house.log.tell(touchdown(1, noon(), true));
    let change = Change::GameEnded { home_won: Some(true), home: 14, away: 7 };
    house.log.tell(GameEvent::new(&std::sync::Arc::new(game("401")), change, 1, noon(), true, None));
    house.settle().await;
    let events = house.events();
    assert_eq!((told(&events), &events[0]["late"]), (vec!["nfl-401-game_ended-1"], &json!(true)));
    assert_eq!(house.report().events_dropped, 1);
}

#[tokio::test(start_paused = true)]
async fn events_wait_for_a_broker_that_is_away_for_a_minute_and_no_longer() {
    let house = House::with(vec![game("401")]).await;
    house.broker.refuses(Some("it is away"));
    house.broker.cuts();
    house.settle().await;
    house.broker.published();
    house.log.tell(touchdown(1, noon(), false));
    house.pass(40).await;
    house.log.tell(touchdown(2, noon() + TimeDelta::seconds(40), false));
    house.pass(10).await;
    // It is tried after 47 s for the last time, then after 92 s.
    house.broker.refuses(None);
    house.pass(45).await;
    assert!(house.report().connected);
    assert_eq!(told(&house.events()), ["nfl-401-score_changed-2"]);
    assert_eq!(house.report().events_dropped, 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_broker_said_nothing_of_is_told_again_under_the_same_id_after_the_states() {
    let house = House::with(vec![game("401")]).await;
    house.broker.is_silent(true);
    house.log.tell(touchdown(1, noon(), false));
    house.settle().await;
    assert_eq!(told(&house.events()), ["nfl-401-score_changed-1"]);
    house.broker.is_silent(false);
    house.broker.restarts();
    house.pass(5).await;
    let published = house.broker.published();
    let place = |part: &str| published.iter().position(|(topic, ..)| topic.ends_with(part)).unwrap();
    assert!(place("/status") < place("/event"), "{published:#?}");
    assert_eq!(house.report().events, 1);
    house.broker.cuts();
    house.pass(5).await;
    assert_eq!(house.events().len(), 0, "what it took is not told again");
}

#[tokio::test(start_paused = true)]
async fn a_log_that_can_not_be_read_is_read_again() {
    let house = House::with(vec![game("401")]).await;
    *house.log.broken.lock().unwrap() = 2;
    house.broker.published();
    house.log.tell(touchdown(1, noon(), false));
    house.pass(10).await;
    assert_eq!(told(&house.events()), ["nfl-401-score_changed-1"]);
}

#[tokio::test(start_paused = true)]
async fn every_kind_of_event_has_a_payload_of_a_kind_that_is_announced() {
    let game = std::sync::Arc::new(game("401"));
    let period = game_model::Period::Overtime(1);
    let changes = [
        Change::GameScheduled { start: noon() },
        Change::GameRescheduled { before: noon(), after: noon() },
        Change::GamePostponed,
        Change::GameCanceled,
        Change::Pregame { start: noon(), minutes: 15 },
        Change::GameStarted,
        Change::GameDelayed,
        Change::GameResumed,
        Change::PeriodEnded { period },
        Change::PeriodStarted { period },
        Change::OvertimeStarted { period },
        Change::ScoreChanged { home: false, before: 0, after: 3 },
        Change::ScoreCorrected { home: false, before: 3, after: 0 },
        Change::LeadChanged { home_leads: None },
        Change::CloseGame { difference: 3 },
        Change::GameEnded { home_won: None, home: 7, away: 7 },
    ];
    assert_eq!(changes.len(), EventKind::ALL.len());
    let house = House::with(vec![(*game).clone()]).await;
    house.broker.published();
    for change in changes {
        house.log.tell(GameEvent::new(&game, change, 1, noon(), false, None));
    }
    house.settle().await;
    let events = house.events();
    let kinds: Vec<EventKind> =
        events.iter().map(|event| event["event_type"].as_str().unwrap().parse().unwrap()).collect();
    assert!(EventKind::ALL.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    let of = |kind: &str| events.iter().find(|event| event["event_type"] == kind).unwrap();
    assert_eq!(
        (&of("score_corrected")["points"], &of("score_corrected")["side"]),
        (&json!(-3), &json!("opponent"))
    );
    assert_eq!((&of("lead_changed")["side"], &of("game_ended")["won"]), (&json!(null), &json!(false)));
    assert_eq!((&of("overtime_started")["period"], &of("pregame")["minutes"]), (&json!("OT"), &json!(15)));
}
