//! When a batch goes out.

use std::num::NonZeroUsize;
use std::time::Duration;

use influx_sink::SinkConfig;
use outbox::{EntryId, Outbox};

use crate::server::{Server, Style};
use crate::{Running, exact, lines, waiting};

#[tokio::test(start_paused = true)]
async fn a_full_batch_goes_at_once() {
    let (outbox, server) = (waiting(lines(0..0)), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(3).await;
    outbox.queue(lines(0..100));
    sink.until(4).await;
    assert_eq!(server.writes(), [(3_001, 100)]);
    assert_eq!(server.bodies()[0], lines(0..100));
    assert_eq!((sink.totals().delivered, sink.totals().pending), (100, 0));
}

#[tokio::test(start_paused = true)]
async fn fewer_wait_for_the_interval_after_the_oldest() {
    let (outbox, server) = (waiting(lines(0..0)), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(3).await;
    outbox.queue(lines(0..98));
    sink.until(9).await;
    outbox.queue(lines(98..99));
    sink.until(14).await;
    assert_eq!(server.writes(), [(13_001, 99)]);
    // The next line waits for an interval of its own.
    outbox.queue(lines(99..100));
    sink.until(25).await;
    assert_eq!(server.writes()[1..], [(24_001, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_hundredth_line_sends_them_all() {
    let (outbox, server) = (waiting(lines(0..99)), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(4).await;
    assert_eq!(server.writes(), []);
    outbox.queue(lines(99..100));
    sink.until(5).await;
    assert_eq!(server.writes(), [(4_001, 100)]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_at_the_start_is_known_since_then() {
    let (outbox, server) = (waiting(lines(0..99)), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox, server.clone());
    sink.until(10).await;
    assert_eq!(server.writes(), [(10_000, 99)]);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_came_during_a_write_waits_no_longer_than_the_interval() {
    let (outbox, server) = (waiting(lines(0..100)), Server::new(Style::V2));
    server.takes(Duration::from_secs(4));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    sink.until(1).await;
    outbox.queue(lines(100..101));
    sink.until(20).await;
    assert_eq!(server.writes(), [(0, 100), (11_001, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_somebody_else_took_away_leaves_no_interval_behind() {
    let (outbox, server) = (waiting(lines(0..0)), Server::new(Style::V2));
    let sink = Running::start(exact(), outbox.clone(), server.clone());
    outbox.queue(lines(0..1));
    sink.until(3).await;
    outbox.acknowledge(&[EntryId(1)]).await.unwrap();
    sink.until(8).await;
    outbox.queue(lines(1..2));
    sink.until(30).await;
    assert_eq!(server.writes(), [(18_001, 1)]);
}

#[tokio::test(start_paused = true)]
async fn the_jitter_is_within_its_bound_and_differs() {
    let (outbox, server) = (waiting(lines(0..0)), Server::new(Style::V2));
    let sink = Running::start(SinkConfig::default(), outbox.clone(), server.clone());
    for number in 0..20 {
        sink.until(number as u64 * 20).await;
        outbox.queue(lines(number..number + 1));
    }
    sink.until(20 * 20).await;
    let waited: Vec<u64> = (0..).zip(server.writes()).map(|(n, (at, _))| at - (n * 20_000 + 1)).collect();
    assert_eq!(waited.len(), 20);
    assert!(waited.iter().all(|wait| (10_000..=12_000).contains(wait)), "{waited:?}");
    assert!(waited.iter().max().unwrap() - waited.iter().min().unwrap() > 500, "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn sizes_are_settings() {
    let one = NonZeroUsize::MIN;
    let config = SinkConfig { batch_size: one, drain_batch_size: one, ..exact() };
    let (outbox, server) = (waiting(lines(0..2)), Server::new(Style::V2));
    let sink = Running::start(config, outbox, server.clone());
    sink.until(0).await;
    assert_eq!(server.writes(), [(0, 1), (0, 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_draining_batch_is_no_smaller_than_others() {
    let config = SinkConfig { drain_batch_size: NonZeroUsize::MIN, ..exact() };
    let (outbox, server) = (waiting(lines(0..150)), Server::new(Style::V2));
    let sink = Running::start(config, outbox, server.clone());
    sink.until(0).await;
    assert_eq!(server.writes(), [(0, 100), (0, 50)]);
}

#[tokio::test(start_paused = true)]
async fn the_report_tells_what_was_sent_and_when() {
    use chrono::DateTime;
    use influx_sink::InfluxSink;
    use tokio_util::sync::CancellationToken;

    let (outbox, server) = (waiting(lines(0..3)), Server::new(Style::V2));
    let noon = DateTime::from_timestamp(1_662_926_400, 0).unwrap();
    let sink = InfluxSink::new(exact(), outbox, server).with_wall_clock(move || noon);
    let report = sink.report();
    assert!(!report.borrow().connected);
    let stop = CancellationToken::new();
    stop.cancel();
    sink.run(stop, Duration::from_secs(1)).await;
    let report = report.borrow();
    assert!(report.connected);
    assert_eq!((report.batches_written, report.points_sent, report.bytes_sent), (1, 3, 20));
    assert_eq!(report.last_write, Some(noon));
    assert_eq!((&report.last_error, report.retry_in()), (&None, None));
}
