//! Failures: the pauses between tries, and the breaker.

use std::num::NonZeroU32;
use std::time::Duration;

use circuit_breaker::State;
use influx_sink::SinkConfig;

use crate::server::{Answer, Server, Style};
use crate::{Running, busy_for, exact, lines, unavailable, waiting};

/// A breaker that opens after so many failures.
fn opening_after(failures: u32) -> SinkConfig {
    let mut config = exact();
    config.breaker.failure_threshold = NonZeroU32::new(failures).unwrap();
    config
}

#[tokio::test(start_paused = true)]
async fn a_failed_batch_is_sent_again_after_growing_pauses_and_then_at_the_pace_of_batches() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail(vec![unavailable(); 8]);
    let sink = Running::start(opening_after(100), outbox, server.clone());
    sink.until(200).await;
    // Six attempts make a cycle. Ten seconds later begins the next.
    let seconds = [0, 5, 15, 35, 65, 95, 105, 110, 120];
    assert_eq!(server.writes(), seconds.map(|second| (second * 1000, 100)));
    assert!(server.bodies().iter().all(|body| *body == lines(0..100)));
    assert_eq!((sink.totals().delivered, sink.breaker()), (100, State::Closed));
    assert_eq!((sink.report().batches_failed, sink.report().batches_written), (8, 1));
}

#[tokio::test(start_paused = true)]
async fn a_success_begins_a_new_cycle() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail(vec![unavailable(); 2]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(20).await;
    assert_eq!(server.writes(), [(0, 100), (5_000, 100), (15_000, 100)]);
    server.fail(vec![unavailable(); 2]);
    outbox.queue(lines(0..100));
    sink.until(60).await;
    assert_eq!(server.writes()[3..], [(20_001, 100), (25_001, 100), (35_001, 100)]);
    assert_eq!(sink.breaker(), State::Closed, "two failures, a success and two failures are not three");
}

#[tokio::test(start_paused = true)]
async fn the_third_failure_opens_the_breaker_and_a_small_probe_closes_it() {
    let (outbox, server) = (waiting(lines(0..400)), Server::new(Style::V2));
    server.fail(vec![unavailable(); 4]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(14).await;
    assert_eq!(sink.breaker(), State::Closed);
    assert_eq!(sink.report().retry_in(), Some(Duration::from_millis(999)));
    sink.until(15).await;
    assert_eq!(sink.breaker(), State::Open);
    outbox.queue(lines(400..1000));
    sink.until(74).await;
    // Nothing was sent while it was open, however much waits.
    assert_eq!(server.writes(), [(0, 400), (5_000, 100), (15_000, 100)]);
    assert_eq!(sink.report().retry_in(), Some(Duration::from_millis(999)));
    sink.until(75).await;
    assert_eq!(server.writes()[3..], [(75_000, 100)], "a single probe");
    assert_eq!(sink.breaker(), State::Open, "the probe failed");
    assert!(!sink.report().connected);
    sink.until(135).await;
    assert_eq!(server.writes()[4..], [100, 200, 200, 400, 100].map(|lines| (135_000, lines)));
    assert_eq!(sink.breaker(), State::Closed);
    let report = sink.report();
    assert_eq!((report.connected, report.last_error, report.retry_at), (true, None, None));
    let counts = report.breaker_counts;
    assert_eq!((counts.opened, counts.half_opened, counts.closed), (2, 2, 1));
    assert_eq!(sink.totals().delivered, 1000);
    assert_eq!(server.stored(), lines(0..1000), "each once, oldest first");
}

#[tokio::test(start_paused = true)]
async fn the_servers_wish_to_be_left_alone_is_kept_to() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail([busy_for(20), busy_for(3), busy_for(300), busy_for(100_000)]);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(2_000).await;
    // Longer than the pause; shorter than the pause; longer than the breaker stays open; bounded by ten minutes.
    let seconds = [0, 20, 30, 330, 930];
    assert_eq!(server.writes(), seconds.map(|second| (second * 1000, 100)));
    assert_eq!(sink.totals().delivered, 100);
}

#[tokio::test(start_paused = true)]
async fn without_retries_the_pace_of_batches_remains() {
    let (outbox, server) = (waiting(lines(0..1)), Server::new(Style::V2));
    server.fail(vec![unavailable(); 2]);
    let sink = Running::start(SinkConfig { max_retries: 0, ..opening_after(9) }, outbox, server.clone());
    sink.until(60).await;
    assert_eq!(server.writes(), [(10_000, 1), (20_000, 1), (30_000, 1)]);
    assert_eq!(sink.totals().pending, 0);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_makes_the_same_bytes_go_again() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.answer([Answer::StoreAndFail(unavailable())]);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(10).await;
    assert_eq!(server.stored(), [lines(0..100), lines(0..100)].concat());
    assert_eq!(sink.totals().delivered, 100);
}

#[tokio::test(start_paused = true)]
async fn pauses_without_bound_do_no_harm() {
    let config = SinkConfig {
        flush_interval: Duration::MAX,
        retry_interval: Duration::MAX,
        max_retry_delay: Duration::MAX,
        ..SinkConfig::default()
    };
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail([unavailable()]);
    let sink = Running::start(config, outbox.clone(), server.clone());
    sink.until(1_000).await;
    assert_eq!(server.writes(), [(0, 100)]);
    sink.stop().await;
    assert_eq!(outbox.dead_letters(), []);
    assert_eq!(server.stored(), lines(0..100));
}
