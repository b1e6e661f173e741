//! The last flush.

use std::sync::Arc;
use std::time::Duration;

use circuit_breaker::State;
use outbox::Outbox;

use crate::server::{Answer, Server, Style};
use crate::{Running, busy_for, exact, lines, unauthorized, unavailable, waiting};

#[tokio::test(start_paused = true)]
async fn what_waits_is_sent_at_once() {
    let (outbox, server) = (waiting(lines(0..250)), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    outbox.queue(lines(250..255));
    assert!(sink.stop().await.is_zero());
    assert_eq!(server.writes(), [(0, 250), (2_001, 5)]);
    assert_eq!(outbox.totals().borrow().pending, 0);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_while_the_breaker_is_open() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail([unauthorized()]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    assert_eq!(sink.breaker(), State::Open);
    assert!(sink.stop().await.is_zero());
    assert_eq!(server.writes(), [(0, 100)]);
    assert_eq!(outbox.totals().borrow().pending, 100);
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_stays_open_though_a_probe_could_go() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail([busy_for(300), busy_for(300), busy_for(300)]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(800).await;
    assert_eq!(sink.breaker(), State::Open, "for 60 s, but the server asked for 300 s");
    sink.stop().await;
    assert_eq!((server.writes().len(), outbox.totals().borrow().pending), (3, 100));
}

#[tokio::test(start_paused = true)]
async fn a_pause_between_retries_is_cut_short_for_a_last_try() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.fail([unavailable(), unavailable()]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    assert!(sink.stop().await.is_zero());
    assert_eq!(server.writes(), [(0, 100), (2_001, 100)], "once, without retries");
    assert_eq!(outbox.totals().borrow().pending, 100, "kept for the next start");
}

#[tokio::test(start_paused = true)]
async fn a_hanging_server_does_not_hold_it_beyond_the_deadline() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.answer([Answer::Hang]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    assert_eq!(sink.stop().await, Duration::from_secs(8));
    assert_eq!(outbox.totals().borrow().pending, 100);
}

#[tokio::test(start_paused = true)]
async fn a_write_under_way_is_not_cut_off_before_the_deadline() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.takes(Duration::from_secs(3));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(1).await;
    assert_eq!(sink.stop().await, Duration::from_millis(1_999));
    assert_eq!((server.stored().len(), outbox.totals().borrow().pending), (100, 0));
}

#[tokio::test(start_paused = true)]
async fn a_backlog_drains_until_the_deadline() {
    let (outbox, server) = (waiting(lines(0..150_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(1));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    assert_eq!(sink.stop().await, Duration::from_secs(8));
    assert_eq!(outbox.totals().borrow().pending, 50_000);
    // A new sink goes on with what is left.
    server.takes(Duration::ZERO);
    let again = Running::start(exact(), outbox, Arc::clone(&server) as _);
    again.until(1).await;
    assert_eq!(again.totals().delivered, 150_000);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_was_never_reached_is_tried_once_more() {
    let (outbox, server) = (waiting(lines(0..1)), Server::new(Style::V2));
    server.fail_to_prepare([unavailable()]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    sink.stop().await;
    assert_eq!((server.prepared_at(), server.writes()), (vec![0, 2_001], vec![(2_001, 1)]));
}

#[tokio::test(start_paused = true)]
async fn a_split_keeps_what_it_settled_before_the_deadline() {
    let (outbox, server) = (waiting([lines(0..99), vec!["huge".into()]].concat()), Server::new(Style::V2));
    server.answer([Answer::Judge, Answer::Judge, Answer::Hang]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    assert_eq!(sink.stop().await, Duration::from_secs(8));
    let totals = *outbox.totals().borrow();
    assert_eq!((totals.delivered, totals.pending, totals.set_aside), (50, 50, 0));
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_its_own_is_reported_and_loses_nothing() {
    let (outbox, server) = (waiting(lines(0..6_000)), Server::new(Style::V2));
    server.answer([Answer::Judge, Answer::Panic]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(60).await;
    let report = sink.report();
    assert_eq!((report.broken, report.connected, report.drain), (true, false, None));
    assert!(sink.totals().pending >= 1_000, "what was not acknowledged waits");
    assert_eq!(sink.totals().pending + sink.totals().delivered, 6_000);
    let again = Running::start(exact(), outbox, server);
    again.until(60).await;
    assert_eq!((again.totals().delivered, again.report().broken), (6_000, false));
}
