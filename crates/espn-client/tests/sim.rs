//! The client against the simulated ESPN.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use espn_client::{EspnClient, EspnConfig};
use espn_sim::shape::{event, scoreboard};
use espn_sim::{EspnSim, Fault, SimConfig, Times};
use game_model::{GameStatus, League, ScoreboardSource, Slate, SlateId, SourceErrorKind};

fn nhl() -> League {
    "nhl".parse().unwrap()
}

/// A simulated ESPN that shows one live game, and is as choosy about user agents as the real one.
async fn espn() -> EspnSim {
    let live = event("401").home("BOS", 2).away("TOR", 1).status("STATUS_IN_PROGRESS").period(2);
    let board = scoreboard(nhl()).event(live.at("2025-10-08T01:40Z")).to_json();
    let config = SimConfig {
        filter_user_agents: true,
        max_age: Duration::ZERO,
        ..SimConfig::in_memory(vec![(nhl(), board)])
    };
    EspnSim::start(config).await.unwrap()
}

fn client(sim: &EspnSim) -> EspnClient {
    let base_url = sim.url().parse().unwrap();
    let wait = Duration::from_mins(10);
    EspnClient::new(EspnConfig { base_url, first_backoff: wait, max_backoff: wait, ..EspnConfig::default() })
        .unwrap()
}

#[tokio::test]
async fn the_current_slate_and_a_day_are_read() {
    let sim = espn().await;
    sim.set_clock_offset(TimeDelta::hours(5));
    let client = client(&sim);
    let current = client.fetch(nhl(), Slate::Current).await.unwrap();
    assert_eq!(current.games[0].status, GameStatus::Live);
    let ahead = current.server_time.unwrap() - Utc::now();
    assert!((ahead - TimeDelta::hours(5)).abs() < TimeDelta::minutes(1), "{ahead}");
    let day = SlateId::Day("2025-10-07".parse().unwrap());
    assert_eq!(current.slate, Some(day));
    let named = client.fetch(nhl(), Slate::Named(day)).await.unwrap();
    assert_eq!(named.games, current.games);
    let queries: Vec<String> = sim.requests().into_iter().map(|request| request.query).collect();
    assert_eq!(queries, ["", "dates=20251007"]);
    sim.stop().await;
}

#[tokio::test]
async fn a_user_agent_without_an_address_is_blocked() {
    let sim = espn().await;
    let base_url = sim.url().parse().unwrap();
    let bare = EspnConfig { base_url, user_agent: "Scores/1.0".into(), ..EspnConfig::default() };
    let error = EspnClient::new(bare).unwrap().fetch(nhl(), Slate::Current).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::Blocked, "{error}");
    sim.stop().await;
}

#[tokio::test]
async fn each_fault_has_its_kind() {
    for (fault, kind) in [
        (Fault::status(403), SourceErrorKind::Blocked),
        (Fault::rate_limited("30"), SourceErrorKind::RateLimited),
        (Fault::status(400), SourceErrorKind::Rejected),
        (Fault::status(500), SourceErrorKind::Unavailable),
        (Fault::Truncate, SourceErrorKind::Malformed),
        (Fault::Garbage, SourceErrorKind::Malformed),
        (Fault::Reset, SourceErrorKind::Network),
    ] {
        let sim = espn().await;
        // A connection that breaks before its answer may be tried once more.
        sim.fault(nhl(), fault.clone(), Times::UntilCleared);
        let error = client(&sim).fetch(nhl(), Slate::Current).await.unwrap_err();
        assert_eq!(error.kind, kind, "{fault:?}: {error}");
        sim.stop().await;
    }
}

#[tokio::test]
async fn a_hanging_espn_times_out() {
    let sim = espn().await;
    sim.fault(None, Fault::Hang, Times::UntilCleared);
    let base_url = sim.url().parse().unwrap();
    let config = EspnConfig { base_url, timeout: Duration::from_millis(250), ..EspnConfig::default() };
    let error = EspnClient::new(config).unwrap().fetch(nhl(), Slate::Current).await.unwrap_err();
    assert_eq!(error.kind, SourceErrorKind::TimedOut, "{error}");
    sim.stop().await;
}
