//! The real program and InfluxDB: what it writes, what it says of it, and the retention it sets up.

use std::time::Duration;

use espn_sim::EspnSim;
use influx_sim::{Fault, InfluxSim, Kind, Options};
use tempfile::TempDir;

use crate::service::{board, espn};
use crate::support::{Program, output};

/// Settings with which points are written at once, and failures are soon over.
const QUICK: [(&str, &str); 5] = [
    ("LEAGUES", "nfl"),
    ("INFLUXDB_FLUSH_INTERVAL_MS", "50"),
    ("INFLUXDB_FLUSH_JITTER_MS", "0"),
    ("INFLUXDB_RETRY_INTERVAL_MS", "50"),
    ("CIRCUIT_BREAKER_TIMEOUT_SECONDS", "1"),
];

fn start(folder: &TempDir, espn: &EspnSim, influx: &str, more: &[(&str, &str)]) -> Program {
    let own = [("ESPN_BASE_URL", espn.url()), ("INFLUXDB_URL", influx), ("INFLUXDB_TOKEN", "test-token")];
    Program::start(folder, &[&QUICK[..], &own, more].concat())
}

async fn live_espn() -> EspnSim {
    espn(vec![board(26, "STATUS_IN_PROGRESS", "0:48")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn points_reach_influxdb_2_and_3_and_health_says_so() {
    for (kind, version) in [(Kind::V2, "2.7.11"), (Kind::V3, "3.6.0")] {
        let (espn, folder) = (live_espn().await, tempfile::tempdir().expect("a folder"));
        let influx = InfluxSim::start(kind, Options::default()).await;
        let program = start(&folder, &espn, &influx.url(), &[]);
        let health = program
            .wait_for("/health", |health| health["influxdb"]["stats"]["points_written"].as_u64() >= Some(2))
            .await;
        let influxdb = &health["influxdb"];
        assert_eq!((&influxdb["enabled"], &influxdb["connected"]), (&true.into(), &true.into()), "{health}");
        assert_eq!(influxdb["version"], version);
        assert_eq!(influxdb["circuit_breaker_status"], "closed");
        assert_eq!(influxdb["retention"]["configured_days"], 730);
        // The bucket of InfluxDB 2 was there before, for ever; the database of InfluxDB 3 got its retention.
        let mismatch = health["reasons"].to_string().contains("setup-retention");
        assert_eq!(
            (mismatch, influx.retention("sports_data")),
            match kind {
                Kind::V2 => (true, Some(0)),
                Kind::V3 => (false, Some(730 * 86_400)),
            }
        );
        let lines = influx.lines();
        assert!(
            lines.iter().any(|line| line.starts_with(
                "nfl_scores,away_conference=NFC,away_division=South,away_team=Saints,game_id=1,"
            ) && line.contains("status=live")
                && line.contains(" away_score=24i,home_score=26i,observed_at=")),
            "{lines:#?}"
        );
        let (status, _, log) = program.terminate();
        assert!(status.success(), "{log}");
        assert!(!log.contains("test-token"), "{log}");
        influx.stop().await;
        espn.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_observed_before_influxdb_was_switched_on_is_written_too() {
    let (espn, folder) = (live_espn().await, tempfile::tempdir().expect("a folder"));
    let program = Program::start(&folder, &[("ESPN_BASE_URL", espn.url()), ("LEAGUES", "nfl")]);
    program.wait_for("/health", |health| health["storage"]["observations"] == 2).await;
    program.kill();
    espn.fault(None, espn_sim::Fault::status(500), espn_sim::Times::UntilCleared);

    let influx = InfluxSim::start(Kind::V2, Options::default()).await;
    let program = start(&folder, &espn, &influx.url(), &[]);
    program.wait_for("/health", |health| health["influxdb"]["stats"]["points_written"] == 2).await;
    assert_eq!(influx.lines().len(), 2);
    program.kill();
    influx.stop().await;
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_flushed_when_it_is_told_to_stop() {
    let (espn, folder) = (live_espn().await, tempfile::tempdir().expect("a folder"));
    let influx = InfluxSim::start(Kind::V2, Options::default()).await;
    let program = start(&folder, &espn, &influx.url(), &[("INFLUXDB_FLUSH_INTERVAL_MS", "3600000")]);
    program
        .wait_for("/health", |health| health["influxdb"]["stats"]["points_pending"].as_u64() >= Some(2))
        .await;
    assert_eq!(influx.lines(), Vec::<String>::new());
    let (status, took, log) = program.terminate();
    assert!(status.success() && took < Duration::from_secs(8), "{took:?}: {log}");
    assert!(influx.lines().len() >= 2);
    influx.stop().await;
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_delays_neither_reads_nor_the_end_and_loses_nothing() {
    let (espn, folder) = (live_espn().await, tempfile::tempdir().expect("a folder"));
    let influx = InfluxSim::start(Kind::V2, Options::default()).await;
    influx.fault_until_cleared(Fault::Hang);
    let program = start(&folder, &espn, &influx.url(), &[]);
    program.wait_for("/api/v1/games/live", |live| live["count"] == 1).await;
    program
        .wait_for("/health", |health| health["influxdb"]["stats"]["points_pending"].as_u64() >= Some(2))
        .await;
    let (status, took, log) = program.terminate();
    assert!(status.success() && took < Duration::from_secs(10), "{took:?}: {log}");

    influx.clear_faults();
    let program = start(&folder, &espn, &influx.url(), &[]);
    let health = program
        .wait_for("/health", |health| health["influxdb"]["stats"]["points_written"].as_u64() >= Some(2))
        .await;
    let points = &health["influxdb"]["stats"];
    let count = |name: &str| points[name].as_u64().expect("a count");
    assert_eq!(
        count("points_accepted"),
        count("points_written") + count("points_pending") + count("points_dead_lettered")
    );
    program.kill();
    influx.stop().await;
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_said_and_the_points_are_kept() {
    let (espn, folder) = (live_espn().await, tempfile::tempdir().expect("a folder"));
    let influx = InfluxSim::start(Kind::V2, Options::default()).await;
    let program = start(&folder, &espn, &influx.url(), &[("INFLUXDB_TOKEN", "wrong-token")]);
    let health =
        program.wait_for("/health", |health| health["reasons"].to_string().contains("INFLUXDB_TOKEN")).await;
    assert_eq!((&health["status"], &health["influxdb"]["connected"]), (&"degraded".into(), &false.into()));
    assert_eq!(health["influxdb"]["circuit_breaker"], "open", "{health}");
    assert!(!health.to_string().contains("wrong-token"));
    program.wait_for("/api/v1/games/live", |live| live["count"] == 1).await;
    program.kill();
    influx.stop().await;
    espn.stop().await;
}

/// What `setup-retention` prints on either output, and its exit code.
fn set_up(influx: &str, more: &[&str]) -> (String, Option<i32>) {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [&["setup-retention", "--url", influx][..], more].concat();
    let done = output(folder.path(), &arguments, &[("INFLUXDB_TOKEN", "test-token")]);
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (said, done.status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_retention_creates_corrects_and_changes_nothing_twice() {
    for kind in [Kind::V2, Kind::V3] {
        let influx = InfluxSim::start(kind, Options::default()).await;
        let url = influx.url();
        let run = async |more: &'static [&'static str]| {
            let url = url.clone();
            tokio::task::spawn_blocking(move || set_up(&url, more)).await.expect("it ran")
        };
        let (said, code) = run(&["--bucket", "games", "--dry-run"]).await;
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("does not exist") && said.contains("would be created with 730 days"), "{said}");
        assert_eq!(influx.retention("games"), None);

        let (said, code) = run(&["--bucket", "games"]).await;
        assert_eq!((code, influx.retention("games")), (Some(0), Some(63_072_000)), "{said}");
        assert!(said.contains("after:   kept for 730 days") && said.contains("created"), "{said}");
        let (said, code) = run(&["--bucket", "games"]).await;
        assert!(code == Some(0) && said.contains("nothing to change"), "{said}");
        assert!(!said.contains("note:"), "{said}");
        let (said, _) = run(&["--bucket", "games", "--days", "30", "--dry-run"]).await;
        assert!(said.contains("would delete points older than 30 days"), "{said}");

        let (said, code) = run(&["--bucket", "games", "--days", "30"]).await;
        assert_eq!((code, influx.retention("games")), (Some(0), Some(30 * 86_400)), "{said}");
        assert!(said.contains("before:  kept for 730 days") && said.contains("changed"), "{said}");
        influx.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn setup_retention_says_in_a_sentence_what_is_wrong() {
    let influx = InfluxSim::start(Kind::V2, Options::default()).await;
    let url = influx.url();
    for (more, words) in [
        (&["--token", "wrong-token"][..], &["INFLUXDB_TOKEN"][..]),
        (&["--org", "nobody"], &["INFLUXDB_ORG", "nobody"]),
        (&["--days", "0"], &["INFLUXDB_RETENTION_DAYS", "the command line", "1 to 36500"]),
        (&["--api", "v4"], &["INFLUXDB_API", "v1, v2 or v3"]),
        (&["--url", "http://127.0.0.1:9"], &["cannot be reached", "INFLUXDB_URL"]),
    ] {
        let url = url.clone();
        let (said, code) = tokio::task::spawn_blocking(move || {
            if more[0] == "--url" { set_up(more[1], &[]) } else { set_up(&url, more) }
        })
        .await
        .expect("it ran");
        assert_eq!(code, Some(1), "{more:?}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{more:?}: {said}");
        assert!(!said.contains("wrong-token"), "{said}");
    }
    influx.stop().await;
}
