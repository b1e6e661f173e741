//! The real program against a simulated ESPN: what it serves, what it remembers, how it ends.

use std::time::Duration;

use crate::support::{Program, output};
use chrono::{TimeDelta, Utc};
use espn_sim::shape::{event, scoreboard};
use espn_sim::{EspnSim, Fault, SimConfig, Times};
use game_model::League;
use serde_json::Value;

fn nfl() -> League {
    "nfl".parse().expect("a league")
}

fn start_in(minutes: i64) -> String {
    (Utc::now() + TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%MZ").to_string()
}

pub fn board(home: u32, status: &str, clock: &str) -> Value {
    let live = event("1").home("ATL", home).away("NO", 24).status(status).period(4).clock(clock);
    let next = event("2").home("NE", 0).away("BUF", 0).status("STATUS_SCHEDULED").at(&start_in(600));
    scoreboard(nfl()).event(live.at(&start_in(-120))).event(next).to_json()
}

pub async fn espn(boards: Vec<Value>) -> EspnSim {
    let boards = boards.into_iter().map(|board| (nfl(), board)).collect();
    let config = SimConfig { max_age: Duration::from_secs(1), ..SimConfig::in_memory(boards) };
    EspnSim::start(config).await.expect("a simulated ESPN")
}

#[tokio::test(flavor = "multi_thread")]
async fn serves_live_and_upcoming_games_and_keeps_their_history() {
    let espn = espn(vec![board(26, "STATUS_IN_PROGRESS", "0:48")]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = espn.url();
    let program = Program::start(&folder, &[("ESPN_BASE_URL", url), ("LEAGUES", "nfl")]);

    let live = program.wait_for("/api/v1/games/live?league=NFL&team_ids=no", |a| a["count"] == 1).await;
    assert_eq!(live["games"][0]["score"]["home"], 26);
    assert_eq!(live["games"][0]["home_team"]["id"], "nfl-atl");
    assert_eq!(live["filtered_by_teams"][0], "no");
    let upcoming = program.get("/api/v1/games/upcoming?hours=24").await.json();
    assert_eq!(upcoming["games"][0]["id"], "2");

    let health = program.wait_for("/health", |health| health["storage"]["observations"] == 2).await;
    assert_eq!(health["status"], "healthy", "{health}");
    assert_eq!(health["influxdb"]["enabled"], false);
    assert_eq!(health["espn"]["nfl"]["games"], 2);
    assert_eq!(program.get("/health/ready").await.status, 200);
    assert!(program.get("/metrics").await.text.contains("sports_data_"));

    let (status, took, log) = program.terminate();
    assert!(status.success(), "{log}");
    assert!(took < Duration::from_secs(8), "stopping took {took:?}");
    assert!(!log.contains("WARN"), "nothing is wrong, so nothing is warned of: {log}");
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_without_espn_it_serves_what_it_knew_marked_stale() {
    let espn = espn(vec![board(26, "STATUS_IN_PROGRESS", "0:48")]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = espn.url();
    let settings = [("ESPN_BASE_URL", url), ("LEAGUES", "nfl")];
    let program = Program::start(&folder, &settings);
    program.wait_for("/health", |health| health["storage"]["observations"] == 2).await;
    program.kill();

    espn.fault(None, Fault::status(500), Times::UntilCleared);
    let program = Program::start(&folder, &settings);
    let live = program.get("/api/v1/games/live?league=nfl").await;
    assert_eq!((live.status, live.header("x-cache")), (200, "stale"), "{}", live.text);
    assert_eq!(live.json()["games"][0]["score"]["home"], 26);
    let health = program.wait_for("/health", |health| health["status"] == "degraded").await;
    assert!(health["reasons"][0].as_str().is_some_and(|reason| reason.contains("500")), "{health}");

    espn.clear_faults();
    program.kill();
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_found_across_a_restart() {
    let boards = vec![board(26, "STATUS_IN_PROGRESS", "0:48"), board(26, "STATUS_FINAL", "0:00")];
    let espn = espn(boards).await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = espn.url();
    let settings = [("ESPN_BASE_URL", url), ("LEAGUES", "nfl")];
    let program = Program::start(&folder, &settings);
    program.wait_for("/health", |health| health["storage"]["observations"] == 2).await;
    program.kill();

    espn.step(nfl());
    let program = Program::start(&folder, &settings);
    program.wait_for("/api/v1/games/live", |live| live["count"] == 0).await;
    program.wait_for("/health", |health| health["storage"]["observations"] == 3).await;
    let (_, _, log) = program.terminate();
    assert!(log.contains("game_ended"), "{log}");
    espn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_service_on_the_same_folder_is_refused_with_a_sentence() {
    let espn = espn(vec![board(0, "STATUS_IN_PROGRESS", "0:48")]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = espn.url();
    let program = Program::start(&folder, &[("ESPN_BASE_URL", url)]);
    let second = output(folder.path(), &[], &[("PORT", "0"), ("ESPN_BASE_URL", url)]);
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("already uses the data directory") && said.contains("DATA_DIR"), "{said}");

    let port = program.address().rsplit(':').next().expect("a port").to_owned();
    let elsewhere = [("PORT", port.as_str()), ("BIND_ADDRESS", "127.0.0.1"), ("DATA_DIR", "other")];
    let taken = output(folder.path(), &[], &elsewhere);
    assert_eq!(taken.status.code(), Some(1));
    let said = String::from_utf8_lossy(&taken.stderr);
    assert!(said.contains("cannot listen on") && said.contains("PORT"), "{said}");
    let healthy = output(folder.path(), &["healthcheck"], &elsewhere);
    assert!(healthy.status.success(), "{}", String::from_utf8_lossy(&healthy.stderr));
    espn.stop().await;
}
