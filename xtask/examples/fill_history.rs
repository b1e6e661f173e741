//! Fills a store with seasons for `cargo xtask bench`: `fill_history FOLDER --seasons 10`.
//!
//! Every observation takes the way of a real one: espn-sim's answer in bytes, espn-client's decoder, an observation of
//! the games that it shows, a commit. HTTP alone is left out. Run again it goes on where it was interrupted, and does
//! nothing once everything is there.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use espn_client::decode;
use espn_sim::seasons::{Matchday, Season};
use futures::{StreamExt, TryStreamExt, stream};
use game_model::{GameStatus, League, Observation, ObservationLog, Seen, SystemClock};
use store::{Store, StoreConfig};
use tokio::sync::mpsc;

/// The seasons end with the one that begins in this year.
const LAST: i32 = 2025;

/// The same seasons each time.
const SEED: u64 = 20_250_904;

/// Polls that are decoded before they are committed, and commits that wait at the same time: the store writes what
/// waits in one transaction.
const AHEAD: usize = 64;

/// The clock of a live game alone adds a row this often: with the usual minute ten seasons would be three million
/// observations, and they are to be four.
const HISTORY_CLOCK: Duration = Duration::from_secs(40);

/// Between two lines of progress.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Fills a store with made-up seasons of the NFL and the NHL.
#[derive(Debug, Parser)]
struct Options {
    /// The folder of the store; created if missing.
    folder: PathBuf,
    /// Seasons of each league.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i32).range(1..=50))]
    seasons: i32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let config = StoreConfig {
        dir: options.folder.clone(),
        history_clock: HISTORY_CLOCK,
        disk_free_min_bytes: 0,
        ..StoreConfig::default()
    };
    let store = Store::open(config, Arc::new(SystemClock))?;
    let begin = Instant::now();
    for begins in LAST + 1 - options.seasons..=LAST {
        fill(&store, begins).await?;
        let took = begin.elapsed().as_secs();
        eprintln!("{begins}: there are {} observations after {took} s", store.report().observations);
    }
    let observations = store.report().observations;
    store.close().await;
    println!("observations {observations}");
    println!("seconds {:.1}", begin.elapsed().as_secs_f64());
    println!("megabytes {:.1}", megabytes(&options.folder)?);
    Ok(())
}

/// The size of the files of a store, in MB.
fn megabytes(folder: &Path) -> anyhow::Result<f64> {
    let sizes = std::fs::read_dir(folder)?.map(|entry| anyhow::Ok(entry?.metadata()?.len()));
    let bytes = sizes.sum::<anyhow::Result<u64>>()?;
    #[expect(clippy::cast_precision_loss, reason = "a size to look at")]
    let megabytes = bytes as f64 / 1e6;
    Ok(megabytes)
}

/// Fills in the seasons that begin in this year, both leagues day by day.
async fn fill(store: &Store, begins: i32) -> anyhow::Result<()> {
    let (polls, observed) = mpsc::channel(AHEAD);
    let mut seasons = Vec::new();
    for league in ["nfl", "nhl"] {
        let league: League = league.parse()?;
        let season = Season::new(league, begins, SEED)?;
        let finished = finished(store, &season).await?;
        seasons.push((season, finished));
    }
    let watching = tokio::task::spawn_blocking(move || watch(&seasons, &polls));
    let observations =
        stream::unfold(observed, async |mut observed| Some((observed.recv().await?, observed)));
    observations
        .map(|observation| store.commit(observation))
        .buffered(AHEAD)
        .try_for_each(async |_| Ok(()))
        .await?;
    watching.await?
}

/// The games that the store knows to be finished.
async fn finished(store: &Store, season: &Season) -> anyhow::Result<HashSet<String>> {
    let first = season.matchdays()[0].begins();
    let known = store.remembered(season.league, first).await?;
    let finished = known.into_iter().filter(|known| known.game.status == GameStatus::Finished);
    Ok(finished.map(|known| known.game.id.0).collect())
}

/// Watches the games of the days that are not over yet.
fn watch(seasons: &[(Season, HashSet<String>)], polls: &mpsc::Sender<Observation>) -> anyhow::Result<()> {
    let mut days: Vec<(League, Matchday<'_>)> = Vec::new();
    let mut all = 0;
    for (season, finished) in seasons {
        let matchdays = season.matchdays();
        all += matchdays.len();
        let is_open =
            |day: &Matchday<'_>| day.fixtures().iter().any(|fixture| !finished.contains(&fixture.id));
        days.extend(matchdays.into_iter().filter(is_open).map(|day| (season.league, day)));
    }
    days.sort_by_key(|(_, day)| day.begins());
    let (begin, mut told) = (Instant::now(), Instant::now());
    let count = days.len();
    for (done, (league, day)) in days.into_iter().enumerate() {
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            let left = begin.elapsed().as_secs() * (count - done) as u64 / done.max(1) as u64;
            eprintln!("{}: {} of {all} days, {left} s left", day.begins().date_naive(), all - count + done);
        }
        for poll in day.polls() {
            let body = serde_json::to_vec(&poll.board)?;
            let decoded = decode(league, poll.slate, &body)?;
            ensure!(decoded.problems.is_empty(), "a game can not be read: {:?}", decoded.problems);
            let games = decoded.games.into_iter().map(Arc::new).collect();
            let observation = Observation { league, observed_at: poll.at, games, seen: Seen::Watched };
            polls.blocking_send(observation).ok().context("the store takes no more")?;
        }
    }
    Ok(())
}
