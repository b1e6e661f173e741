//! Webhooks: registered, listed, changed, tested, deleted, and their deliveries.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use chrono::TimeDelta;
use game_model::{
    Change, Delivery, DeliveryId, DeliveryState, DeskError, EventNumber, GameEvent, LoggedEvent, TestOutcome,
    WebhookId, WebhooksReport,
};
use serde_json::{Value, json};

use crate::support::{Answer, Fixture, game, noon};

const SECRET: &str = "0123456789abcdef";

fn wanted() -> Value {
    json!({
        "url": "http://ha.local/hook", "events": ["game_started", "score_changed", "game_ended"], "secret": SECRET,
        "team": "Patriots", "sport": "nfl",
    })
}

async fn fixture() -> Fixture {
    Fixture::new(&["nfl", "nhl"]).await
}

async fn register(fixture: &Fixture, body: &Value) -> Answer {
    fixture.post("/api/v1/webhooks/register", &body.to_string()).await
}

async fn patch(fixture: &Fixture, id: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    fixture.send(Method::PATCH, &format!("/api/v1/webhooks/{id}"), &headers, &body.to_string()).await
}

#[tokio::test]
async fn a_webhook_is_registered_and_listed_without_its_secret() {
    let fixture = fixture().await;
    let empty = fixture.get("/api/v1/webhooks/list").await;
    assert_eq!(empty.text, r#"{"webhooks":[]}"#, "as the old service answered");
    let answer = register(&fixture, &wanted()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(
        answer.json(),
        json!({
            "webhook_id": "wh_1", "url": "http://ha.local/hook",
            "events": ["game_started", "score_changed", "game_ended"], "team": "Patriots", "sport": "nfl",
            "delay_seconds": 0.0, "pregame_minutes": 15, "paused": false,
            "message": "registered; POST /api/v1/webhooks/wh_1/test sends a test event to it",
        })
    );
    let list = fixture.get("/api/v1/webhooks/list").await;
    let listed = &list.json()["webhooks"][0];
    assert_eq!((&listed["secret"], &listed["team"]), (&json!("***"), &json!("nfl-ne")));
    assert_eq!(
        (&listed["created_at"], &listed["last_error"]),
        (&json!("2026-11-23T12:00:00.000Z"), &Value::Null)
    );
    assert!(!list.text.contains(SECRET) && !answer.text.contains(SECRET));
    assert_eq!(fixture.get("/api/v1/webhooks/wh_1").await.json(), *listed);
    assert_eq!(fixture.ports.secrets.lock().unwrap()[0].expose(), SECRET);
}

#[tokio::test]
async fn every_bad_and_missing_field_is_told_at_once() {
    let fixture = fixture().await;
    let answer = register(&fixture, &json!({})).await;
    assert_eq!(answer.status, 422);
    let detail = answer.detail();
    for missing in ["url is missing", "events is missing", "secret is missing"] {
        assert!(detail.contains(missing), "{detail}");
    }
    let bad = json!({"url": "ha", "events": ["goal"], "secret": "short", "team": "Patriotz", "sport": "nfl"});
    let detail = register(&fixture, &bad).await.detail();
    for problem in
        ["url is no address", "events holds \"goal\"", "secret has 5 characters", "team is \"Patriotz\""]
    {
        assert_eq!(detail.matches(problem).count(), 1, "{problem}: {detail}");
    }
    assert!(!detail.contains("secret is missing") && !detail.contains("short;"), "{detail}");
    assert!(fixture.ports.webhooks.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_full_desk_and_a_broken_one_are_said() {
    let fixture = fixture().await;
    for (error, status, said) in [
        (DeskError::TooMany, 429, "delete one first"),
        (DeskError::Unavailable("the disk is full".into()), 503, "the disk is full"),
        (DeskError::Refused("url leads nowhere".into()), 422, "url leads nowhere"),
    ] {
        *fixture.ports.desk_error.lock().unwrap() = Some(error);
        let answer = register(&fixture, &wanted()).await;
        assert_eq!(answer.status, status);
        assert!(answer.detail().contains(said), "{answer:?}");
    }
}

#[tokio::test]
async fn changes_at_the_same_time_all_hold() {
    let fixture = fixture().await;
    register(&fixture, &wanted()).await;
    let (events, minutes, team) =
        (json!({"events": ["*"]}), json!({"pregame_minutes": 60}), json!({"team": "buf"}));
    let (one, other, third) = tokio::join!(
        patch(&fixture, "wh_1", &events),
        patch(&fixture, "wh_1", &minutes),
        patch(&fixture, "wh_1", &team),
    );
    assert_eq!([one.status, other.status, third.status], [200; 3]);
    let now = fixture.get("/api/v1/webhooks/wh_1").await.json();
    assert_eq!(
        (&now["events"], &now["pregame_minutes"], &now["team"]),
        (&json!(["*"]), &json!(60), &json!("nfl-buf"))
    );
}

#[tokio::test]
async fn a_webhook_is_paused_and_changed() {
    let fixture = fixture().await;
    register(&fixture, &wanted()).await;
    let paused = patch(&fixture, "wh_1", &json!({"paused": true})).await;
    assert_eq!((paused.status, &paused.json()["paused"]), (200, &json!(true)));
    assert_eq!(paused.json()["team"], "nfl-ne", "the rest stays");
    let changed = json!({"url": "http://other/", "events": ["*"], "team": "Bruins", "sport": "", "delay_seconds": 30,
        "secret": "another secret of 16", "pregame_minutes": 60});
    let changed = patch(&fixture, "wh_1", &changed).await.json();
    assert_eq!(changed["url"], "http://other/");
    assert_eq!((&changed["events"], &changed["team"]), (&json!(["*"]), &json!("nhl-bos")));
    assert_eq!((&changed["sport"], &changed["delay_seconds"]), (&Value::Null, &json!(30.0)));
    assert_eq!((&changed["pregame_minutes"], &changed["paused"]), (&json!(60), &json!(true)));
    assert_eq!(fixture.ports.secrets.lock().unwrap().len(), 2);
    for (body, said) in [
        (json!({}), "changes nothing"),
        (json!({"paused": 1}), "paused is \"1\""),
        (json!({"url": "x"}), "url is no address"),
        (json!({"events": [], "secret": "x"}), "secret has 1 characters"),
    ] {
        let answer = patch(&fixture, "wh_1", &body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert!(answer.detail().contains(said), "{answer:?}");
    }
}

#[tokio::test]
async fn a_webhook_is_deleted() {
    let fixture = fixture().await;
    register(&fixture, &wanted()).await;
    let answer = fixture.send(Method::DELETE, "/api/v1/webhooks/wh_1", &[], "").await;
    assert_eq!((answer.status, &*answer.text), (204, ""));
    let again = fixture.send(Method::DELETE, "/api/v1/webhooks/wh_1", &[], "").await;
    assert_eq!(again.status, 404);
    assert!(again.detail().contains("there is no webhook \"wh_1\""), "{again:?}");
}

#[tokio::test]
async fn who_is_not_registered_is_not_found() {
    let fixture = fixture().await;
    for (method, path) in [
        (Method::GET, "/api/v1/webhooks/x"),
        (Method::DELETE, "/api/v1/webhooks/%27%3B--"),
        (Method::POST, "/api/v1/webhooks/x/test"),
        (Method::GET, "/api/v1/webhooks/x/deliveries"),
    ] {
        let answer = fixture.send(method, path, &[], "").await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.detail().contains("/api/v1/webhooks/list"), "{answer:?}");
    }
    assert_eq!(patch(&fixture, "x", &json!({"paused": true})).await.status, 404);
    let odd = fixture.get("/api/v1/webhooks/%ff").await;
    assert_eq!(odd.status, 400);
    assert!(odd.detail().contains("not UTF-8"), "{odd:?}");
    assert_eq!(fixture.get("/api/v1/webhooks/register").await.status, 405, "no webhook has this id");
}

#[tokio::test]
async fn a_test_tells_what_the_receiver_said() {
    let fixture = fixture().await;
    register(&fixture, &wanted()).await;
    *fixture.ports.test.lock().unwrap() = Some(TestOutcome {
        id: "test-1".into(),
        delivered: false,
        status: Some(500),
        answer: "no".into(),
        error: Some("it answers 500: no".into()),
        took: Duration::from_millis(12),
    });
    let answer = fixture.post("/api/v1/webhooks/wh_1/test", "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({"webhook_id": "wh_1", "delivery_id": "test-1", "delivered": false, "status": 500, "answer": "no",
            "error": "it answers 500: no", "milliseconds": 12})
    );
}

fn delivery(id: u64, state: DeliveryState) -> Delivery {
    let event = GameEvent::new(
        &Arc::new(game("nfl", "401", "NE", "BUF")),
        Change::GameStarted,
        1,
        noon(),
        false,
        None,
    );
    Delivery {
        id: DeliveryId(id),
        webhook: WebhookId("wh_1".into()),
        event: LoggedEvent { number: EventNumber(id), event: Arc::new(event) },
        state,
        queued_at: noon(),
        next_attempt_at: noon() + TimeDelta::seconds(2),
        attempts: 2,
        last_error: Some("it hangs".into()),
        settled_at: (state != DeliveryState::Pending).then(noon),
    }
}

#[tokio::test]
async fn deliveries_are_told_in_pages() {
    let fixture = fixture().await;
    register(&fixture, &wanted()).await;
    let all = [(3, DeliveryState::Pending), (2, DeliveryState::Failed), (1, DeliveryState::Delivered)];
    *fixture.ports.deliveries.lock().unwrap() = all.map(|(id, state)| delivery(id, state)).into();
    let page = fixture.get("/api/v1/webhooks/wh_1/deliveries?limit=2").await.json();
    assert_eq!((&page["count"], &page["next_before"]), (&json!(2), &json!(2)));
    assert_eq!(
        page["deliveries"][0],
        json!({"number": 3, "delivery_id": "nfl-401-game_started-1", "event": "game_started", "game_id": "401",
            "league": "NFL", "state": "pending", "attempts": 2, "queued_at": "2026-11-23T12:00:00.000Z",
            "next_attempt_at": "2026-11-23T12:00:02.000Z", "last_error": "it hangs", "settled_at": null})
    );
    let failed = &page["deliveries"][1];
    assert_eq!((&failed["state"], &failed["next_attempt_at"]), (&json!("failed"), &Value::Null));
    let last = fixture.get("/api/v1/webhooks/wh_1/deliveries?limit=2&before=2").await.json();
    assert_eq!((&last["deliveries"][0]["number"], &last["next_before"]), (&json!(1), &Value::Null));
    assert_eq!(fixture.get("/api/v1/webhooks/wh_1/deliveries?limit=0").await.status, 400);
}

#[tokio::test]
async fn health_and_metrics_tell_how_webhooks_do() {
    let fixture = fixture().await;
    *fixture.ports.webhooks_report.lock().unwrap() = WebhooksReport {
        registered: 3,
        paused: 1,
        failing: 1,
        delivered: 40,
        failed_attempts: 5,
        given_up: 2,
        durations: vec![(0.01, 30), (f64::INFINITY, 10)],
        durations_sum: 1.5,
        reasons: vec!["webhook wh_1 does not take events".into()],
        ..WebhooksReport::default()
    };
    let health = fixture.get("/health").await.json();
    assert_eq!(
        health["webhooks"],
        json!({"registered": 3, "paused": 1, "failing": 1, "in_flight": 0, "delivered": 40, "failed_attempts": 5,
            "given_up": 2})
    );
    assert_eq!(
        (&health["status"], &health["reasons"][0]),
        (&json!("degraded"), &json!("webhook wh_1 does not take events"))
    );
    let metrics = fixture.get("/metrics").await.text;
    for line in [
        r#"sports_data_webhooks{state="failing"} 1"#,
        r#"sports_data_webhook_attempts_total{outcome="delivered"} 40"#,
        "sports_data_webhook_deliveries_given_up_total 2",
        r#"sports_data_webhook_delivery_duration_seconds_bucket{le="0.01"} 30"#,
        "sports_data_webhook_delivery_duration_seconds_count 40",
        "sports_data_degraded_reasons 1",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line}\n{metrics}");
    }
}
