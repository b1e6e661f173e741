//! The real store as the outbox: observations go to the server, across a restart.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Observation, ObservationLog, Period, SeasonPhase, Side,
    SystemClock, Team,
};
use influx_sim::{InfluxSim, Kind, Options};
use outbox::{EntryId, Outbox};
use store::{QueueConfig, Store, StoreConfig};

use crate::{client, drained, hasty, run_until};

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
        clock: Clock { number: 1, period: Some(Period::Regulation(1)), display: "14:59".into() },
        venue: Some("A \"nasty\\\" stadium, with a comma".into()),
    })
}

#[tokio::test]
async fn what_was_committed_reaches_the_server_also_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || {
        let config = StoreConfig {
            dir: folder.path().to_owned(),
            queue: Some(QueueConfig { retention: Duration::from_hours(730 * 24) }),
            ..StoreConfig::default()
        };
        Store::open(config, Arc::new(SystemClock)).expect("open the store")
    };
    let begin = Utc::now() - TimeDelta::minutes(30);
    let store = open();
    for poll in 0..40 {
        let games = (0..16).map(|number| game(number, begin)).collect();
        let observed_at = begin + TimeDelta::seconds(15 * poll);
        let league = "nfl".parse().expect("a league");
        store.commit(Observation { league, observed_at, games }).await.expect("commit");
    }
    let queued = store.peek(EntryId::START, 10_000).await.expect("peek");
    assert_eq!(queued.len(), 640);
    store.close().await;

    let store = open();
    let options = Options::default();
    let (token, bucket) = (options.token.clone(), options.bucket.clone());
    let sim = InfluxSim::start(Kind::V2, options).await;
    let client = client(&sim.url(), &token, &bucket);
    run_until(hasty(), Arc::new(store.clone()), client, drained).await;
    let bytes: Vec<_> =
        queued.iter().map(|entry| String::from_utf8(entry.bytes.to_vec()).expect("text")).collect();
    assert_eq!(sim.lines(), bytes, "each as it was queued, in the same order");
    store.close().await;

    let store = open();
    let totals = *store.totals().borrow();
    assert_eq!((totals.accepted, totals.delivered, totals.pending), (640, 640, 0));
    store.close().await;
    sim.stop().await;
}
