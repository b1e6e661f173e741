//! Bodies as the contract has them, headers as they are signed.

use std::sync::Arc;

use chrono::TimeDelta;
use game_model::Period;
use serde_json::json;

use super::*;
use crate::tests::support::{game, noon, touchdown};

fn told(change: Change) -> Value {
    let event =
        GameEvent::new(&Arc::new(game(10, 3)), change, 2, noon(), true, Some(Score { home: 3, away: 0 }));
    serde_json::from_slice(&body(&event)).unwrap()
}

#[test]
fn a_body_has_the_keys_of_the_contract_first() {
    let bytes = body(&touchdown(2));
    let text = std::str::from_utf8(&bytes).unwrap();
    assert!(
        text.starts_with(
            r#"{"event":"score_changed","event_type":"score_changed","game_id":"401","league":"NFL","home_team":"NE","away_team":"BUF","score":{"home":14,"away":3},"status":"live","timestamp":"2026-11-22T18:00:00.000Z","home_diff":7,"away_diff":0,"previous_score":{"home":7,"away":3},"current_score":{"home":14,"away":3},"id":"nfl-401-score_changed-2""#
        ),
        "{text}"
    );
}

#[test]
fn what_is_beside_the_contract_tells_more() {
    let body: Value = serde_json::from_slice(&body(&touchdown(2))).unwrap();
    assert_eq!((&body["late"], &body["sequence"]), (&json!(false), &json!(2)));
    assert_eq!(body["details"], json!({"side": "home", "team": "NE", "points": 7, "before": 7, "after": 14}));
    assert_eq!(
        body["game"],
        json!({
            "start_time": "2026-11-22T17:00:00.000Z", "period": 2, "periods": 4, "time_remaining": "3:21",
            "home": {"id": "nfl-ne", "name": "New England Patriots", "nickname": "Patriots", "abbreviation": "NE"},
            "away": {"id": "nfl-buf", "name": "Buffalo Bills", "nickname": "Bills", "abbreviation": "BUF"},
        })
    );
}

#[test]
fn the_difference_is_that_of_the_side_that_scored() {
    // Both sides scored between two looks: two events, each with its own difference.
    let home = told(Change::ScoreChanged { home: true, before: 3, after: 10 });
    let away = told(Change::ScoreChanged { home: false, before: 0, after: 3 });
    assert_eq!((&home["home_diff"], &home["away_diff"]), (&json!(7), &json!(0)));
    assert_eq!((&away["home_diff"], &away["away_diff"]), (&json!(0), &json!(3)));
    let corrected = told(Change::ScoreCorrected { home: false, before: 9, after: 3 });
    assert_eq!((&corrected["away_diff"], &corrected["details"]["points"]), (&json!(-6), &json!(-6)));
    for scores in ["home_diff", "previous_score", "current_score"] {
        assert!(told(Change::GameStarted).get(scores).is_none(), "only changes of a score have {scores}");
    }
}

#[test]
fn every_change_has_its_details() {
    let start = noon();
    let noon = "2026-11-22T18:00:00.000Z";
    for (change, details) in [
        (Change::GameScheduled { start }, json!({"start_time": noon})),
        (
            Change::GameRescheduled { before: start - TimeDelta::hours(1), after: start },
            json!({"start_time": noon, "previous_start_time": "2026-11-22T17:00:00.000Z"}),
        ),
        (Change::Pregame { start, minutes: 15 }, json!({"start_time": noon, "minutes": 15})),
        (Change::PeriodEnded { period: Period::Regulation(2) }, json!({"period": "2"})),
        (Change::OvertimeStarted { period: Period::Overtime(1) }, json!({"period": "OT"})),
        (Change::LeadChanged { home_leads: Some(false) }, json!({"leader": "away", "team": "BUF"})),
        (Change::LeadChanged { home_leads: None }, json!({"leader": null, "team": null})),
        (Change::CloseGame { difference: 7 }, json!({"difference": 7})),
        (
            Change::GameEnded { home_won: Some(true), home: 10, away: 3 },
            json!({"winner": "home", "team": "NE", "final_score": {"home": 10, "away": 3}}),
        ),
        (Change::GameDelayed, json!({})),
    ] {
        assert_eq!(told(change.clone())["details"], details, "{change:?}");
    }
}

#[test]
fn a_finished_game_is_final() {
    let game = game_model::Game { status: GameStatus::Finished, ..game(1, 0) };
    let event = GameEvent::new(&Arc::new(game), Change::GameCanceled, 1, noon(), false, None);
    let body: Value = serde_json::from_slice(&body(&event)).unwrap();
    assert_eq!(body["status"], "final");
}

#[test]
fn headers_are_those_of_the_contract_and_signed() {
    let (secret, body) = ("a secret of sixteen characters", b"{}");
    let webhook = WebhookId("wh_1".into());
    let head =
        Head { webhook: &webhook, event: "game_ended", delivery: "nfl-401-x-1", attempt: 2, now: noon() };
    let headers = headers(head, &Signer::new(secret), body);
    let time = noon().timestamp().to_string();
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-webhook-id", "wh_1"),
        ("x-webhook-event", "game_ended"),
        ("x-webhook-delivery", "nfl-401-x-1"),
        ("x-webhook-attempt", "2"),
        ("x-webhook-timestamp", &time),
        ("x-webhook-signature", &crate::signature(secret, body)),
        ("x-webhook-signature-256", &crate::signature_with_time(secret, &time, body)),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
}

#[test]
fn an_id_that_no_header_can_hold_stops_nothing() {
    let webhook = WebhookId("wh_1".into());
    let head = Head { webhook: &webhook, event: "x", delivery: "nfl-40\r\n1", attempt: 1, now: noon() };
    let headers = headers(head, &Signer::new("x"), b"");
    assert!(headers.get("x-webhook-delivery").is_none() && headers.contains_key("x-webhook-signature"));
}

#[test]
fn a_body_is_made_once_for_all_webhooks() {
    let bodies = Bodies::default();
    let event = |n: u32| LoggedEvent { number: EventNumber(n.into()), event: Arc::new(touchdown(n)) };
    let (first, again) = (bodies.of(&event(1)), bodies.of(&event(1)));
    assert_eq!(first.as_ptr(), again.as_ptr());
    (2..100).for_each(|n| assert_eq!(bodies.of(&event(n)), body(&touchdown(n))));
    assert_eq!(bodies.0.lock().unwrap().len(), KEPT);
}
