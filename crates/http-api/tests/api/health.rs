//! Health: made of reports.

use std::time::Duration;

use game_model::{
    BackfillReport, BreakerHold, BreakerState, DrainReport, InfluxReport, InfluxStats, MqttReport,
    RetentionReport, StorageReport,
};
use serde_json::json;

use crate::support::{Fixture, Ports, noon, poll};

fn storage() -> StorageReport {
    StorageReport {
        path: "data/sports.db".into(),
        bytes: 4096,
        observations: 12,
        oldest: Some(noon()),
        events: 5,
        outbox_bytes: 70,
        outbox_max_bytes: 80,
        disk_free_bytes: Some(90),
        reasons: Vec::new(),
    }
}

fn influx() -> InfluxReport {
    InfluxReport {
        connected: true,
        version: Some("2.7.11".into()),
        breaker: BreakerState::Closed,
        breaker_hold: BreakerHold::Auto,
        breaker_transitions: vec![(BreakerState::Open, 2)],
        stats: InfluxStats {
            points_accepted: 10,
            points_written: 6,
            points_pending: 3,
            points_deferred: 2,
            points_dead_lettered: 1,
            points_discarded: 1,
            bytes_written: 900,
            batches_written: 4,
            batches_failed: 5,
            last_write: Some(noon()),
            last_error: None,
        },
        drain: Some(DrainReport {
            points_left: 3,
            points_per_second: 2,
            time_left: Some(Duration::from_secs(1)),
        }),
        retention: RetentionReport { configured_days: 730, actual_days: Some(730) },
        reasons: Vec::new(),
    }
}

async fn fixture() -> Fixture {
    let fixture = Fixture::new(&["nfl"]).await;
    fixture.ports.polls.lock().unwrap().push(poll("nfl"));
    *fixture.ports.storage.lock().unwrap() = storage();
    fixture
}

#[tokio::test]
async fn everything_is_told_while_all_goes_well() {
    let fixture = fixture().await;
    *fixture.ports.influx.lock().unwrap() = Some(influx());
    let answer = fixture.get("/health").await;
    let mut health = answer.json();
    assert!(health["uptime_seconds"].take().is_u64());
    let expected = json!({
        "service": "sports-data", "status": "healthy", "version": "1.2.3",
        "timestamp": "2026-11-23T12:00:00.000Z", "uptime_seconds": null, "cache_status": true, "api_status": true,
        "cache": {"hits": 0, "misses": 0, "stale": 0, "hit_rate": 0.0, "keys_count": 0},
        "espn": {"nfl": {"last_success": "2026-11-23T12:00:00.000Z", "last_error": null,
                         "consecutive_failures": 0, "games": 2, "next_poll_in_seconds": 9,
                         "watching": "soon", "tracked_teams": ["nfl-ne"], "requests_today": 40}},
        "influxdb": {
            "enabled": true, "connected": true, "version": "2.7.11", "circuit_breaker_status": "closed",
            "circuit_breaker_held": "auto", "drain": {"points_left": 3, "points_per_second": 2, "seconds_left": 1},
            "stats": {"points_accepted": 10, "points_written": 6, "points_pending": 3, "points_deferred": 2,
                      "points_dead_lettered": 1, "points_discarded": 1,
                      "bytes_written": 900, "batches_written": 4, "batches_failed": 5,
                      "last_write": "2026-11-23T12:00:00.000Z", "last_error": null},
            "retention": {"configured_days": 730, "actual_days": 730},
            "writes_success": 6, "writes_failed": 1, "last_error": null, "circuit_breaker": "closed",
        },
        "storage": {"path": "data/sports.db", "bytes": 4096, "observations": 12,
                    "oldest": "2026-11-23T12:00:00.000Z", "events": 5, "outbox_bytes": 70, "outbox_max_bytes": 80, "disk_free_bytes": 90},
        "event_stream": {"clients": 0, "max_clients": 12_000, "turned_away": 0, "events_sent": 0},
        "webhooks": {"registered": 0, "paused": 0, "failing": 0, "in_flight": 0, "delivered": 0, "failed_attempts": 0,
                     "given_up": 0},
    });
    assert_eq!((answer.status, health), (200, expected));
}

#[tokio::test]
async fn an_influxdb_that_is_off_is_no_failure() {
    let health = fixture().await.get("/health").await.json();
    assert_eq!(health["status"], "healthy");
    let off =
        json!({"enabled": false, "connected": false, "circuit_breaker_status": "disabled", "stats": null});
    assert_eq!(health["influxdb"], off);
}

#[tokio::test]
async fn a_breaker_that_is_not_closed_is_open_for_older_clients() {
    let fixture = fixture().await;
    for (breaker, status) in [(BreakerState::Open, "open"), (BreakerState::HalfOpen, "half_open")] {
        let stats = InfluxStats { last_error: Some("refused".into()), ..influx().stats };
        *fixture.ports.influx.lock().unwrap() = Some(InfluxReport { breaker, stats, ..influx() });
        let told = fixture.get("/health").await.json()["influxdb"].clone();
        assert_eq!(told["circuit_breaker_status"], status);
        assert_eq!(
            (told["circuit_breaker"].as_str(), told["last_error"].as_str()),
            (Some("open"), Some("refused"))
        );
    }
}

#[tokio::test]
async fn what_a_person_should_mend_is_told_once_each() {
    let fixture = fixture().await;
    let mut silent = poll("nfl");
    (silent.last_error, silent.consecutive_failures) = (Some("ESPN answers 403".into()), 3);
    let mut outspoken = silent.clone();
    outspoken.reasons = vec!["NFL: no scoreboard since noon".into(), "the clock is wrong".into()];
    let mut other = poll("nhl");
    other.reasons = vec!["the clock is wrong".into()];
    *fixture.ports.polls.lock().unwrap() = vec![outspoken, other];
    *fixture.ports.influx.lock().unwrap() =
        Some(InfluxReport { reasons: vec!["InfluxDB is away".into()], ..influx() });
    fixture.ports.storage.lock().unwrap().reasons = vec!["the disk is full".into()];
    let answer = fixture.get("/health").await;
    let health = answer.json();
    assert_eq!(
        (answer.status, health["status"].as_str(), health["api_status"].as_bool()),
        (200, Some("degraded"), Some(false))
    );
    let reasons = json!([
        "NFL: no scoreboard since noon",
        "the clock is wrong",
        "InfluxDB is away",
        "the disk is full"
    ]);
    assert_eq!(health["reasons"], reasons);

    *fixture.ports.polls.lock().unwrap() = vec![silent];
    let health = fixture.get("/health").await.json();
    assert_eq!(health["reasons"][0], "NFL: no scoreboard comes: ESPN answers 403");
    assert_eq!(health["espn"]["nfl"]["last_error"], "ESPN answers 403");
}

#[tokio::test]
async fn it_is_ready_once_every_league_was_asked() {
    let fixture = fixture().await;
    let mut waiting = poll("nhl");
    waiting.attempted = false;
    fixture.ports.polls.lock().unwrap().push(waiting);
    let answer = fixture.get("/health/ready").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    let detail = answer.detail();
    assert!(detail.contains("NHL") && !detail.contains("NFL"), "{detail}");
    fixture.ports.polls.lock().unwrap()[1].attempted = true;
    let answer = fixture.get("/health/ready").await;
    assert_eq!((answer.status, answer.json()), (200, json!({"ready": true})));
}

#[tokio::test]
async fn favorites_that_can_not_be_read_are_told_until_they_can() {
    let ports = Ports::default();
    *ports.broken.lock().unwrap() = Some("the disk is away");
    let fixture = Fixture::with(&["nfl"], ports, &[]).await;
    let health = fixture.get("/health").await.json();
    assert!(
        health["reasons"][0].as_str().is_some_and(|reason| reason.contains("the disk is away")),
        "{health}"
    );
    *fixture.ports.broken.lock().unwrap() = None;
    assert_eq!(fixture.get("/api/v1/user/teams").await.status, 200);
    assert_eq!(fixture.get("/health").await.json()["status"], "healthy");
}

#[tokio::test]
async fn a_backfill_tells_how_far_it_is() {
    let fixture = fixture().await;
    assert!(fixture.get("/health").await.json().get("backfill").is_none(), "it is off");
    let report = |league: &str, slates_left, last_error: Option<&str>| BackfillReport {
        league: league.parse().unwrap(),
        season: "2026-27".into(),
        done: slates_left == 0,
        slates_left,
        last_error: last_error.map(str::to_owned),
    };
    *fixture.ports.backfill.lock().unwrap() =
        vec![report("nhl", 7, Some("ESPN answers 403")), report("nba", 0, None)];
    let expected = json!({
        "nhl": {"season": "2026-27", "done": false, "slates_left": 7, "last_error": "ESPN answers 403"},
        "nba": {"season": "2026-27", "done": true, "slates_left": 0, "last_error": null},
    });
    let health = fixture.get("/health").await.json();
    assert_eq!((&health["backfill"], &health["status"]), (&expected, &json!("healthy")));
}

#[tokio::test]
async fn mqtt_is_told_while_it_is_on_with_what_is_wrong() {
    let fixture = fixture().await;
    assert!(fixture.get("/health").await.json().get("mqtt").is_none(), "it is off");
    *fixture.ports.mqtt.lock().unwrap() = Some(MqttReport {
        connected: false,
        broker: "ha:1883".into(),
        devices: 2,
        connections: 3,
        published: 50,
        refused: 1,
        events: 7,
        events_dropped: 4,
        last_error: Some("refused".into()),
        reasons: vec!["there is no connection to ha:1883".into()],
    });
    let expected = json!({
        "connected": false, "broker": "ha:1883", "devices": 2, "connections": 3, "published": 50, "refused": 1,
        "events": 7, "events_dropped": 4, "last_error": "refused",
    });
    let health = fixture.get("/health").await.json();
    assert_eq!((&health["mqtt"], &health["status"]), (&expected, &json!("degraded")));
    assert_eq!(health["reasons"], json!(["there is no connection to ha:1883"]));
}
