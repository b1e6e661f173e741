//! A game from its announcement to its end, and what history tells of it.

use chrono::{TimeDelta, Utc};
use espn_sim::shape::{event, scoreboard};
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
