//! A backlog.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use circuit_breaker::State;
use influx_client::{DataRefusal, WriteError};
use influx_sink::MAX_BATCH_BYTES;
use outbox::{Entry, EntryId, MemoryOutbox, Outbox, OutboxError, Rejection, Totals};
use tokio::sync::watch;

use crate::server::{Answer, Server, Style};
use crate::{Running, exact, lines, unauthorized, unavailable, waiting};

#[tokio::test(start_paused = true)]
async fn a_backlog_goes_oldest_first_in_large_batches() {
    let (outbox, server) = (waiting(lines(0..12_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(1));
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(10).await;
    // While the server works at one, the next is on its way.
    assert_eq!(server.writes(), [(0, 5_000), (0, 5_000), (1_000, 2_000)]);
    assert_eq!(server.stored(), lines(0..12_000));
    assert_eq!((server.most_in_flight(), sink.totals().delivered), (2, 12_000));
}

#[tokio::test(start_paused = true)]
async fn several_batches_are_in_flight_where_the_server_likes_it() {
    let (outbox, server) = (waiting(lines(0..30_000)), Server::new(Style::V3));
    server.takes(Duration::from_secs(1));
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(0).await;
    assert_eq!(server.writes(), [(0, 5_000); 4]);
    sink.until(10).await;
    assert_eq!(server.writes()[4..], [(1_000, 5_000); 2]);
    assert_eq!((server.most_in_flight(), sink.totals().delivered), (4, 30_000));
    let mut stored = server.stored();
    stored.sort_by_key(|line| line[5..].parse::<usize>().unwrap());
    assert_eq!(stored, lines(0..30_000), "each once");
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_bounded_in_bytes() {
    let long = |number: usize, bytes: usize| format!("line {number} {}", "x".repeat(bytes));
    let mebibyte = 1024 * 1024;
    let mut batch: Vec<_> = (0..6).map(|number| long(number, mebibyte)).collect();
    batch.push(long(6, MAX_BATCH_BYTES));
    batch.extend(lines(7..150));
    let (outbox, server) = (waiting(batch), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(0).await;
    assert_eq!(server.writes(), [(0, 3), (0, 3), (0, 1), (0, 143)]);
    assert_eq!(sink.totals().pending, 0);
    assert_eq!(sink.report().bytes_sent, sink.totals().delivered_bytes + 2 + 2 + 142, "with the newlines");
}

#[tokio::test(start_paused = true)]
async fn a_failure_stops_further_batches_and_keeps_those_that_succeed() {
    let (outbox, server) = (waiting(lines(0..40_000)), Server::new(Style::V3));
    server.takes(Duration::from_secs(1));
    server.answer([Answer::Judge, Answer::Fail(unavailable()), Answer::Judge, Answer::Judge]);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(4).await;
    // The first success may have let a fifth go before the failure was seen.
    let sent = server.writes().len();
    assert!((4..=5).contains(&sent), "{sent}");
    assert_eq!(sink.totals().delivered, (sent as u64 - 1) * 5_000);
    sink.until(60).await;
    assert_eq!((server.writes()[sent].1, &server.bodies()[sent][0][..]), (100, "line 5000"));
    let sizes: Vec<_> = server.writes()[sent + 1..].iter().map(|(_, lines)| *lines).take(4).collect();
    assert_eq!(sizes, [200; 4], "it grows again, several at a time");
    assert_eq!(sink.totals().delivered, 40_000);
}

#[tokio::test(start_paused = true)]
async fn a_batch_too_large_for_a_slow_server_shrinks_until_it_passes() {
    let (outbox, server) = (waiting(lines(0..5_000)), Server::new(Style::V2));
    // The first is too much; so are the 1,600 lines that follow 100, 200, 400 and 800.
    let judge = || vec![Answer::Judge; 4];
    let fail = || vec![Answer::Fail(unavailable())];
    server.answer([fail(), judge(), fail(), judge(), fail(), judge()].concat());
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(60).await;
    assert_eq!(sink.totals().delivered, 5_000);
    assert_eq!((sink.breaker(), sink.report().breaker_counts.opened), (State::Closed, 0));
    assert_eq!(server.stored(), lines(0..5_000));
}

#[tokio::test(start_paused = true)]
async fn failures_in_flight_together_all_count() {
    let (outbox, server) = (waiting(lines(0..40_000)), Server::new(Style::V3));
    server.takes(Duration::from_secs(1));
    server.fail([unavailable(), unavailable(), unauthorized(), unavailable()]);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(2).await;
    assert_eq!((sink.breaker(), sink.report().batches_failed), (State::Open, 4));
    assert_eq!((sink.totals().pending, server.writes().len()), (40_000, 4));
    sink.until(120).await;
    assert_eq!(server.prepared_at(), [0, 61_000], "a setting was refused among others");
    assert_eq!(sink.totals().delivered, 40_000);
}

#[tokio::test(start_paused = true)]
async fn an_opening_breaker_ends_a_split_beside_it() {
    let (outbox, server) = (waiting(lines(0..10_000)), Server::new(Style::V3));
    let refused = WriteError::Data { kind: DataRefusal::TooLarge, reason: "too large".into(), lines: vec![] };
    server.takes(Duration::from_secs(1));
    server.fail([refused, unauthorized()]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(30).await;
    assert_eq!(server.writes(), [(0, 5_000), (0, 5_000), (1_000, 2_500)], "the second half was not sent");
    assert_eq!((sink.breaker(), sink.totals().delivered), (State::Open, 2_500));
    sink.until(200).await;
    assert_eq!(sink.totals().delivered, 10_000);
    assert_eq!(server.stored().len(), 10_000);
}

/// An outbox on a slow disk.
struct SlowDisk {
    inner: Arc<MemoryOutbox>,
    /// How many lines were acknowledged together.
    together: Mutex<Vec<usize>>,
}

#[async_trait]
impl Outbox for SlowDisk {
    async fn peek(&self, after: EntryId, limit: usize) -> Result<Vec<Entry>, OutboxError> {
        self.inner.peek(after, limit).await
    }

    async fn acknowledge(&self, delivered: &[EntryId]) -> Result<(), OutboxError> {
        tokio::time::sleep(Duration::from_secs(3)).await;
        self.together.lock().unwrap().push(delivered.len());
        self.inner.acknowledge(delivered).await
    }

    async fn set_aside(&self, rejected: &[Rejection]) -> Result<(), OutboxError> {
        self.inner.set_aside(rejected).await
    }

    fn totals(&self) -> watch::Receiver<Totals> {
        self.inner.totals()
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_disk_acknowledges_batches_together_while_others_are_sent() {
    let inner = waiting(lines(0..60_000));
    let outbox = Arc::new(SlowDisk { inner, together: Mutex::default() });
    let server = Server::new(Style::V2);
    server.takes(Duration::from_secs(1));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    // Two by two; those of the first second are being acknowledged.
    assert_eq!((server.writes().len(), sink.totals().delivered), (5, 0));
    sink.until(3).await;
    assert_eq!(server.writes().len(), 5, "no further ahead of the disk than that");
    sink.until(100).await;
    assert_eq!(sink.totals().delivered, 60_000);
    assert_eq!(server.stored(), lines(0..60_000), "each once");
    let together = outbox.together.lock().unwrap();
    assert!(together.len() <= 6 && together.iter().all(|lines| *lines <= 25_000), "{together:?}");
}
