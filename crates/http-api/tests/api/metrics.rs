//! What Prometheus is told.

use game_model::{BreakerState, InfluxReport, InfluxStats, MqttReport, StorageReport};

use crate::support::{Fixture, game, league, noon, poll};

async fn fixture() -> Fixture {
    let fixture = Fixture::new(&["nfl"]).await;
    fixture.ports.polls.lock().unwrap().push(poll("nfl"));
    *fixture.ports.storage.lock().unwrap() =
        StorageReport { bytes: 4096, observations: 12, disk_free_bytes: Some(7), ..StorageReport::default() };
    fixture.publish(league("nfl"), vec![game("nfl", "1", "NE", "BUF")]);
    fixture
}

/// The value in the line that begins with this name and these labels.
fn value(metrics: &str, series: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let value = line.unwrap_or_else(|| panic!("there is no {series} in\n{metrics}"));
    value.parse().unwrap_or_else(|error| panic!("{series} {value}: {error}"))
}

#[track_caller]
fn assert_values(metrics: &str, expected: &[(&str, f64)]) {
    for (series, number) in expected {
        let told = value(metrics, &format!("sports_data_{series}"));
        assert!((told - number).abs() < 1e-9, "{series} is {told}, not {number}");
    }
}

#[tokio::test]
async fn requests_cache_polls_and_store_are_counted() {
    let fixture = fixture().await;
    fixture.get("/api/v1/games/live").await;
    fixture.get("/api/v1/games/live?team_ids=ne").await;
    fixture.get("/api/v1/games/live").await;
    fixture.get("/api/v1/games/live?league=x").await;
    fixture.get("/one").await;
    fixture.get("/two").await;
    let answer = fixture.get("/metrics").await;
    assert!(answer.header("content-type").starts_with("application/openmetrics-text; version=1.0.0"));
    let noon = noon().timestamp() as f64;
    assert_values(
        &answer.text,
        &[
            (r#"build{version="1.2.3"}"#, 1.0),
            (r#"http_requests_total{route="/api/v1/games/live",status="200"}"#, 3.0),
            (r#"http_requests_total{route="/api/v1/games/live",status="400"}"#, 1.0),
            (r#"http_requests_total{route="other",status="404"}"#, 2.0),
            (r#"http_request_duration_seconds_count{route="/api/v1/games/live"}"#, 4.0),
            (r#"http_request_duration_seconds_bucket{le="+Inf",route="/api/v1/games/live"}"#, 4.0),
            (r#"cache_answers_total{state="hit"}"#, 1.0),
            (r#"cache_answers_total{state="miss"}"#, 2.0),
            (r#"cache_answers_total{state="stale"}"#, 0.0),
            ("cache_keys", 2.0),
            ("cache_games", 1.0),
            (r#"polls_total{league="nfl",outcome="ok"}"#, 40.0),
            (r#"polls_total{league="nfl",outcome="backing_off"}"#, 3.0),
            (r#"espn_requests_total{league="nfl"}"#, 42.0),
            (r#"espn_requests_today{league="nfl"}"#, 40.0),
            (r#"espn_next_poll_seconds{league="nfl"}"#, 9.0),
            (r#"watching{league="nfl",state="soon"}"#, 1.0),
            (r#"watching{league="nfl",state="live"}"#, 0.0),
            (r#"games{league="nfl"}"#, 2.0),
            (r#"unreadable_events_total{league="nfl"}"#, 1.0),
            (r#"last_success_timestamp_seconds{league="nfl"}"#, noon),
            ("store_bytes", 4096.0),
            ("store_observations", 12.0),
            ("disk_free_bytes", 7.0),
            ("degraded_reasons", 0.0),
            ("influxdb_enabled", 0.0),
        ],
    );
    assert!(!answer.text.contains("sports_data_points"), "nothing is queued while InfluxDB is off");
    assert!(answer.text.ends_with("# EOF\n"));
    assert!(!answer.text.contains("http_requests_total{route=\"/health\""));
}

#[tokio::test]
async fn points_and_breaker_are_told_while_influxdb_is_on() {
    let fixture = fixture().await;
    let stats = InfluxStats {
        points_accepted: 10,
        points_written: 6,
        points_pending: 3,
        points_dead_lettered: 1,
        bytes_written: 900,
        batches_written: 4,
        batches_failed: 5,
        ..InfluxStats::default()
    };
    *fixture.ports.influx.lock().unwrap() = Some(InfluxReport {
        connected: true,
        breaker: BreakerState::HalfOpen,
        breaker_transitions: vec![(BreakerState::Open, 2), (BreakerState::HalfOpen, 7)],
        stats,
        reasons: vec!["InfluxDB is away".into()],
        ..InfluxReport::default()
    });
    assert_values(
        &fixture.get("/metrics").await.text,
        &[
            ("influxdb_enabled", 1.0),
            ("influxdb_connected", 1.0),
            (r#"points_total{state="accepted"}"#, 10.0),
            (r#"points_total{state="written"}"#, 6.0),
            (r#"points_total{state="pending"}"#, 3.0),
            (r#"points_total{state="dead_lettered"}"#, 1.0),
            ("influxdb_bytes_written_total", 900.0),
            ("influxdb_batches_written_total", 4.0),
            ("influxdb_batches_failed_total", 5.0),
            (r#"breaker_state{state="closed"}"#, 0.0),
            (r#"breaker_state{state="open"}"#, 0.0),
            (r#"breaker_state{state="half_open"}"#, 1.0),
            (r#"breaker_transitions_total{to="open"}"#, 2.0),
            (r#"breaker_transitions_total{to="half_open"}"#, 7.0),
            ("degraded_reasons", 1.0),
        ],
    );
}

#[tokio::test]
async fn every_line_is_a_comment_or_a_series_with_a_number() {
    let fixture = fixture().await;
    *fixture.ports.influx.lock().unwrap() = Some(InfluxReport::default());
    fixture.get("/metrics").await;
    for line in fixture.get("/metrics").await.text.lines().filter(|line| !line.starts_with("# ")) {
        let (series, number) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        assert!(series.starts_with("sports_data_") && number.parse::<f64>().is_ok(), "{line}");
        assert!(!series.contains("{}"), "{line}");
    }
}

#[tokio::test]
async fn mqtt_is_counted_while_it_is_on() {
    let fixture = fixture().await;
    let off = fixture.get("/metrics").await.text;
    assert_values(&off, &[("mqtt_enabled", 0.0)]);
    assert!(!off.contains("mqtt_connected"));
    *fixture.ports.mqtt.lock().unwrap() = Some(MqttReport {
        connected: true,
        devices: 2,
        connections: 3,
        published: 50,
        refused: 1,
        events: 7,
        events_dropped: 4,
        ..MqttReport::default()
    });
    assert_values(
        &fixture.get("/metrics").await.text,
        &[
            ("mqtt_enabled", 1.0),
            ("mqtt_connected", 1.0),
            ("mqtt_devices", 2.0),
            ("mqtt_connections_total", 3.0),
            (r#"mqtt_messages_total{outcome="published"}"#, 50.0),
            (r#"mqtt_messages_total{outcome="refused"}"#, 1.0),
            (r#"mqtt_events_total{outcome="published"}"#, 7.0),
            (r#"mqtt_events_total{outcome="dropped"}"#, 4.0),
        ],
    );
}
