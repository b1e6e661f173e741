//! A person decides on the breaker; and the breaker's growing time.

use std::time::Duration;

use circuit_breaker::{Hold, State};
use influx_sink::{InfluxSink, SinkConfig};

use crate::server::{Answer, Server, Style};
use crate::{Running, busy_for, exact, lines, unauthorized, unavailable, waiting};

#[tokio::test(start_paused = true)]
async fn held_closed_it_sends_at_once_and_nothing_opens_it() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail([busy_for(300), busy_for(300), unavailable()]);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(301).await;
    server.fail([unauthorized(), unavailable(), unavailable(), unavailable()]);
    sink.control.hold(Hold::Closed);
    assert_eq!((sink.report().held, sink.breaker()), (Hold::Closed, State::Closed));
    sink.until(400).await;
    // Now; after a new cycle of pauses; and so on, for nothing opens it any more.
    let seconds = [0, 300, 301, 306, 316, 336, 366, 396];
    let sent: Vec<_> = server.writes().iter().map(|(at, _)| at / 1000).collect();
    assert_eq!(sent, seconds);
    assert_eq!((sink.breaker(), sink.report().breaker_counts.opened), (State::Closed, 0));
    assert_eq!(sink.totals().delivered, 100);
}

#[tokio::test(start_paused = true)]
async fn held_open_nothing_is_sent_until_it_may_decide_again() {
    let (outbox, server) = (waiting(lines(0..0)), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(1).await;
    sink.control.hold(Hold::Open);
    sink.control.hold(Hold::Open);
    outbox.queue(lines(0..250));
    sink.until(10_000).await;
    assert_eq!((server.writes(), server.prepared_at()), (vec![], vec![0]));
    let report = sink.report();
    assert_eq!((report.breaker, report.held, report.retry_in()), (State::Open, Hold::Open, None));
    assert_eq!(report.breaker_counts.refused, 0, "it is not even asked");
    sink.control.hold(Hold::Auto);
    assert_eq!((sink.breaker(), sink.control.held()), (State::Closed, Hold::Auto));
    sink.until(10_001).await;
    assert_eq!(server.writes(), [(10_000_001, 250)]);
}

#[tokio::test(start_paused = true)]
async fn held_open_the_rest_of_a_backlog_stays_and_a_stop_sends_nothing() {
    let (outbox, server) = (waiting(lines(0..40_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(2));
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(1).await;
    sink.control.hold(Hold::Open);
    sink.until(1_000).await;
    assert_eq!(server.writes().len(), server.most_in_flight(), "what was under way is not cut off");
    let delivered = sink.totals().delivered;
    assert_eq!(delivered, server.stored().len() as u64);
    let (totals, control) = (sink.totals.clone(), sink.control.clone());
    assert!(sink.stop().await.is_zero());
    assert_eq!(totals.borrow().delivered, delivered);
    assert_eq!(format!("{control:?}"), "SinkControl { held: Open, .. }");
}

#[tokio::test(start_paused = true)]
async fn a_person_ends_the_wait_for_a_probe() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail([unauthorized()]);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(2).await;
    assert_eq!(sink.breaker(), State::Open);
    sink.control.hold(Hold::Auto);
    sink.until(3).await;
    assert_eq!(server.writes(), [(0, 100), (2_001, 100)]);
    assert_eq!((sink.totals().delivered, sink.report().stopped_because), (100, None));
}

#[tokio::test(start_paused = true)]
async fn a_hold_from_before_the_start_counts() {
    let server = Server::new(Style::V2);
    let sink = InfluxSink::new(exact(), waiting(lines(0..100)), server.clone());
    sink.control().hold(Hold::Open);
    let sink = Running::of(sink, waiting(lines(0..0)).as_ref());
    sink.until(1_000).await;
    assert_eq!((server.prepared_at(), server.writes()), (vec![], vec![]));
    sink.control.hold(Hold::Closed);
    sink.until(1_001).await;
    assert_eq!(server.writes(), [(1_000_001, 100)]);
}

#[tokio::test(start_paused = true)]
async fn each_failed_probe_makes_the_next_wait_longer_up_to_ten_minutes() {
    let config = SinkConfig { flush_jitter: Duration::ZERO, ..SinkConfig::default() };
    let waits = async || {
        let (outbox, server) = (waiting(lines(0..1_000)), Server::new(Style::V2));
        server.answer(vec![Answer::Fail(unavailable()); 10]);
        let sink = Running::start(config.clone(), outbox, server.clone());
        sink.until(6_000).await;
        assert_eq!((sink.totals().delivered, sink.breaker()), (1_000, State::Closed));
        let tries: Vec<_> = server.writes()[..11].to_vec();
        assert!(tries[3..].iter().all(|(_, lines)| *lines == 100), "a probe is one small batch: {tries:?}");
        tries.windows(2).skip(2).map(|pair| pair[1].0 - pair[0].0).collect::<Vec<_>>()
    };
    let waits_once = waits().await;
    let grown = [60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000, 600_000];
    for (wait, grown) in waits_once.iter().zip(grown) {
        assert!((grown..=(grown * 11 / 10).min(600_000)).contains(wait), "{waits_once:?}");
    }
    assert_eq!(waits_once.len(), grown.len());
    assert!(!waits_once[1..4].iter().all(|wait| wait % 1_000 == 0), "with jitter: {waits_once:?}");
    assert_eq!(waits_once, waits().await, "which the seed determines");
}
