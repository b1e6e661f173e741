//! What clients get: scoreboards, slates, headers, faults.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use espn_sim::shape::{ScoreboardShape, event, scoreboard};
use espn_sim::{EspnSim, Fault, SimConfig, SimError, Times};
use flate2::read::GzDecoder;
use game_model::{League, eastern_date};
use reqwest::{Client, Response};
use serde_json::{Value, json};

fn league(key: &str) -> League {
    key.parse().unwrap()
}

fn board(key: &str, ids: &[&str]) -> Value {
    let events = ids.iter().map(|id| event(*id).home("BOS", 3).away("BUF", 2).at("2025-10-08T01:40Z"));
    events.fold(scoreboard(league(key)), ScoreboardShape::event).to_json()
}

async fn sim(boards: Vec<(League, Value)>) -> EspnSim {
    EspnSim::start(SimConfig::in_memory(boards)).await.unwrap()
}

async fn ask(sim: &EspnSim, path: &str, query: &str) -> reqwest::Result<Response> {
    let url = format!("{}/apis/site/v2/sports/{path}/scoreboard{query}", sim.url());
    Client::builder().no_proxy().build()?.get(url).header("User-Agent", "Test/1.0").send().await
}

async fn ids(sim: &EspnSim, path: &str, query: &str) -> String {
    let answer: Value =
        serde_json::from_slice(&ask(sim, path, query).await.unwrap().bytes().await.unwrap()).unwrap();
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|event| event["id"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn it_answers_as_espn_does() {
    let sim =
        sim(vec![(league("nhl"), board("nhl", &["1", "2"])), (league("nfl"), board("nfl", &["3"]))]).await;
    assert_eq!(ids(&sim, "hockey/nhl", "").await, "1 2");
    assert_eq!(ids(&sim, "hockey/nhl", "?dates=20251007&limit=500").await, "1 2");
    assert_eq!(ids(&sim, "hockey/nhl", "?dates=20251008").await, "");
    assert_eq!(ids(&sim, "football/nfl", "?dates=2025&seasontype=2&week=5").await, "3");
    assert_eq!(ids(&sim, "football/nfl", "?dates=2025&seasontype=2&week=6").await, "");

    let answer = ask(&sim, "hockey/nhl", "").await.unwrap();
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("cache-control").as_deref(), Some("max-age=2"));
    assert_eq!(header("vary").as_deref(), Some("Accept-Encoding"));
    assert_eq!((header("etag"), header("last-modified")), (None, None));
    assert!(header("content-type").unwrap().starts_with("application/json"));

    let range = ask(&sim, "hockey/nhl", "?dates=20251007-20251014").await.unwrap();
    assert_eq!(range.status(), 400);
    assert!(range.text().await.unwrap().contains("Failed to get events endpoint."));
    for unknown in ["hockey/khl", "basketball/nba"] {
        assert_eq!(ask(&sim, unknown, "").await.unwrap().status(), 404, "{unknown}");
    }
    let seen = sim.requests();
    assert_eq!(seen.len(), 9);
    assert_eq!(
        (seen[1].path.as_str(), seen[1].query.as_str()),
        ("/apis/site/v2/sports/hockey/nhl/scoreboard", "dates=20251007&limit=500")
    );
    assert_eq!(seen[1].user_agent.as_deref(), Some("Test/1.0"));
    assert_eq!(sim.leagues(), [(league("nfl"), 1), (league("nhl"), 1)]);
    sim.stop().await;
}

#[tokio::test]
async fn it_compresses_for_those_who_ask() {
    let sim = sim(vec![(league("nhl"), board("nhl", &["1"]))]).await;
    let url = format!("{}/apis/site/v2/sports/hockey/nhl/scoreboard", sim.url());
    let client = Client::builder().no_proxy().no_gzip().build().unwrap();
    let answer = client.get(url).header("Accept-Encoding", "gzip, br").send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let mut plain = String::new();
    GzDecoder::new(&answer.bytes().await.unwrap()[..]).read_to_string(&mut plain).unwrap();
    assert!(plain.contains("\"id\":\"1\""), "{plain}");
}

#[tokio::test]
async fn scoreboards_are_stepped_through_and_replaced() {
    let nhl = league("nhl");
    let sim = sim(vec![(nhl, board("nhl", &["1"])), (nhl, board("nhl", &["2"]))]).await;
    assert_eq!(ids(&sim, "hockey/nhl", "").await, "1");
    assert!(sim.step(nhl) && !sim.step(nhl) && !sim.step(league("nfl")));
    assert_eq!(ids(&sim, "hockey/nhl", "").await, "2");
    sim.show(nhl, board("nhl", &["3"]));
    assert_eq!(ids(&sim, "hockey/nhl", "").await, "3");
    sim.show(league("nfl"), board("nfl", &["4"]));
    assert_eq!(ids(&sim, "football/nfl", "").await, "4");
}

#[tokio::test]
async fn it_fails_as_it_is_told_for_as_long_as_it_is_told() {
    let (nhl, nfl) = (league("nhl"), league("nfl"));
    let sim = sim(vec![(nhl, board("nhl", &["1"])), (nfl, board("nfl", &["2"]))]).await;
    let status =
        async |path| ask(&sim, path, "").await.map(|answer| answer.status().as_u16()).map_err(|_| ());

    sim.fault(nhl, Fault::status(403), Times::Next(2));
    assert_eq!(status("football/nfl").await, Ok(200), "the fault is another league's");
    let seen = [status("hockey/nhl").await, status("hockey/nhl").await, status("hockey/nhl").await];
    assert_eq!(seen, [Ok(403), Ok(403), Ok(200)]);

    sim.fault(None, Fault::rate_limited("Wed, 21 Oct 2026 07:28:00 GMT"), Times::UntilCleared);
    let limited = ask(&sim, "hockey/nhl", "").await.unwrap();
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &reqwest::header::HeaderValue::from_static("Wed, 21 Oct 2026 07:28:00 GMT"))
    );
    assert_eq!(status("football/nfl").await, Ok(429));
    sim.clear_faults();

    let body = Some("busy".to_owned());
    sim.fault(None, Fault::Status { code: 503, retry_after: None, body }, Times::Next(1));
    assert_eq!(ask(&sim, "hockey/nhl", "").await.unwrap().text().await.unwrap(), "busy");

    sim.fault(None, Fault::Garbage, Times::Next(1));
    let garbage = ask(&sim, "hockey/nhl", "").await.unwrap();
    assert_eq!(garbage.status(), 200);
    assert!(garbage.text().await.unwrap().starts_with("<!DOCTYPE html>"));

    sim.fault(None, Fault::Truncate, Times::Next(1));
    let cut = ask(&sim, "hockey/nhl", "").await.unwrap();
    assert_eq!(cut.status(), 200);
    assert!(cut.bytes().await.is_err(), "the second half never comes");

    sim.fault(None, Fault::Reset, Times::Next(1));
    assert_eq!(status("hockey/nhl").await, Err(()));

    let slow = Duration::from_millis(60);
    sim.fault(None, Fault::Slow(slow), Times::Next(1));
    let begun = Instant::now();
    assert_eq!(status("hockey/nhl").await, Ok(200));
    assert!(begun.elapsed() >= slow);

    sim.fault(None, Fault::Hang, Times::Next(1));
    let hanging = tokio::time::timeout(Duration::from_millis(100), ask(&sim, "hockey/nhl", "")).await;
    assert!(hanging.is_err(), "there is no answer");
    sim.stop().await;
}

#[tokio::test]
async fn user_agents_are_filtered_as_by_espns_edge() {
    let config = SimConfig {
        filter_user_agents: true,
        ..SimConfig::in_memory(vec![(league("nhl"), board("nhl", &[]))])
    };
    let sim = EspnSim::start(config).await.unwrap();
    let url = format!("{}/apis/site/v2/sports/hockey/nhl/scoreboard", sim.url());
    let client = Client::builder().no_proxy().build().unwrap();
    for (user_agent, status) in [
        ("sports-data/0.1.0 (+https://example.org/sports-data)", 200),
        ("Name/1.0", 403),
        ("Mozilla/5.0 (X11; Linux x86_64)", 403),
        ("/1.0 (+https://example.org)", 403),
        ("Name (+https://example.org)", 403),
    ] {
        let answer = client.get(&url).header("User-Agent", user_agent).send().await.unwrap();
        assert_eq!(answer.status(), status, "{user_agent}");
    }
    assert_eq!(client.get(&url).send().await.unwrap().status(), 403, "no user agent at all");
}

#[tokio::test]
async fn its_clock_can_be_wrong() {
    let sim = sim(vec![(league("nhl"), board("nhl", &[]))]).await;
    sim.set_clock_offset(TimeDelta::hours(3));
    let answer = ask(&sim, "hockey/nhl", "").await.unwrap();
    let date = DateTime::parse_from_rfc2822(answer.headers()["date"].to_str().unwrap()).unwrap();
    let ahead = date.with_timezone(&Utc) - Utc::now();
    assert!((TimeDelta::minutes(179)..=TimeDelta::minutes(181)).contains(&ahead), "{ahead}");
}

#[tokio::test]
async fn what_is_shown_is_moved_to_the_day_that_counts_as_today() {
    let nhl = league("nhl");
    let config = SimConfig {
        shift_dates: true,
        today: Some("2026-01-09".parse().unwrap()),
        ..SimConfig::in_memory(vec![(nhl, board("nhl", &["1"]))])
    };
    let sim = EspnSim::start(config).await.unwrap();
    assert_eq!(ids(&sim, "hockey/nhl", "?dates=20260109").await, "1");
    sim.show(nhl, board("nhl", &["2"]));
    let answer = ask(&sim, "hockey/nhl", "?dates=20260109").await.unwrap();
    let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    // 21:40 in New York, in winter.
    assert_eq!(answer["events"][0]["date"], "2026-01-10T02:40Z");
    assert_eq!((&answer["events"][0]["id"], &answer["day"]["date"]), (&json!("2"), &json!("2026-01-09")));
}

#[tokio::test]
async fn yesterdays_slate_is_still_answered_when_today_is_shown() {
    let nhl = league("nhl");
    let yesterday = board("nhl", &["1"]);
    let today = scoreboard(nhl).event(event("2").at("2025-10-08T23:00Z")).to_json();
    let sim = sim(vec![(nhl, yesterday), (nhl, today)]).await;
    assert_eq!(ids(&sim, "hockey/nhl", "?dates=20251008").await, "", "it is not known yet");
    assert!(sim.step(nhl));
    assert_eq!(ids(&sim, "hockey/nhl", "").await, "2");
    assert_eq!(ids(&sim, "hockey/nhl", "?dates=20251007").await, "1");
    assert_eq!(ids(&sim, "hockey/nhl", "?dates=20251008").await, "2");
}

fn write_capture(folder: &tempfile::TempDir, name: &str, scoreboard: &Value) {
    std::fs::write(folder.path().join(name), scoreboard.to_string()).unwrap();
}

fn write_compressed(folder: &tempfile::TempDir, name: &str, scoreboard: &Value) {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(scoreboard.to_string().as_bytes()).unwrap();
    std::fs::write(folder.path().join(name), gzip.finish().unwrap()).unwrap();
}

#[tokio::test]
async fn captures_are_shown_in_the_order_in_which_they_were_fetched_and_as_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let fetched = |id: &str, at: &str| {
        let mut board = board("nhl", &[id]);
        board["fetchedAt"] = json!(at);
        board
    };
    write_capture(&folder, "c.json", &board("nhl", &["first"]));
    write_compressed(&folder, "d.json.gz", &board("nhl", &["second"]));
    write_capture(&folder, "b.json", &fetched("third", "2026-07-03T13:14:13Z"));
    write_capture(&folder, "z.json", &fetched("out of order", "2026-07-03T20:00:00Z"));
    write_capture(&folder, "a.json", &fetched("last", "2026-07-03T15:00:00Z"));
    write_capture(&folder, "other.json", &json!({"events": [], "leagues": [{"slug": "curling"}]}));
    std::fs::write(folder.path().join("notes.txt"), "not a capture").unwrap();
    std::fs::write(
        folder.path().join("INDEX.tsv"),
        "file\tleague\tfetched_at\nz.json\tNHL\t2026-07-03T14:00:00Z\n",
    )
    .unwrap();
    let sim = EspnSim::start(SimConfig::captures(folder.path())).await.unwrap();
    let mut shown = vec![ids(&sim, "hockey/nhl", "").await];
    while sim.step(league("nhl")) {
        shown.push(ids(&sim, "hockey/nhl", "").await);
    }
    assert_eq!(shown, ["first", "second", "third", "out of order", "last"]);
    let today = eastern_date(Utc::now()).format("%Y%m%d");
    assert_eq!(ids(&sim, "hockey/nhl", &format!("?dates={today}")).await, "last");
}

#[tokio::test]
async fn folders_without_scoreboards_and_damaged_files_are_said() {
    let reason = async |folder: PathBuf| match EspnSim::start(SimConfig::captures(folder)).await {
        Err(error @ (SimError::Folder { .. } | SimError::NoScoreboards { .. } | SimError::Json { .. })) => {
            error.to_string()
        }
        Err(error @ SimError::Capture { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(reason("no/such/folder".into()).await.contains("no/such/folder"));
    let folder = tempfile::tempdir().unwrap();
    assert!(reason(folder.path().into()).await.contains("holds no scoreboard of a known league"));
    std::fs::write(folder.path().join("bad.json"), "{").unwrap();
    assert!(reason(folder.path().into()).await.contains("bad.json"));
    std::fs::remove_file(folder.path().join("bad.json")).unwrap();
    std::fs::write(folder.path().join("bad.json.gz"), "no gzip").unwrap();
    assert!(reason(folder.path().into()).await.contains("bad.json.gz"));
    let sim = sim(vec![]).await;
    let port = sim.url().rsplit(':').next().unwrap().parse().unwrap();
    let taken = EspnSim::start(SimConfig { port, ..SimConfig::in_memory(vec![]) }).await.unwrap_err();
    assert!(taken.to_string().contains("cannot listen on 127.0.0.1"), "{taken}");
}

/// Real captures, where there are any: every one of a known league is served, with all of its events.
#[tokio::test]
async fn real_captures_are_served() {
    let shared = std::env::var_os("SPORTS_DATA_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let folder = shared.join("captures/espn");
    if !folder.is_dir() {
        println!("skipped: there are no captures in {}", folder.display());
        return;
    }
    let sim = EspnSim::start(SimConfig::captures(&folder)).await.unwrap();
    let served: usize = sim.leagues().iter().map(|(_, count)| count).sum();
    let files = std::fs::read_dir(&folder)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".json.gz"));
    assert_eq!(served, files.count());
    let today = eastern_date(Utc::now()).format("%Y%m%d");
    for (league, _) in sim.leagues() {
        while sim.step(league) {}
        let all = ids(&sim, league.path, "").await;
        let of_today = ids(&sim, league.path, &format!("?dates={today}")).await;
        assert!(all.is_empty() || !of_today.is_empty(), "{league}: {all}");
    }
}
