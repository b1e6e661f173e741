//! A server that takes the longer the more is asked for at once.

use std::time::{Duration, Instant};

use game_model::{GameHistory, HistoryQuery};
use influx_history::InfluxHistoryConfig;
use influx_sim::{Fault, Kind, Options};

use crate::season::{games, league, observations};
use crate::support::{Watched, simulated, summer};

fn of_nfl() -> HistoryQuery {
    HistoryQuery { league: Some(league("nfl")), limit: 1000, ..HistoryQuery::default() }
}

#[tokio::test]
async fn a_window_that_takes_too_long_is_had_in_parts_question_by_question() {
    let server = simulated(Kind::V2, Options::default()).await;
    let watched = Watched::new(&server.client);
    watched.see(&observations(&games(summer(), 60))).await;
    watched.deliver().await;
    let within = Duration::from_millis(800);
    let breaker = circuit_breaker::Config { open_for: Duration::from_millis(1), ..Default::default() };
    let influx =
        watched.history_with(InfluxHistoryConfig { within, breaker, ..InfluxHistoryConfig::default() });
    let sim = server.sim.expect("simulated");
    // A window of 32 days takes 3.2 s.
    sim.fault_until_cleared(Fault::SlowByDay(Duration::from_millis(100)));
    let begun = Instant::now();
    let mut questions = 0;
    let total = loop {
        assert!(begun.elapsed() < Duration::from_mins(1), "it never comes to an end");
        questions += 1;
        let asked = Instant::now();
        match influx.games(of_nfl()).await {
            Ok(told) => break told.found.total,
            Err(error) => assert!(error.to_string().contains("InfluxDB"), "{error}"),
        }
        assert!(asked.elapsed() < within + Duration::from_secs(2), "{:?}", asked.elapsed());
    };
    assert_eq!(total, 60);
    assert!(questions > 1, "too fast to tell");

    // Quick again: the same is read with few statements once more is asked for at once.
    sim.clear_faults();
    let asked = sim.requests().len();
    let again = watched.history_with(InfluxHistoryConfig { within, ..InfluxHistoryConfig::default() });
    assert_eq!(again.games(of_nfl()).await.expect("an answer").found.total, 60);
    let few = sim.requests().len() - asked;
    influx.games(HistoryQuery { league: Some(league("nhl")), ..of_nfl() }).await.expect("an answer");
    let grown = sim.requests().len() - asked - few;
    assert!(grown < 4 * few, "{grown} requests, where {few} were enough from the beginning");
    sim.stop().await;
}
