//! A game from its announcement to its end, and what history tells of it.

use chrono::{TimeDelta, Utc};
use espn_sim::shape::{event, scoreboard};
use influx_sim::{Fault, InfluxSim, Kind, Options};
use serde_json::{Value, json};

use crate::service::espn;
use crate::support::Program;

/// One look at a game of Atlanta and New Orleans, beside another that is on all the time, so that polls come fast.
fn board(status: &str, period: u32, clock: &str, home: u32) -> Value {
    let start = (Utc::now() - TimeDelta::hours(1)).format("%Y-%m-%dT%H:%MZ").to_string();
    let game = event("1").home("ATL", home).away("NO", 3).status(status).period(period).clock(clock);
    let other = event("2").home("KC", 7).away("LV", 7).status("STATUS_IN_PROGRESS").period(1).clock("9:00");
    scoreboard("nfl".parse().expect("a league"))
        .season(2025, 2)
        .week(5)
        .event(game.at(&start))
        .event(other.at(&start))
        .to_json()
}

fn entries(timeline: &Value) -> Vec<(&str, u64, Option<&str>)> {
    let entries = timeline["timeline"].as_array().expect("entries");
    let shown = entries.iter().map(|entry| {
        let home = entry["home_score"].as_u64().expect("a score");
        (entry["status"].as_str().expect("a status"), home, entry["quarter"].as_str())
    });
    shown.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_game_is_told_from_its_announcement_to_its_end() {
    let looks = [
        ("STATUS_SCHEDULED", 0, "0:00", 0),
        ("STATUS_IN_PROGRESS", 1, "15:00", 0),
        ("STATUS_IN_PROGRESS", 1, "11:21", 7),
        ("STATUS_IN_PROGRESS", 4, "2:00", 7),
        ("STATUS_FINAL", 4, "0:00", 26),
    ];
    let told = [
        ("scheduled", 0, None),
        ("live", 0, Some("1")),
        ("live", 7, Some("1")),
        ("live", 7, Some("4")),
        ("finished", 26, Some("4")),
    ];
    let boards = looks.map(|(status, period, clock, home)| board(status, period, clock, home));
    let espn = espn(boards.to_vec()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("ESPN_BASE_URL", espn.url()), ("LEAGUES", "nfl"), ("LIVE_POLL_SECONDS", "1")];
    let program = Program::start(&folder, &settings);

    let timeline = "/api/v1/games/timeline/1?sport=nfl";
    for seen in 1..=told.len() {
        // Kept for five minutes otherwise: each look at the game drops what was told before.
        let now = program.wait_for(timeline, |timeline| entries(timeline).len() >= seen).await;
        assert_eq!(entries(&now), told[..seen], "{now}");
        espn.step("nfl".parse().expect("a league"));
    }
    let end = program.get(timeline).await;
    assert_eq!((end.header("x-history-source"), end.header("x-cache")), ("store", "hit"));
    assert_eq!(end.json()["final_score"], json!({"home": 26, "away": 3}));
    assert_eq!((&end.json()["home_team"], &end.json()["duration_minutes"]), (&json!("Falcons"), &json!(0)));

    let history = program.get("/api/v1/games/history?team=falcons&season=2025&status=finished").await.json();
    assert_eq!(history["total"], 1, "{history}");
    let game = &history["games"][0];
    assert_eq!(
        (&game["game_id"], &game["home_score"], &game["week"]),
        (&json!("1"), &json!(26), &json!("5"))
    );
    let schedule = program.get("/api/v1/games/schedule/Saints?season=2025&sport=nfl").await.json();
    assert_eq!(schedule["games"].as_array().map(Vec::len), Some(1), "{schedule}");
    let statistics = &schedule["statistics"];
    assert_eq!((&statistics["losses"], &statistics["point_differential"]), (&json!(1), &json!(-23)));
    let season = program.get("/api/v1/teams/nfl-atl/stats?season=2025-26").await.json();
    assert_eq!((&season["record"]["wins"], &season["home"]["wins"]), (&json!(1), &json!(1)), "{season}");
    assert_eq!((&season["streak"]["outcome"], &season["last_five"]), (&json!("W"), &json!(["W"])));
    let standings = program.get("/api/v1/standings?league=nfl&season=2025").await.json();
    let places = standings["standings"].as_array().expect("places");
    let teams: Vec<_> = places.iter().map(|place| place["team_id"].as_str().unwrap_or_default()).collect();
    assert_eq!((teams[0], teams.len()), ("nfl-atl", 4), "those that have not finished a game too");
    let nobody = program.get("/api/v1/games/schedule/Nobody?season=2025").await;
    assert_eq!(nobody.status, 404);
    assert!(
        nobody.json()["detail"].as_str().is_some_and(|detail| detail.contains("Nobody")),
        "{}",
        nobody.text
    );

    let (status, _, log) = program.terminate();
    assert!(status.success(), "{log}");
    let program = Program::start(&folder, &settings);
    assert_eq!(program.get(timeline).await.json()["final_score"]["home"], 26, "after a restart as well");
    program.kill();
    espn.stop().await;
}

/// A scoreboard of one game that is on.
fn another(id: &str) -> Value {
    let start = (Utc::now() - TimeDelta::hours(1)).format("%Y-%m-%dT%H:%MZ").to_string();
    let game = event(id).home("BUF", 7).away("MIA", 0).status("STATUS_IN_PROGRESS").period(1).clock("9:00");
    let nfl = "nfl".parse().expect("a league");
    scoreboard(nfl).season(2025, 2).week(5).event(game.at(&start)).to_json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_the_store_comes_from_influxdb() {
    let influx = InfluxSim::start(Kind::V3, Options::default()).await;
    let (before, after) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let settings = |espn: &str, backend: &str| {
        [
            ("ESPN_BASE_URL", espn),
            ("LEAGUES", "nfl"),
            ("LIVE_POLL_SECONDS", "1"),
            ("INFLUXDB_URL", &influx.url()),
            ("INFLUXDB_TOKEN", "test-token"),
            ("INFLUXDB_FLUSH_INTERVAL_MS", "50"),
            ("INFLUXDB_FLUSH_JITTER_MS", "0"),
            ("HISTORY_BACKEND", backend),
        ]
        .map(|(name, value)| (name, value.to_owned()))
    };
    let start = |folder: &tempfile::TempDir, espn: &str, backend: &str| {
        let settings = settings(espn, backend);
        Program::start(folder, &settings.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    let first = espn(vec![board("STATUS_FINAL", 4, "0:00", 26)]).await;
    let program = start(&before, first.url(), "auto");
    program
        .wait_for("/health", |health| health["influxdb"]["stats"]["points_written"].as_u64() >= Some(2))
        .await;
    program.kill();
    first.stop().await;

    // A new store: what was seen before is with InfluxDB alone.
    let second = espn(vec![another("3")]).await;
    let program = start(&after, second.url(), "auto");
    program
        .wait_for("/health", |health| health["influxdb"]["stats"]["points_written"].as_u64() >= Some(1))
        .await;
    let history = "/api/v1/games/history?season=2025";
    let answer = program.get(history).await;
    assert_eq!(
        (answer.json()["total"].as_u64(), answer.header("x-history-source")),
        (Some(3), "store, influxdb")
    );
    let older = program.get("/api/v1/games/timeline/1").await;
    assert_eq!((older.status, older.header("x-history-source")), (200, "influxdb"), "{}", older.text);
    assert_eq!(older.json()["final_score"], json!({"home": 26, "away": 3}));
    let ours = program.get("/api/v1/games/timeline/3").await;
    assert_eq!((ours.status, ours.header("x-history-source")), (200, "store"), "{}", ours.text);
    program.kill();

    for (backend, total, source) in [("store", 1, "store"), ("influxdb", 3, "influxdb")] {
        let program = start(&after, second.url(), backend);
        let answer = program.get(history).await;
        let told = (answer.json()["total"].as_u64(), answer.header("x-history-source"));
        assert_eq!(told, (Some(total), source), "{}", answer.text);
        program.kill();
    }

    // Without InfluxDB the store answers alone, and says so.
    influx.fault_until_cleared(Fault::Status { code: 503, body: "not now".into(), retry_after: None });
    let program = start(&after, second.url(), "auto");
    let answer = program.get(history).await;
    assert_eq!((answer.json()["total"].as_u64(), answer.header("x-history-source")), (Some(1), "store"));
    assert!(answer.header("x-history-incomplete").contains("InfluxDB did not answer"), "{}", answer.text);
    let health = program.get("/health").await.json();
    assert!(health["reasons"].to_string().contains("a question of history was not answered"), "{health}");
    let older = program.get("/api/v1/games/timeline/1").await;
    assert_eq!(older.status, 503, "{}", older.text);
    influx.clear_faults();
    program.kill();
    influx.stop().await;
    second.stop().await;
}
