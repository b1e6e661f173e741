//! The loopback server that follows the facts about InfluxDB 2 and 3, and misbehaves on request.

use std::collections::BTreeSet;
use std::time::Duration;

use circuit_breaker::State;
use influx_sim::{Fault, InfluxSim, Kind, Options};

use crate::{client, dead, drained, hasty, lines, run_until, waiting};

const KINDS: [Kind; 2] = [Kind::V2, Kind::V3];

async fn server(kind: Kind) -> (InfluxSim, influx_client::InfluxClient) {
    let options = Options::default();
    let (token, bucket) = (options.token.clone(), options.bucket.clone());
    let sim = InfluxSim::start(kind, options).await;
    let client = client(&sim.url(), &token, &bucket);
    (sim, client)
}

fn set(lines: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    lines.into_iter().collect()
}

#[tokio::test]
async fn poison_is_set_aside_and_all_others_are_stored() {
    for kind in KINDS {
        let (sim, client) = server(kind).await;
        let conflict = "nfl_scores,game_id=x home_score=\"seven\" NOW";
        let mut lines = lines(300, &[(130, conflict), (245, "this is no line protocol")]);
        let outbox = waiting(&lines);
        let (report, totals) = run_until(hasty(), outbox.clone(), client, drained).await;
        let dead = dead(&outbox);
        assert_eq!(dead.iter().map(|(line, _)| line).collect::<Vec<_>>(), [&lines[130], &lines[245]]);
        assert!(dead.iter().all(|(_, reason)| !reason.is_empty()), "{dead:?}");
        assert_eq!((totals.delivered, report.batches_failed, report.breaker), (298, 0, State::Closed));
        lines.remove(245);
        lines.remove(130);
        assert_eq!(set(sim.lines()), set(lines));
        sim.stop().await;
    }
}

#[tokio::test]
async fn a_server_that_misbehaves_gets_the_same_bytes_until_it_took_them() {
    for kind in KINDS {
        let (sim, client) = server(kind).await;
        let overloaded = |code| Fault::Status { code, body: String::new(), retry_after: None };
        sim.fault(overloaded(503));
        sim.fault(Fault::ResetBeforeAnswer);
        sim.fault(Fault::ResetAfterStoring);
        sim.fault(Fault::CutAnswer);
        sim.fault(overloaded(429));
        sim.fault(Fault::Hang);
        sim.fault(Fault::Slow(Duration::from_millis(20)));
        let lines = lines(1_000, &[]);
        let outbox = waiting(&lines);
        let (report, totals) = run_until(hasty(), outbox.clone(), client, drained).await;
        assert_eq!((totals.delivered, totals.set_aside), (1_000, 0));
        assert!(report.batches_failed >= 5, "{report:?}");
        assert_eq!(set(sim.lines()), set(lines), "whatever was sent twice was the same");
        assert_eq!(sim.points().len(), 1_000);
        assert!(report.breaker_counts.opened >= 1);
        sim.stop().await;
    }
}

#[tokio::test]
async fn a_refused_token_keeps_the_lines() {
    for kind in KINDS {
        let options = Options::default();
        let bucket = options.bucket.clone();
        let sim = InfluxSim::start(kind, options).await;
        let outbox = waiting(&lines(100, &[]));
        let client = client(&sim.url(), "wrong", &bucket);
        let stopped = |report: &influx_sink::SinkReport, _: &_| report.stopped_because.is_some();
        let (report, totals) = run_until(hasty(), outbox, client, stopped).await;
        assert_eq!((totals.pending, totals.set_aside, report.breaker), (100, 0, State::Open));
        assert!(!report.stopped_because.unwrap().contains("wrong"), "no secrets");
        sim.stop().await;
    }
}

#[tokio::test]
async fn a_backlog_drains() {
    for kind in KINDS {
        let (sim, client) = server(kind).await;
        let outbox = waiting(&lines(42_000, &[]));
        let (report, _) = run_until(hasty(), outbox, client, drained).await;
        assert_eq!((sim.points().len(), report.batches_written), (42_000, 9));
        sim.stop().await;
    }
}
