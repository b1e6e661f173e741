//! Tests of committing: what is refused is counted, held and offered again; nothing waits.

use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use game_model::{Committed, Game, GameStatus, RememberedGame, Seen};
use tokio::time::sleep;

use super::*;
use crate::test_support::{game, nhl, utc};

/// A log that keeps what it is given, refuses or hangs on request.
#[derive(Default)]
struct FakeLog {
    kept: Mutex<Vec<(DateTime<Utc>, Vec<String>)>>,
    refuses: Mutex<Option<String>>,
    hangs: Mutex<bool>,
}

#[async_trait]
impl ObservationLog for FakeLog {
    async fn commit(&self, observation: Observation) -> Result<Committed, CommitError> {
        if *self.hangs.lock().unwrap() {
            std::future::pending::<()>().await;
        }
        if let Some(message) = self.refuses.lock().unwrap().clone() {
            return Err(CommitError { message });
        }
        let ids = observation.games.iter().map(|game| game.id.0.clone()).collect();
        self.kept.lock().unwrap().push((observation.observed_at, ids));
        Ok(Committed::default())
    }

    async fn remembered(&self, _: League, _: DateTime<Utc>) -> Result<Vec<RememberedGame>, CommitError> {
        Ok(Vec::new())
    }
}

struct Bench {
    log: Arc<FakeLog>,
    status: Arc<watch::Sender<LeagueStatus>>,
    committer: Committer,
}

impl Bench {
    fn new() -> Self {
        let log = Arc::new(FakeLog::default());
        let status = Arc::new(watch::Sender::new(LeagueStatus::new(nhl())));
        let committer = Committer::start(nhl(), log.clone(), status.clone());
        Self { log, status, committer }
    }

    fn offer(&self, at: &str, ids: &[&str]) {
        let games: Vec<Arc<Game>> = ids
            .iter()
            .map(|id| Arc::new(game(nhl(), id, "2026-01-10T19:00", GameStatus::Finished)))
            .collect();
        let observation = Observation { league: nhl(), observed_at: utc(at), games, seen: Seen::Watched };
        self.committer.offer(observation);
    }

    fn refuse(&self, message: Option<&str>) {
        *self.log.refuses.lock().unwrap() = message.map(str::to_owned);
    }

    fn kept(&self) -> Vec<(DateTime<Utc>, Vec<String>)> {
        self.log.kept.lock().unwrap().clone()
    }

    fn complaints(&self) -> (u64, usize) {
        let report = self.status.borrow().report(utc("2026-01-10T12:00"), Instant::now());
        (report.refused_observations, report.reasons.len())
    }
}

fn kept(at: &str, ids: &[&str]) -> (DateTime<Utc>, Vec<String>) {
    (utc(at), ids.iter().map(ToString::to_string).collect())
}

#[tokio::test(start_paused = true)]
async fn the_last_look_at_a_slate_is_offered_until_it_is_kept() {
    let bench = Bench::new();
    bench.refuse(Some("the disk is full."));
    bench.offer("2026-01-10T12:00", &["1"]);
    bench.offer("2026-01-10T12:01", &["1"]);
    sleep(OFFER_AGAIN_AFTER * 3).await;
    assert_eq!(bench.kept(), []);
    assert_eq!(bench.complaints(), (2, 1), "offering again is no refusal more");

    bench.refuse(None);
    sleep(OFFER_AGAIN_AFTER).await;
    assert_eq!(bench.kept(), [kept("2026-01-10T12:01", &["1"])]);
    assert_eq!(bench.complaints(), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_held_look_is_never_kept_after_a_newer_one() {
    let bench = Bench::new();
    bench.refuse(Some("the disk is full."));
    bench.offer("2026-01-10T12:00", &["1", "2"]);
    bench.offer("2026-01-10T12:01", &["3"]);
    sleep(OFFER_AGAIN_AFTER / 2).await;
    bench.refuse(None);
    bench.offer("2026-01-10T12:02", &["1"]);
    sleep(Duration::from_secs(1)).await;
    let expected = [
        kept("2026-01-10T12:02", &["1"]),
        kept("2026-01-10T12:00", &["2"]),
        kept("2026-01-10T12:01", &["3"]),
    ];
    assert_eq!(bench.kept(), expected);
    assert_eq!(bench.complaints(), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_log_that_hangs_fills_the_queue_and_then_observations_are_refused() {
    let bench = Bench::new();
    *bench.log.hangs.lock().unwrap() = true;
    bench.offer("2026-01-10T12:00", &["1"]);
    sleep(Duration::from_secs(1)).await;
    for _ in 0..QUEUE + 3 {
        bench.offer("2026-01-10T12:00", &["1"]);
    }
    assert_eq!(bench.complaints(), (3, 1));
    let began = Instant::now();
    bench.committer.finish().await;
    assert_eq!(began.elapsed(), DRAIN_WITHIN, "the end waits for the log only so long");
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_kept_before_the_end() {
    let bench = Bench::new();
    bench.refuse(Some("locked."));
    bench.offer("2026-01-10T12:00", &["1"]);
    sleep(Duration::from_secs(1)).await;
    bench.refuse(None);
    bench.offer("2026-01-10T12:01", &["2"]);
    let log = bench.log.clone();
    bench.committer.finish().await;
    let expected = [kept("2026-01-10T12:01", &["2"]), kept("2026-01-10T12:00", &["1"])];
    assert_eq!(*log.kept.lock().unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn what_is_held_is_bounded() {
    let bench = Bench::new();
    bench.refuse(Some("the disk is full."));
    for number in 0..40 {
        bench.offer(&format!("2026-01-10T12:{number:02}"), &[&number.to_string()]);
    }
    sleep(Duration::from_secs(1)).await;
    bench.refuse(None);
    sleep(OFFER_AGAIN_AFTER).await;
    let kept = bench.kept();
    assert_eq!(kept.len(), MAX_HELD);
    assert_eq!(kept[0].0, utc("2026-01-10T12:08"), "the oldest are dropped first");
}
