//! The real store as the outbox: observations go to the server, whatever happens to the server and to the sink.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use circuit_breaker::Hold;
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Observation, ObservationLog, Period, SeasonPhase, Seen,
    Side, SystemClock, Team,
};
use influx_client::{InfluxClient, LineWriter};
use influx_sim::{Fault, InfluxSim, Kind, Options};
use influx_sink::{InfluxSink, SinkConfig};
use outbox::Outbox;
use store::{QueueConfig, Store, StoreConfig};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::{PATIENCE, client, drained, hasty, run_until};

fn game(number: u32, start: DateTime<Utc>) -> Arc<Game> {
    let league: League = "nfl".parse().expect("a league");
    let side = |id: &str, nickname: &str, score| Side {
        team: Team {
            id: format!("nfl-{id}"),
            espn_id: id.into(),
            name: format!("The {nickname}"),
            nickname: nickname.into(),
            abbreviation: nickname[..3].to_uppercase(),
            logo: String::new(),
            colors: Colors::default(),
        },
        score,
        record: None,
    };
    Arc::new(Game {
        id: GameId(number.to_string()),
        league,
        season: Some(league.season(2026, 2)),
        week: league.week(SeasonPhase::Regular, 12),
        status: GameStatus::Live,
        start,
        start_text: start.to_rfc3339(),
        start_confirmed: true,
        home: side("1", "Falcons", number),
        away: side("18", "Saints", 7),
        clock: Clock {
            number: 1,
            period: Some(Period::Regulation(1)),
            display: "14:59".into(),
            ..Clock::default()
        },
        venue: Some("A \"nasty\\\" stadium, with a comma".into()),
    })
}

/// A store in a folder that outlives it.
struct Home {
    folder: TempDir,
    begin: DateTime<Utc>,
    polls: i32,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, begin: Utc::now() - TimeDelta::minutes(30), polls: 0 }
    }

    fn open(&self) -> Store {
        let config = StoreConfig {
            dir: self.folder.path().to_owned(),
            queue: Some(QueueConfig { retention: Duration::from_hours(730 * 24) }),
            ..StoreConfig::default()
        };
        Store::open(config, Arc::new(SystemClock)).expect("open the store")
    }

    /// Commits so many observations of sixteen games; gives their lines.
    async fn observe(&mut self, store: &Store, polls: i32) -> Vec<String> {
        let before = store.totals().borrow().newest;
        for _ in 0..polls {
            let games = (0..16).map(|number| game(number, self.begin)).collect();
            let observed_at = self.begin + TimeDelta::seconds(15) * self.polls;
            let league = "nfl".parse().expect("a league");
            store
                .commit(Observation { league, observed_at, games, seen: Seen::Watched })
                .await
                .expect("commit");
            self.polls += 1;
        }
        let queued = store.peek(before, 100_000).await.expect("peek");
        assert_eq!(queued.len(), usize::try_from(polls * 16).expect("few"));
        queued.iter().map(|entry| String::from_utf8(entry.bytes.to_vec()).expect("text")).collect()
    }
}

async fn server(kind: Kind) -> (InfluxSim, InfluxClient) {
    let options = Options::default();
    let (token, bucket) = (options.token.clone(), options.bucket.clone());
    let sim = InfluxSim::start(kind, options).await;
    let client = client(&sim.url(), &token, &bucket);
    (sim, client)
}

fn set(lines: &[String]) -> BTreeSet<&String> {
    lines.iter().collect()
}

/// Checks what the store says after another start.
async fn remembers(home: &Home, delivered: usize, set_aside: usize) {
    let store = home.open();
    let totals = *store.totals().borrow();
    let count = |lines: u64| usize::try_from(lines).expect("few");
    assert_eq!((count(totals.delivered), count(totals.set_aside)), (delivered, set_aside), "{totals:?}");
    assert_eq!((count(totals.accepted), totals.pending), (delivered + set_aside, 0), "{totals:?}");
    store.close().await;
}

#[tokio::test]
async fn what_was_committed_reaches_the_server_also_after_a_restart() {
    let mut home = Home::new();
    let store = home.open();
    let lines = home.observe(&store, 40).await;
    store.close().await;

    let store = home.open();
    let (sim, client) = server(Kind::V2).await;
    run_until(hasty(), Arc::new(store.clone()), client, drained).await;
    assert_eq!(sim.lines(), lines, "each as it was queued, in the same order");
    store.close().await;
    remembers(&home, lines.len(), 0).await;
    sim.stop().await;
}

#[tokio::test]
async fn each_fault_of_the_server_leaves_store_and_server_in_agreement() {
    let status = |code, retry_after: Option<&str>| Fault::Status {
        code,
        body: String::new(),
        retry_after: retry_after.map(Into::into),
    };
    let faults = [
        status(503, None),
        status(429, Some("0")),
        status(500, None),
        status(401, None),
        status(404, None),
        Fault::ResetBeforeAnswer,
        Fault::ResetAfterStoring,
        Fault::CutAnswer,
        Fault::Hang,
        Fault::Slow(Duration::from_millis(50)),
    ];
    for kind in [Kind::V2, Kind::V3] {
        let (sim, client) = server(kind).await;
        let mut home = Home::new();
        let store = home.open();
        let sink = InfluxSink::new(hasty(), Arc::new(store.clone()), Arc::new(client));
        let (mut report, control, stop) = (sink.report(), sink.control(), CancellationToken::new());
        let running = tokio::spawn(sink.run(stop.clone(), PATIENCE));
        report.wait_for(|report| report.connected).await.expect("the sink runs");
        let mut lines = Vec::new();
        for fault in faults.clone() {
            control.hold(Hold::Open);
            lines.extend(home.observe(&store, 8).await);
            // The next request is a write.
            sim.fault(fault.clone());
            control.hold(Hold::Auto);
            let mut totals = store.totals();
            let drained = tokio::time::timeout(PATIENCE, totals.wait_for(|totals| totals.pending == 0)).await;
            assert!(drained.is_ok(), "{kind:?} after {fault:?}: {:?}", report.borrow());
            let stored = sim.lines();
            assert_eq!(set(&stored), set(&lines), "{kind:?} after {fault:?}");
        }
        // All but the slow answer were failures of a write.
        assert!(report.borrow().batches_failed >= faults.len() as u64 - 1, "{:?}", report.borrow());
        stop.cancel();
        running.await.expect("the sink ends");
        store.close().await;
        remembers(&home, lines.len(), 0).await;
        sim.stop().await;
    }
}

#[tokio::test]
async fn a_sink_that_is_killed_again_and_again_loses_and_changes_nothing() {
    for kind in [Kind::V2, Kind::V3] {
        let (sim, client) = server(kind).await;
        let mut home = Home::new();
        let mut store = home.open();
        let mut lines = Vec::new();
        for kill in 0..8 {
            lines.extend(home.observe(&store, 20).await);
            let config = SinkConfig { drain_batch_size: NonZeroUsize::new(130).expect("not 0"), ..hasty() };
            let sink = InfluxSink::new(config, Arc::new(store.clone()), Arc::new(client.clone()));
            let mut totals = store.totals();
            let running = tokio::spawn(sink.run(CancellationToken::new(), Duration::ZERO));
            // Killed before anything is sent, or once so many lines have left the store, with others under way.
            let delivered = totals.borrow().delivered;
            if kill > 0 {
                totals
                    .wait_for(|totals| totals.delivered >= delivered + 60 * (kill % 4))
                    .await
                    .expect("open");
            }
            running.abort();
            assert!(running.await.expect_err("killed").is_cancelled());
            store.close().await;
            store = home.open();
        }
        run_until(hasty(), Arc::new(store.clone()), client, drained).await;
        assert_eq!(set(&sim.lines()), set(&lines), "{kind:?}");
        assert_eq!(sim.points().len(), lines.len(), "each once");
        store.close().await;
        remembers(&home, lines.len(), 0).await;
        sim.stop().await;
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_counted_as_set_aside() {
    let (sim, client) = server(Kind::V3).await;
    let mut home = Home::new();
    let store = home.open();
    client.write("nfl_scores,game_id=0 home_score=\"seven\" 1".into()).await.expect("written");
    let lines = home.observe(&store, 2).await;
    run_until(hasty(), Arc::new(store.clone()), client, drained).await;
    assert_eq!(sim.lines().len(), 1, "a field that was text takes no number");
    store.close().await;
    remembers(&home, 0, lines.len()).await;
    sim.stop().await;
}
