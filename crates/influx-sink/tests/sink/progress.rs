//! What is told of a long drain.

use std::time::Duration;

use influx_sink::DrainProgress;
use outbox::Outbox;

use crate::logs::listen;
use crate::server::{Answer, Server, Style};
use crate::{Running, exact, lines, unavailable, waiting};

#[tokio::test(start_paused = true)]
async fn what_is_left_and_how_long_it_takes() {
    let (log, _guard) = listen();
    let (outbox, server) = (waiting(lines(0..200_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(2));
    let sink = Running::start(exact(), outbox.clone(), server);
    sink.until(0).await;
    log.has(&["INFO", "a backlog of lines goes to InfluxDB", "left=200000"]);
    assert_eq!(
        sink.report().drain,
        Some(DrainProgress { left: 200_000, rate: 0.0, time_left: None }),
        "nothing has gone yet"
    );
    // Two batches every two seconds.
    sink.until(10).await;
    let progress = sink.report().drain.unwrap();
    assert_eq!((progress.left, progress.rate), (150_000, 5_000.0));
    assert_eq!(progress.time_left, Some(Duration::from_secs(30)));
    log.has(&["INFO", "the backlog goes to InfluxDB", "left=150000", "rate=5000", "minutes_left=1"]);
    outbox.queue(lines(200_000..200_100));
    sink.until(11).await;
    assert_eq!(sink.report().drain.unwrap().left, 150_100);
    sink.until(39).await;
    assert_eq!(log.text().matches("the backlog goes").count(), 3, "every ten seconds");
    sink.until(41).await;
    assert_eq!((sink.report().drain, sink.totals().pending), (None, 0));
    log.has(&["INFO", "the backlog went to InfluxDB", "lines=200100", "seconds=40", "rate=500", "left=0"]);
    assert_eq!(log.text().matches("backlog").count(), 5);
}

#[tokio::test(start_paused = true)]
async fn the_rate_is_that_of_the_last_seconds() {
    let (outbox, server) = (waiting(lines(0..400_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(1));
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(20).await;
    let quick = sink.report().drain.unwrap().rate;
    server.takes(Duration::from_secs(5));
    sink.until(36).await;
    let slow = sink.report().drain.unwrap().rate;
    assert!((9_000.0..=10_000.0).contains(&quick), "{quick}");
    assert!((1_900.0..=2_100.0).contains(&slow), "{slow}");
}

#[tokio::test(start_paused = true)]
async fn a_failure_does_not_end_the_drain() {
    let (log, _guard) = listen();
    let (outbox, server) = (waiting(lines(0..60_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(2));
    server.answer([Answer::Judge, Answer::Judge, Answer::Fail(unavailable())]);
    let sink = Running::start(exact(), outbox, server);
    sink.until(7).await;
    let left = sink.totals().pending;
    assert_eq!(sink.report().drain, Some(DrainProgress { left, rate: 0.0, time_left: None }), "it rests");
    sink.until(12).await;
    assert!(sink.report().drain.unwrap().rate > 0.0, "it goes on");
    sink.until(100).await;
    assert_eq!(sink.report().drain, None);
    assert_eq!(log.text().matches("a backlog of lines goes").count(), 1);
    log.has(&["the backlog went to InfluxDB", "lines=60000"]);
}

#[tokio::test(start_paused = true)]
async fn what_fits_into_one_batch_is_no_long_drain() {
    let (log, _guard) = listen();
    let (outbox, server) = (waiting(lines(0..5_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(30));
    let sink = Running::start(exact(), outbox.clone(), server);
    sink.until(20).await;
    assert_eq!(sink.report().drain, None);
    sink.until(31).await;
    assert_eq!(outbox.totals().borrow().delivered, 5_000);
    assert!(!log.text().contains("backlog"), "{}", log.text());
}
