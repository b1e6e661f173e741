//! A server that does not answer, and one that answers late.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use circuit_breaker::Config;
use game_model::{GameHistory, HistoryQuery, HistorySource, RecentHistory};
use influx_history::{AutoHistory, InfluxHistoryConfig};
use influx_sim::{Fault, Kind, Options};

use crate::season::{games, league, observations};
use crate::support::{Watched, simulated, summer};

fn all() -> HistoryQuery {
    HistoryQuery { limit: 1000, ..HistoryQuery::default() }
}

fn busy() -> Fault {
    Fault::Status { code: 503, body: "not now".into(), retry_after: None }
}

#[tokio::test]
async fn the_store_answers_alone_and_says_so() {
    let server = simulated(Kind::V2, Options::default()).await;
    let seen = observations(&games(summer(), 18));
    let (whole, late) = (Watched::new(&server.client), Watched::new(&server.client));
    whole.see(&seen).await;
    whole.deliver().await;
    late.see(&seen[seen.len() / 2..]).await;
    let influx = late.history();
    let auto = AutoHistory::new(Arc::clone(&late.store), influx.clone());
    let sim = server.sim.expect("simulated");
    sim.fault_until_cleared(busy());

    let told = auto.games(all()).await.expect("an answer");
    assert_eq!(told.source, HistorySource::StoreWithoutInflux);
    assert_eq!((told.source.as_str(), told.source.is_complete()), ("store", false));
    assert_eq!(told.found, late.store.games(all()).await.expect("an answer").found);
    let told = auto.league_season(league("nfl"), None).await.expect("an answer");
    assert_eq!(told.source, HistorySource::StoreWithoutInflux);
    let trouble = influx.trouble().expect("trouble").to_string();
    assert!(trouble.contains("not answered by InfluxDB") && trouble.contains("503"), "{trouble}");

    // Nothing found by the store is no answer while the other was not heard.
    let begins = late.store.begins().expect("a beginning");
    let older = HistoryQuery { until: Some(begins - TimeDelta::days(9)), ..all() };
    let error = auto.games(older.clone()).await.expect_err("nobody knows").to_string();
    assert!(error.contains("knows nothing of it, and InfluxDB, which may, was not heard"), "{error}");
    let error = auto.team_seasons(None, "nobody".into(), None).await.expect_err("nobody knows").to_string();
    assert!(error.contains("InfluxDB"), "{error}");

    sim.clear_faults();
    late.clock.set(chrono::Utc::now() + TimeDelta::hours(1));
    assert_eq!(influx.trouble(), None, "told of for a while");
    sim.stop().await;
}

#[tokio::test]
async fn a_server_that_fails_again_and_again_is_left_alone_for_a_while() {
    let server = simulated(Kind::V3, Options::default()).await;
    let watched = Watched::new(&server.client);
    watched.see(&observations(&games(summer(), 3))).await;
    watched.deliver().await;
    let breaker = Config { open_for: Duration::from_millis(300), jitter: 0.0, ..Config::default() };
    let influx = watched.history_with(InfluxHistoryConfig { breaker, ..InfluxHistoryConfig::default() });
    let sim = server.sim.expect("simulated");
    sim.fault_until_cleared(busy());
    let ask = async || influx.league_season(league("nfl"), None).await;
    for _ in 0..3 {
        let error = ask().await.expect_err("it fails").to_string();
        assert!(error.contains("cannot answer now (503)"), "{error}");
    }
    let asked = sim.requests().len();
    for _ in 0..3 {
        let error = ask().await.expect_err("it is not asked").to_string();
        assert!(error.starts_with("InfluxDB is not asked for history for 0 s"), "{error}");
        assert_eq!(error.matches("not asked").count(), 1, "{error}");
        assert!(error.contains("503"), "{error}");
    }
    assert_eq!(sim.requests().len(), asked);
    sim.clear_faults();
    let begun = Instant::now();
    while let Err(error) = ask().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "{error}");
        tokio::task::yield_now().await;
    }
    assert_eq!(influx.trouble(), None);
    sim.stop().await;
}

#[tokio::test]
async fn a_question_ends_in_time_and_the_next_goes_on_from_there() {
    let server = simulated(Kind::V2, Options::default()).await;
    let watched = Watched::new(&server.client);
    watched.see(&observations(&games(summer(), 150))).await;
    watched.deliver().await;
    let within = Duration::from_millis(400);
    let influx = watched.history_with(InfluxHistoryConfig { within, ..InfluxHistoryConfig::default() });
    let sim = server.sim.expect("simulated");

    sim.fault_until_cleared(Fault::Hang);
    let begun = Instant::now();
    let error = influx.games(all()).await.expect_err("it hangs").to_string();
    assert!(error.contains("has not answered a question of history within 0.4 s"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    sim.clear_faults();

    sim.fault_until_cleared(Fault::Slow(Duration::from_millis(100)));
    let (begun, mut questions) = (Instant::now(), 0);
    let total = loop {
        assert!(begun.elapsed() < Duration::from_mins(1), "it never comes to an end");
        questions += 1;
        match influx.games(HistoryQuery { league: Some(league("nfl")), ..all() }).await {
            Ok(told) => break told.found.total,
            Err(error) => assert!(error.to_string().contains("what it gave is kept"), "{error}"),
        }
    };
    assert_eq!(total, 150);
    assert!(questions > 1, "too fast to tell");
    sim.stop().await;
}
