//! A real InfluxDB 1, read back by `InfluxQL`.

use influx_client::InfluxClient;

use crate::{client, dead, drained, hasty, lines, run_until, waiting};

/// A client of a fresh database on the real server; none, with a printed word, where there is no server.
async fn fresh(database: &str) -> Option<InfluxClient> {
    let Ok(url) = std::env::var("SPORTS_DATA_TEST_INFLUX_V1_URL") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        println!("skipped: SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        return None;
    };
    let client = client(&url, "test:test-password", database);
    client.query_influxql(&format!("DROP DATABASE {database}")).await.expect("drop the database");
    client.set_retention(730).await.expect("create the database");
    Some(client)
}

/// How many values of the score the server has.
async fn count(client: &InfluxClient) -> u64 {
    let answer = client.query_influxql("SELECT count(home_score) FROM nfl_scores").await.expect("query");
    answer["results"][0]["series"][0]["values"][0][1].as_u64().unwrap_or_default()
}

#[tokio::test]
async fn poison_is_set_aside_with_the_servers_reason_and_all_others_are_written() {
    let Some(client) = fresh("sink_poison").await else { return };
    let conflict = "nfl_scores,game_id=x home_score=\"seven\" NOW";
    let garbage = "this is no line protocol";
    let old = "nfl_scores,game_id=y home_score=1i 1000000000";
    let lines = lines(100, &[(30, conflict), (45, garbage), (99, old)]);
    let outbox = waiting(&lines);
    let (report, totals) = run_until(hasty(), outbox.clone(), client.clone(), drained).await;
    let dead = dead(&outbox);
    assert_eq!(dead.iter().map(|(line, _)| line).collect::<Vec<_>>(), [&lines[30], &lines[45], &lines[99]]);
    let reasons = ["field type conflict", "unable to parse", "beyond retention policy"];
    for ((_, reason), expected) in dead.iter().zip(reasons) {
        assert!(reason.contains(expected), "{reason}");
    }
    assert!(outbox.dead_letters().iter().all(|(_, rejection)| rejection.server.contains("InfluxDB 1")));
    assert_eq!((totals.delivered, totals.set_aside, count(&client).await), (97, 3, 97));
    assert_eq!((report.batches_failed, report.breaker_counts.opened), (0, 0));
}

#[tokio::test]
async fn a_backlog_is_written_once() {
    let Some(client) = fresh("sink_backlog").await else { return };
    let outbox = waiting(&lines(12_345, &[]));
    let (report, _) = run_until(hasty(), outbox, client.clone(), drained).await;
    assert_eq!((count(&client).await, report.batches_written), (12_345, 3));
    assert_eq!(report.server.expect("reached").retention_days, Some(730));
}

#[tokio::test]
async fn a_database_that_is_gone_keeps_the_lines_until_it_is_back() {
    let Some(client) = fresh("sink_gone").await else { return };
    client.query_influxql("DROP DATABASE sink_gone").await.expect("drop the database");
    let outbox = waiting(&lines(100, &[]));
    let stopped = |report: &influx_sink::SinkReport, _: &_| report.stopped_because.is_some();
    let (_, totals) = run_until(hasty(), outbox.clone(), client.clone(), stopped).await;
    assert_eq!((totals.pending, totals.set_aside), (100, 0));
    client.set_retention(730).await.expect("create the database");
    run_until(hasty(), outbox, client.clone(), drained).await;
    assert_eq!(count(&client).await, 100);
}
