//! Lines that the server refuses for what is in them.

use std::sync::Arc;

use circuit_breaker::State;
use influx_client::{DataRefusal, LineRefusal, WriteError};
use outbox::MemoryOutbox;

use crate::server::{NAME, Server, Style};
use crate::{Running, exact, lines, unavailable, waiting};

/// A batch of a hundred lines with the given ones in their places.
fn batch_with(others: &[(usize, &str)]) -> Arc<MemoryOutbox> {
    let mut batch = lines(0..100);
    for (place, line) in others {
        (*line).clone_into(&mut batch[*place]);
    }
    waiting(batch)
}

/// What was set aside: the line and the reason.
fn dead(outbox: &MemoryOutbox) -> Vec<(String, String)> {
    let letters = outbox.dead_letters().into_iter();
    letters
        .map(|(bytes, rejection)| {
            assert_eq!(rejection.server, NAME);
            (String::from_utf8(bytes.to_vec()).unwrap(), rejection.reason)
        })
        .collect()
}

fn unparsable(line: &str) -> (String, String) {
    (line.to_owned(), format!("unable to parse '{line}'"))
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_halved_until_the_poison_stands_alone() {
    for style in [Style::V1, Style::V2] {
        let outbox = batch_with(&[(41, "poison a"), (97, "poison b")]);
        let server = Server::new(style);
        let sink = Running::start(exact(), outbox.clone(), server.clone());
        sink.until(0).await;
        assert_eq!(dead(&outbox), [unparsable("poison a"), unparsable("poison b")]);
        let totals = sink.totals();
        assert_eq!((totals.delivered, totals.set_aside, totals.pending), (98, 2, 0));
        let mut stored = server.stored();
        stored.sort();
        stored.dedup();
        assert_eq!(stored.len(), 98, "all others are written");
        assert!(server.writes().len() < 32, "{:?}", server.writes());
        let report = sink.report();
        assert_eq!((report.breaker, report.batches_failed, report.connected), (State::Closed, 0, true));
        assert!(report.batches_refused > 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_names_the_lines_is_not_asked_again() {
    let outbox = batch_with(&[(0, "poison a"), (99, "indistinct"), (50, "conflict")]);
    let server = Server::new(Style::V3);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(0).await;
    assert_eq!(server.writes(), [(0, 100)]);
    let named = |line: &str, reason: &str| (line.to_owned(), reason.to_owned());
    assert_eq!(
        dead(&outbox),
        [
            unparsable("poison a"),
            named("conflict", "field type conflict"),
            named("indistinct", "bad request")
        ]
    );
    assert_eq!((sink.totals().delivered, sink.totals().pending), (97, 0));
    assert_eq!((sink.report().batches_written, sink.report().points_sent), (1, 97));
    assert_eq!(sink.report().last_error, None, "after the server took lines");
}

#[tokio::test(start_paused = true)]
async fn numbers_that_name_no_line_are_not_believed() {
    let named = |line| WriteError::Data {
        kind: DataRefusal::Malformed,
        reason: "partial write".into(),
        lines: vec![LineRefusal { line, reason: "bad".into() }],
    };
    let cases = [(0, "line 50"), (101, "line 50"), (1, "two\nlines"), (1, "")];
    for (number, fifty) in cases {
        let (outbox, server) = (batch_with(&[(50, fifty)]), Server::new(Style::V2));
        server.fail([named(number)]);
        let sink = Running::start(exact(), outbox.clone(), server.clone());
        sink.until(0).await;
        assert_eq!(dead(&outbox), []);
        assert_eq!(sink.totals().delivered, 100);
        assert_eq!(server.writes().len(), 3, "it is split instead");
    }
}

#[tokio::test(start_paused = true)]
async fn a_single_line_takes_the_reason_given_for_it() {
    let (outbox, server) = (waiting(["line"]), Server::new(Style::V2));
    let lines = vec![LineRefusal { line: 1, reason: "the line's own".into() }];
    server.fail([WriteError::Data { kind: DataRefusal::Malformed, reason: "general".into(), lines }]);
    let sink = Running::start(exact(), outbox.clone(), server);
    sink.until(10).await;
    assert_eq!(dead(&outbox), [("line".into(), "the line's own".into())]);
    assert_eq!(sink.totals().pending, 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_too_large_is_split_and_a_line_too_large_set_aside() {
    let (outbox, server) = (batch_with(&[(1, "huge line")]), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server);
    sink.until(0).await;
    assert_eq!(dead(&outbox), [("huge line".into(), "too large: 'huge line'".into())]);
    assert_eq!((sink.totals().delivered, sink.totals().pending), (99, 0));
}

#[tokio::test(start_paused = true)]
async fn three_lines_refused_for_one_reason_before_any_was_taken_are_kept() {
    for style in [Style::V2, Style::V3] {
        let (outbox, server) = (waiting(vec!["indistinct"; 100]), Server::new(style));
        let sink = Running::start(exact(), outbox.clone(), server.clone());
        sink.until(0).await;
        assert_eq!(dead(&outbox), []);
        let (totals, report) = (sink.totals(), sink.report());
        assert_eq!((totals.pending, totals.set_aside, report.breaker), (100, 0, State::Open));
        let reason = report.stopped_because.unwrap();
        assert!(reason.contains("a setting is wrong rather than the data: bad request"), "{reason}");
        // It is tried again when the breaker lets a probe pass, after a look at the server.
        let before = server.writes().len();
        sink.until(60).await;
        assert_eq!(server.writes()[before], (60_000, 100));
        assert_eq!(server.prepared_at(), [0, 60_000]);
        assert_eq!((sink.totals().pending, sink.breaker()), (100, State::Open));
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_that_can_only_be_about_the_data_are_believed() {
    for (line, style) in [("conflict", Style::V1), ("stale", Style::V2), ("stale", Style::V3)] {
        let (outbox, server) = (waiting(vec![line; 100]), Server::new(style));
        let sink = Running::start(exact(), outbox.clone(), server);
        sink.until(0).await;
        assert_eq!((sink.totals().set_aside, sink.totals().pending), (100, 0), "{line}");
        assert_eq!((sink.breaker(), sink.report().stopped_because), (State::Closed, None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_taken_or_another_reason_shows_that_the_data_is_bad() {
    let many = |first: &[&str]| {
        let mut batch: Vec<String> = first.iter().map(|&line| line.to_owned()).collect();
        batch.resize(99, "indistinct".into());
        waiting([batch, lines(99..100)].concat())
    };
    for first in [&["line"][..], &["indistinct", "line"], &["indistinct", "poison"], &["conflict"]] {
        let (outbox, server) = (many(first), Server::new(Style::V2));
        let sink = Running::start(exact(), outbox.clone(), server.clone());
        sink.until(0).await;
        assert_eq!((sink.totals().pending, sink.breaker()), (0, State::Closed), "{first:?}");
        assert_eq!(sink.totals().delivered, server.stored().len() as u64);
    }
}

#[tokio::test(start_paused = true)]
async fn two_lines_refused_for_one_reason_are_believed() {
    let (outbox, server) = (waiting(["indistinct"; 2]), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server);
    sink.until(10).await;
    assert_eq!((sink.totals().set_aside, sink.totals().pending), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_failure_inside_a_split_ends_it_and_keeps_the_rest() {
    let (outbox, server) = (batch_with(&[(60, "poison")]), Server::new(Style::V2));
    let refused = WriteError::Data { kind: DataRefusal::Malformed, reason: "poison".into(), lines: vec![] };
    // The whole is refused, its older half is refused too, and of that half the older quarter is lost on the way.
    server.fail([refused.clone(), refused, unavailable()]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(4).await;
    assert_eq!(server.writes(), [(0, 100), (0, 50), (0, 25)]);
    assert_eq!((sink.totals().pending, sink.report().batches_failed), (100, 1));
    assert_eq!(sink.report().breaker_counts.consecutive_failures, 1);
    sink.until(5).await;
    assert_eq!(dead(&outbox), [unparsable("poison")]);
    assert_eq!((sink.totals().delivered, sink.totals().pending), (99, 0));
}

#[tokio::test(start_paused = true)]
async fn a_probe_of_which_lines_are_taken_closes_the_breaker() {
    let (outbox, server) = (batch_with(&[(7, "poison")]), Server::new(Style::V3));
    server.fail(vec![unavailable(); 3]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(75).await;
    assert_eq!(server.writes().len(), 4, "all settled by the probe");
    assert_eq!((sink.breaker(), sink.totals().delivered), (State::Closed, 99));
    assert_eq!(dead(&outbox), [unparsable("poison")]);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_meets_poison_is_split_and_closes_the_breaker_when_a_line_is_taken() {
    let (outbox, server) = (batch_with(&[(0, "poison")]), Server::new(Style::V2));
    server.fail(vec![unavailable(); 3]);
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(15).await;
    assert_eq!(sink.breaker(), State::Open);
    sink.until(75).await;
    assert_eq!(sink.breaker(), State::Closed);
    assert_eq!(dead(&outbox), [unparsable("poison")]);
    assert_eq!(sink.totals().delivered, 99);
    assert_eq!(sink.report().breaker_counts.opened, 1, "a refused line is no failure of the probe");
}
