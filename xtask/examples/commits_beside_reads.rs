//! Commits of polls while history is read, for `cargo xtask bench`:
//! `commits_beside_reads FOLDER SCRIPT SECONDS`, with a store in the folder and a script for wrk.
//!
//! The routes and the server are those of the service, and so is the store; the games are made up. Rounds with nobody
//! reading and rounds with 32 connections take turns, so that what else the machine does troubles both.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use cache::{Cache, CacheConfig};
use chrono::Utc;
use espn_client::decode;
use espn_sim::shape::{event, scoreboard};
use game_model::{
    InfluxReport, League, Observation, ObservationLog, PollHint, PollReport, Seen, Slate, StatusReport,
    StorageReport, SystemClock,
};
use http_api::{Api, ApiConfig, EventStream, ServerConfig};
use store::{Store, StoreConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use webhooks::{Webhooks, WebhooksConfig};

/// Rounds of each kind.
const ROUNDS: u32 = 3;

/// Between two polls: more often than any setting allows, so that there are enough to compare.
const POLL_EVERY: Duration = Duration::from_millis(50);

/// Games of a poll: a full week of football.
const GAMES: usize = 16;

/// Stands for the collector.
struct Quiet;

impl PollHint for Quiet {
    fn hint(&self, _: League) {}
}

impl StatusReport for Quiet {
    fn polls(&self) -> Vec<PollReport> {
        Vec::new()
    }

    fn influx(&self) -> Option<InfluxReport> {
        None
    }

    fn storage(&self) -> StorageReport {
        StorageReport::default()
    }
}

/// What a poll sees: the clock of each game moves, and the store keeps that.
fn poll(league: League, number: u32) -> anyhow::Result<Observation> {
    let teams: Vec<_> = league.teams.iter().map(|team| team.abbreviation).collect();
    let clock = format!("{}:{:02}", number / 60 % 15, number % 60);
    let board = teams.chunks_exact(2).take(GAMES).zip(0..).fold(scoreboard(league), |board, (pair, id)| {
        let game = event(format!("77700{id:02}")).home(pair[0], 3).away(pair[1], 7).starts(Utc::now());
        board.event(game.status("STATUS_IN_PROGRESS").period(1).clock(&clock))
    });
    let games = decode(league, Slate::Current, board.to_json().to_string().as_bytes())?.games;
    Ok(Observation {
        league,
        observed_at: Utc::now(),
        games: games.into_iter().map(Arc::new).collect(),
        seen: Seen::Watched,
    })
}

/// Commits polls for this long, and says how long each took.
async fn commit(store: &Store, league: League, within: Duration) -> anyhow::Result<Vec<Duration>> {
    let end = Instant::now() + within;
    let mut turns = tokio::time::interval(POLL_EVERY);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut took = Vec::new();
    let mut number = 0;
    while Instant::now() < end {
        turns.tick().await;
        number += 1;
        let poll = poll(league, number)?;
        let begin = Instant::now();
        store.commit(poll).await?;
        took.push(begin.elapsed());
    }
    Ok(took)
}

fn tell(what: &str, mut took: Vec<Duration>) -> anyhow::Result<()> {
    took.sort();
    let last = took.len().checked_sub(1).context("nothing was committed")?;
    let of = |part: usize| took[last * part / 100].as_secs_f64() * 1e3;
    println!("{what} p99 {:.3}", of(99));
    println!("{what} p50 {:.3}", of(50));
    println!("{what} max {:.3}", of(100));
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, script, seconds] = &arguments[..] else {
        anyhow::bail!("name the folder of a store, a script for wrk, and the seconds of a round");
    };
    let within = Duration::from_secs(seconds.parse().context("the seconds are no number")?);
    let nfl: League = "nfl".parse()?;
    let config = StoreConfig { dir: folder.into(), history_clock: Duration::ZERO, ..StoreConfig::default() };
    let store = Store::open(config, Arc::new(SystemClock))?;
    let webhooks = WebhooksConfig::new(std::path::Path::new(&folder).join("webhooks.key"));
    let (desk, _) = Webhooks::open(webhooks, Arc::new(store.clone()), Arc::new(SystemClock)).await?;
    let api = Api {
        config: ApiConfig {
            version: "0.0.0",
            leagues: vec![nfl],
            admin_token: None,
            cors_allowed_origins: Vec::new(),
        },
        cache: Arc::new(Cache::new(CacheConfig::default(), [nfl])),
        status: Arc::new(Quiet),
        preferences: Arc::new(store.clone()),
        history: Arc::new(store.clone()),
        breaker: None,
        webhooks: Arc::new(desk),
        events: EventStream::new(Arc::new(store.clone()), webhooks::event_body),
        hint: Arc::new(Quiet),
        clock: Arc::new(SystemClock),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let stop = CancellationToken::new();
    let router = http_api::router(api).await;
    let server =
        tokio::spawn(http_api::serve(listener, router, ServerConfig::default(), stop.clone(), within));
    commit(&store, nfl, Duration::from_secs(1)).await?;
    let (mut idle, mut read) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        idle.extend(commit(&store, nfl, within).await?);
        let duration = format!("-d{seconds}s");
        let wrk = Command::new("wrk")
            .args(["--latency", "-c32", "-t2", &duration, "-s", script, &url])
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start wrk")?;
        read.extend(commit(&store, nfl, within).await?);
        let output = tokio::task::spawn_blocking(|| wrk.wait_with_output()).await??;
        ensure!(output.status.success(), "wrk failed");
        println!("{}", String::from_utf8_lossy(&output.stdout));
    }
    stop.cancel();
    server.await?;
    tell("idle", idle)?;
    tell("read", read)?;
    store.close().await;
    Ok(())
}
