//! The outbox fails: nothing is lost, and it is tried again.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use circuit_breaker::State;
use outbox::{Entry, EntryId, MemoryOutbox, Outbox, OutboxError, Rejection, Totals};
use tokio::sync::watch;

use crate::server::{Server, Style};
use crate::{Running, exact, lines, waiting};

/// An outbox on a disk in trouble.
#[derive(Default)]
pub struct Troubled {
    pub inner: Arc<MemoryOutbox>,
    /// Whether each of the next reads fails.
    pub peek: Mutex<VecDeque<bool>>,
    /// How many of the next acknowledgements fail.
    pub acknowledge: Mutex<u32>,
    /// How many of the next times that lines are set aside fail.
    pub set_aside: Mutex<u32>,
}

pub fn trouble() -> OutboxError {
    OutboxError { message: "the disk is full: make room".into() }
}

fn fails(left: &Mutex<u32>) -> Result<(), OutboxError> {
    let mut left = left.lock().unwrap();
    let failing = *left > 0;
    *left = left.saturating_sub(1);
    if failing { Err(trouble()) } else { Ok(()) }
}

#[async_trait]
impl Outbox for Troubled {
    async fn peek(&self, after: EntryId, limit: usize) -> Result<Vec<Entry>, OutboxError> {
        let fails = self.peek.lock().unwrap().pop_front().unwrap_or_default();
        if fails { Err(trouble()) } else { self.inner.peek(after, limit).await }
    }

    async fn acknowledge(&self, delivered: &[EntryId]) -> Result<(), OutboxError> {
        fails(&self.acknowledge)?;
        self.inner.acknowledge(delivered).await
    }

    async fn set_aside(&self, rejected: &[Rejection]) -> Result<(), OutboxError> {
        fails(&self.set_aside)?;
        self.inner.set_aside(rejected).await
    }

    fn totals(&self) -> watch::Receiver<Totals> {
        self.inner.totals()
    }
}

#[tokio::test(start_paused = true)]
async fn reading_is_tried_again_after_growing_pauses() {
    let inner = waiting(lines(0..100));
    let outbox = Arc::new(Troubled { inner, peek: Mutex::new([true; 3].into()), ..Troubled::default() });
    let server = Server::new(Style::V2);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(34).await;
    let report = sink.report();
    assert_eq!(report.outbox_error.as_deref(), Some("the disk is full: make room"));
    assert_eq!((report.breaker, report.batches_failed), (State::Closed, 0), "InfluxDB is not to blame");
    sink.until(35).await;
    assert_eq!(server.writes(), [(35_000, 100)]);
    assert_eq!((sink.report().outbox_error, sink.totals().delivered), (None, 100));
}

#[tokio::test(start_paused = true)]
async fn a_failure_to_read_on_lets_the_batches_in_flight_end() {
    let inner = waiting(lines(0..20_000));
    let peek = Mutex::new([false, false, true].into());
    let outbox = Arc::new(Troubled { inner, peek, ..Troubled::default() });
    let server = Server::new(Style::V3);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(1).await;
    assert_eq!(sink.totals().delivered, 10_000);
    sink.until(5).await;
    assert_eq!((sink.totals().delivered, sink.report().outbox_error), (20_000, None));
    assert_eq!(server.stored().len(), 20_000);
}

#[tokio::test(start_paused = true)]
async fn lines_that_were_taken_leave_as_soon_as_the_outbox_lets_them() {
    let outbox = Arc::new(Troubled {
        inner: waiting(lines(0..100)),
        acknowledge: Mutex::new(2),
        ..Troubled::default()
    });
    let server = Server::new(Style::V2);
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(14).await;
    assert_eq!(sink.totals().pending, 100);
    assert!(sink.report().outbox_error.is_some());
    sink.until(15).await;
    assert_eq!((sink.totals().delivered, sink.report().outbox_error), (100, None));
    assert_eq!(server.writes(), [(0, 100)], "they are not sent twice meanwhile");
}

#[tokio::test(start_paused = true)]
async fn lines_that_were_refused_are_set_aside_as_soon_as_the_outbox_lets_them() {
    let inner = waiting(["poison"]);
    let outbox = Arc::new(Troubled { inner, set_aside: Mutex::new(1), ..Troubled::default() });
    let server = Server::new(Style::V2);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(15).await;
    assert_eq!((sink.totals().set_aside, server.writes().len()), (1, 1));
    assert_eq!(outbox.inner.dead_letters()[0].1.reason, "unable to parse 'poison'");
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_the_outbox_is_tried_once_more_and_the_lines_are_sent_again_next_time() {
    let inner = waiting(lines(0..100));
    let outbox = Arc::new(Troubled { inner, acknowledge: Mutex::new(9), ..Troubled::default() });
    let server = Server::new(Style::V2);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(3).await;
    assert!(sink.stop().await.as_secs() < 1);
    assert_eq!(outbox.totals().borrow().pending, 100, "kept");
    let again = Running::start(exact(), outbox.inner.clone(), server.clone());
    again.until(0).await;
    assert_eq!(again.totals().delivered, 100);
    assert!(server.bodies().iter().all(|body| *body == lines(0..100)), "the same bytes");
}

/// An outbox that counts lines which it does not give out, and how often it is asked for them.
struct Empty {
    totals: watch::Sender<Totals>,
    /// Whether its totals can change.
    lives: bool,
    peeks: AtomicUsize,
}

impl Empty {
    fn counting(pending: u64, deferred: u64, lives: bool) -> Arc<Self> {
        let totals = Totals { accepted: pending, pending, deferred, ..Totals::default() };
        Arc::new(Self { totals: watch::Sender::new(totals), lives, peeks: AtomicUsize::new(0) })
    }
}

#[async_trait]
impl Outbox for Empty {
    async fn peek(&self, _: EntryId, _: usize) -> Result<Vec<Entry>, OutboxError> {
        self.peeks.fetch_add(1, Ordering::Relaxed);
        Ok(Vec::new())
    }

    async fn acknowledge(&self, _: &[EntryId]) -> Result<(), OutboxError> {
        Ok(())
    }

    async fn set_aside(&self, _: &[Rejection]) -> Result<(), OutboxError> {
        Ok(())
    }

    fn totals(&self) -> watch::Receiver<Totals> {
        if self.lives { self.totals.subscribe() } else { watch::channel(*self.totals.borrow()).1 }
    }
}

#[tokio::test(start_paused = true)]
async fn lines_that_are_counted_but_not_given_out_make_no_hot_loop() {
    for lives in [true, false] {
        let (outbox, server) = (Empty::counting(500, 0, lives), Server::new(Style::V2));
        let sink = Running::start(exact(), outbox.clone(), server.clone());
        sink.until(3_600).await;
        assert_eq!(server.writes(), []);
        let peeks = outbox.peeks.load(Ordering::Relaxed);
        assert!((360..=361).contains(&peeks), "once an interval: {peeks}");
        assert!(sink.stop().await.is_zero());
    }
}

#[tokio::test(start_paused = true)]
async fn deferred_lines_are_not_asked_for() {
    let (outbox, server) = (Empty::counting(500, 500, true), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    for second in 0..100 {
        sink.until(second).await;
        outbox.totals.send_modify(|totals| {
            totals.accepted += 1;
            totals.pending += 1;
            totals.deferred += 1;
        });
    }
    assert_eq!((server.writes().len(), outbox.peeks.load(Ordering::Relaxed)), (0, 0));
}
