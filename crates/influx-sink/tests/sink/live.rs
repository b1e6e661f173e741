//! Lines that come while a backlog drains.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use outbox::{Entry, EntryId, MemoryOutbox, Outbox, OutboxError, Rejection, Totals};
use tokio::sync::watch;

use crate::server::{Answer, Server, Style};
use crate::{Running, exact, lines, unavailable, waiting};

/// Where each write that holds lines from `first` on stands: when it began, how many lines, and the oldest.
fn writes_from(server: &Server, first: usize) -> Vec<(u64, usize, usize)> {
    let number = |line: &String| line[5..].parse::<usize>().unwrap();
    let bodies = server.bodies();
    let writes = server.writes().into_iter().zip(&bodies);
    let writes = writes.map(|((at, lines), body)| (at, lines, number(&body[0])));
    writes.filter(|(_, _, oldest)| *oldest >= first).collect()
}

/// Checks that each of so many lines was stored once, and each body holds lines in their order.
fn each_once(server: &Server, count: usize) {
    let stored = server.stored();
    assert_eq!(stored.len(), count);
    assert_eq!(stored.into_iter().collect::<BTreeSet<_>>(), lines(0..count).into_iter().collect());
    let number = |line: &String| line[5..].parse::<usize>().unwrap();
    assert!(server.bodies().iter().all(|body| body.is_sorted_by_key(number)));
}

#[tokio::test(start_paused = true)]
async fn they_go_beside_it_when_they_are_due() {
    for style in [Style::V2, Style::V3] {
        let (outbox, server) = (waiting(lines(0..200_000)), Server::new(style));
        server.takes(Duration::from_secs(5));
        let sink = Running::start(exact(), outbox.clone(), server.clone());
        sink.until(3).await;
        outbox.queue(lines(200_000..200_030));
        sink.until(8).await;
        outbox.queue(lines(200_030..200_040));
        sink.until(14).await;
        outbox.queue(lines(200_040..200_139));
        sink.until(15).await;
        outbox.queue(lines(200_139..200_140));
        sink.until(20).await;
        // Ten seconds after the first; and at once when there are a hundred, though a hundredth came while the first
        // were under way: when these are through.
        let expected = [(13_001, 40, 200_000), (18_001, 100, 200_040)];
        assert_eq!(writes_from(&server, 200_000), expected);
        let places = if style == Style::V3 { 4 } else { 2 };
        assert_eq!(server.most_in_flight(), places + 1);
        assert!(sink.totals().pending > 50_000, "the backlog still drains");
        sink.until(600).await;
        each_once(&server, 200_140);
        assert_eq!(writes_from(&server, 200_000), expected, "the backlog does not meet them again");
        assert_eq!(sink.totals().delivered, 200_140);
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_for_one_batch_are_left_to_the_backlog_and_do_not_hold_up_the_next() {
    let (outbox, server) = (waiting(lines(0..60_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(10));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(1).await;
    outbox.queue(lines(60_000..75_000));
    sink.until(12).await;
    assert_eq!(writes_from(&server, 60_000), [(1_001, 5_000, 60_000)]);
    outbox.queue(lines(75_000..75_001));
    sink.until(23).await;
    assert_eq!(writes_from(&server, 65_000), [(22_001, 1, 75_000)]);
    sink.until(600).await;
    each_once(&server, 75_001);
    // Twelve batches of the backlog, two at a time; then at once what was left, from the oldest on.
    let left = [(60_000, 5_000, 65_000), (60_000, 5_000, 70_000)];
    assert_eq!(writes_from(&server, 65_000), [&[(22_001, 1, 75_000)], &left[..]].concat());
}

#[tokio::test(start_paused = true)]
async fn a_backlog_ends_where_they_begin() {
    let (outbox, server) = (waiting(lines(0..10_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(10));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(1).await;
    outbox.queue(lines(10_000..10_100));
    server.takes(Duration::from_secs(30));
    sink.until(2).await;
    // The last of the backlog is read while they are under way.
    sink.until(100).await;
    assert_eq!(server.writes(), [(0, 5_000), (0, 5_000), (1_001, 100)]);
    each_once(&server, 10_100);
    sink.stop().await;
}

/// An outbox to which lines come while somebody reads it.
struct Busy {
    inner: Arc<MemoryOutbox>,
    /// What comes during a read that finds lines from so many on.
    coming: Mutex<Option<(i64, Vec<String>)>>,
}

#[async_trait]
impl Outbox for Busy {
    async fn peek(&self, after: EntryId, limit: usize) -> Result<Vec<Entry>, OutboxError> {
        let entries = self.inner.peek(after, limit).await?;
        let comes = |(from, _): &mut (i64, _)| after.0 >= *from && !entries.is_empty();
        if let Some((_, lines)) = self.coming.lock().unwrap().take_if(comes) {
            self.inner.queue(lines);
        }
        Ok(entries)
    }

    async fn acknowledge(&self, delivered: &[EntryId]) -> Result<(), OutboxError> {
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
async fn those_that_come_during_a_read_are_not_passed_over() {
    let (inner, server) = (waiting(lines(0..100_000)), Server::new(Style::V2));
    let coming = Mutex::new(Some((100_000, lines(100_100..100_107))));
    server.takes(Duration::from_secs(5));
    let sink = Running::start(exact(), Arc::new(Busy { inner: inner.clone(), coming }), server.clone());
    sink.until(1).await;
    inner.queue(lines(100_000..100_100));
    sink.until(30).await;
    assert_eq!(writes_from(&server, 100_000), [(1_001, 100, 100_000), (11_001, 7, 100_100)]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_due_when_the_backlog_ends_waits_for_its_time() {
    let (outbox, server) = (waiting(lines(0..5_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(4));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(2).await;
    outbox.queue(lines(5_000..5_003));
    sink.until(30).await;
    assert_eq!(server.writes(), [(0, 5_000), (12_001, 3)]);
}

#[tokio::test(start_paused = true)]
async fn none_goes_beside_a_probe() {
    let (outbox, server) = (waiting(lines(0..10_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(20));
    server.fail([unavailable(), unavailable(), unavailable()]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    // Two fail together, a third alone, and the probe goes out.
    sink.until(20 + 5 + 20 + 60 + 1).await;
    assert_eq!(server.writes()[3], (105_000, 100));
    outbox.queue(lines(10_000..10_200));
    sink.until(124).await;
    assert_eq!(server.writes().len(), 4, "the probe is alone");
    sink.until(126).await;
    assert_eq!(writes_from(&server, 10_000), [(125_000, 200, 10_000)], "and then they go");
    sink.until(1_000).await;
    each_once(&server, 10_200);
}

#[tokio::test(start_paused = true)]
async fn their_failure_ends_the_round_and_all_are_sent_again() {
    let (outbox, server) = (waiting(lines(0..60_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(2));
    server.answer([Answer::Judge, Answer::Judge, Answer::Fail(unavailable())]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(1).await;
    outbox.queue(lines(60_000..60_100));
    sink.until(7).await;
    assert_eq!(writes_from(&server, 60_000), [(1_001, 100, 60_000)]);
    let sent = server.writes().len();
    assert!(sent <= 5, "what was under way ends, nothing is begun: {sent}");
    sink.until(600).await;
    each_once(&server, 60_100);
    assert_eq!(sink.report().batches_failed, 1);
}

#[tokio::test(start_paused = true)]
async fn lines_that_are_taken_away_meanwhile_are_not_waited_for() {
    let (outbox, server) = (waiting(lines(0..50_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(10));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(1).await;
    outbox.queue(lines(50_000..50_002));
    sink.until(2).await;
    outbox.acknowledge(&[EntryId(50_001), EntryId(50_002)]).await.unwrap();
    sink.until(12).await;
    outbox.queue(lines(50_002..50_003));
    sink.until(23).await;
    assert_eq!(writes_from(&server, 50_000), [(22_001, 1, 50_002)]);
    sink.until(600).await;
    assert_eq!((sink.totals().pending, server.stored().len()), (0, 50_001));
}

#[tokio::test(start_paused = true)]
async fn a_failure_does_not_put_them_behind_the_backlog() {
    let (outbox, server) = (waiting(lines(0..200_000)), Server::new(Style::V2));
    server.takes(Duration::from_secs(5));
    server.answer([Answer::Judge, Answer::Judge, Answer::Fail(unavailable())]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    // The third fails; the one beside it ends, and then there is a pause.
    sink.until(11).await;
    outbox.queue(lines(200_000..200_150));
    sink.until(15).await;
    assert_eq!(writes_from(&server, 100), writes_from(&server, 5_000), "the pause");
    sink.until(30).await;
    let newest = writes_from(&server, 200_000);
    assert_eq!(
        newest.iter().map(|&(_, lines, oldest)| (lines, oldest)).collect::<Vec<_>>(),
        [(100, 200_050)]
    );
    assert!(newest[0].0 <= 20_001, "after the first batch that passes: {newest:?}");
    assert!(sink.totals().pending > 150_000, "the backlog still drains");
    sink.until(600).await;
    each_once(&server, 200_150);
    assert_eq!(writes_from(&server, 200_000), newest, "the older ones went with the end of the backlog");
}
