//! What a person has to mend; and that the server is looked at before anything is written.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use circuit_breaker::State;
use influx_client::{DataRefusal, LineWriter, ServerFacts, WriteError};
use mockall::{Sequence, mock};

use crate::server::{NAME, Server, Style};
use crate::{Running, exact, lines, unauthorized, unavailable, waiting};

mock! {
    Writer {}

    #[async_trait]
    impl LineWriter for Writer {
        async fn prepare(&self) -> Result<ServerFacts, WriteError>;
        async fn write(&self, batch: Bytes) -> Result<(), WriteError>;
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_is_looked_at_before_the_first_write() {
    let mut order = Sequence::new();
    let mut writer = MockWriter::new();
    let facts = ServerFacts { name: NAME.into(), version: None, parallel_writes: 0, retention_days: None };
    writer.expect_prepare().times(1).in_sequence(&mut order).returning(move || Ok(facts.clone()));
    let body: &[u8] = b"line 0\nline 1\nline 2";
    writer
        .expect_write()
        .times(1)
        .in_sequence(&mut order)
        .withf(move |batch| *batch == body)
        .returning(|_| Ok(()));
    let sink = Running::start(exact(), waiting(lines(0..3)), Arc::new(writer));
    sink.until(10).await;
    assert_eq!(sink.totals().delivered, 3);
}

#[tokio::test(start_paused = true)]
async fn the_server_is_looked_at_even_if_nothing_waits() {
    let server = Server::new(Style::V2);
    server.fail_to_prepare(vec![unavailable(); 3]);
    let sink = Running::start(exact(), waiting(lines(0..0)), server.clone());
    sink.until(20).await;
    assert_eq!(server.prepared_at(), [0, 5_000, 15_000]);
    let report = sink.report();
    assert_eq!((report.connected, report.breaker, report.batches_failed), (false, State::Open, 3));
    assert_eq!(report.last_error.as_deref(), Some("503 Service Unavailable"));
    sink.until(75).await;
    let report = sink.report();
    assert_eq!((report.connected, report.breaker, report.last_error), (true, State::Closed, None));
    assert_eq!(report.server.unwrap().name, NAME);
    sink.until(1_000).await;
    assert_eq!((server.prepared_at().len(), server.writes().len()), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_before_the_server_was_looked_at() {
    let server = Server::new(Style::V2);
    server.fail_to_prepare(vec![unavailable(); 4]);
    let sink = Running::start(exact(), waiting(lines(0..300)), server.clone());
    sink.until(134).await;
    assert_eq!((server.prepared_at(), server.writes()), (vec![0, 5_000, 15_000, 75_000], vec![]));
    sink.until(135).await;
    assert_eq!(server.writes(), [(135_000, 100), (135_000, 200)]);
    assert_eq!(sink.breaker(), State::Closed);
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_and_after_ten_minutes_the_server_is_looked_at_anew() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V3));
    server.fail([unavailable()]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(300).await;
    assert_eq!((server.prepared_at(), server.writes()), (vec![0, 5_000], vec![(0, 100), (5_000, 100)]));
    outbox.queue(lines(100..200));
    sink.until(605).await;
    assert_eq!(server.prepared_at().len(), 2, "all is well, and it was looked at not long ago");
    outbox.queue(lines(200..300));
    sink.until(620).await;
    assert_eq!(server.prepared_at().len(), 3);
    assert_eq!(server.stored(), lines(0..300));
}

#[tokio::test(start_paused = true)]
async fn a_wrong_setting_keeps_the_lines_and_opens_the_breaker_at_once() {
    let (outbox, server) = (waiting(lines(0..200)), Server::new(Style::V2));
    server.fail(vec![unauthorized(); 2]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(59).await;
    let report = sink.report();
    assert_eq!((report.breaker, report.connected), (State::Open, false));
    assert_eq!(report.stopped_because.as_deref(), Some("401 Unauthorized: the token is refused"));
    assert_eq!(sink.totals().pending, 200);
    sink.until(61).await;
    // The server can be looked at, but that proves nothing while a write is refused.
    assert_eq!(server.writes(), [(0, 200), (60_000, 100)]);
    assert_eq!(server.prepared_at(), [0, 60_000]);
    let counts = sink.report().breaker_counts;
    assert_eq!((counts.opened, counts.half_opened, counts.closed), (2, 1, 0));
    assert!(sink.report().stopped_because.is_some());
    sink.until(120).await;
    assert_eq!(server.prepared_at(), [0, 60_000, 120_000]);
    assert_eq!(sink.totals().delivered, 200);
    assert_eq!((sink.breaker(), sink.report().stopped_because), (State::Closed, None));
    assert_eq!(outbox.dead_letters(), []);
}

#[tokio::test(start_paused = true)]
async fn a_setting_that_is_wrong_from_the_start_is_said() {
    for refused in [
        unauthorized(),
        WriteError::Data {
            kind: DataRefusal::Malformed,
            reason: "401 Unauthorized: no".into(),
            lines: vec![],
        },
    ] {
        let server = Server::new(Style::V3);
        server.fail_to_prepare([refused]);
        let sink = Running::start(exact(), waiting(lines(0..100)), server.clone());
        sink.until(1).await;
        assert!(sink.report().stopped_because.unwrap().contains("401"));
        assert_eq!((sink.report().breaker, server.writes().len()), (State::Open, 0));
        assert_eq!(sink.report().server, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_setting_found_wrong_while_nothing_waits_is_forgotten_once_mended() {
    let server = Server::new(Style::V2);
    server.fail_to_prepare([unauthorized()]);
    let sink = Running::start(exact(), waiting(lines(0..0)), server.clone());
    sink.until(60).await;
    assert_eq!(server.prepared_at(), [0, 60_000]);
    let report = sink.report();
    assert_eq!((report.stopped_because, report.breaker, report.connected), (None, State::Closed, true));
}
