//! The outbox's bound and the disk's floor: what has no room is deferred, counted, said, and queued later.

use chrono::TimeDelta;
use game_model::{Game, GameStatus, ObservationLog};
use influx_schema::nanoseconds;
use outbox::{EntryId, Outbox};

use super::support::{ON, Place, balances, game, scored, totals, until, waiting};
use crate::{QueueConfig, Store, StoreConfig};

/// A little more than the longest line of these tests.
const LINE: u64 = 320;

fn bounded(place: &Place, lines: u64) -> StoreConfig {
    StoreConfig { queue: ON, outbox_max_bytes: lines * LINE, ..place.config() }
}

fn live(games: u32) -> Vec<Game> {
    (0..games).map(|id| game(id, GameStatus::Live)).collect()
}

async fn ids(store: &Store) -> Vec<EntryId> {
    store.peek(EntryId::START, usize::MAX).await.unwrap().into_iter().map(|entry| entry.id).collect()
}

#[tokio::test]
async fn what_has_no_room_in_the_outbox_is_deferred_and_queued_once_there_is() {
    let place = Place::new();
    let store = place.open_as(bounded(&place, 8)).unwrap();
    let committed = place.observe(&store, &live(20)).await;
    let (queued, deferred) = (committed.queued, committed.deferred);
    assert_eq!((committed.recorded, queued + deferred), (20, 20), "history goes on");
    assert!((8..20).contains(&queued), "{queued}");
    let now = totals(&store);
    assert_eq!((now.accepted, now.pending, now.deferred), (20, 20, deferred), "accepted all the same");
    assert!(store.pending_bytes() <= 8 * LINE);
    let reasons = store.report().reasons;
    assert!(reasons[0].starts_with(&format!("{deferred} points are deferred")), "{reasons:?}");
    assert_eq!(place.read::<u64>("SELECT count(*) FROM observations WHERE deferred = 1"), deferred);

    let mut sent = Vec::new();
    while sent.len() < 20 {
        let before = totals(&store);
        let entries = store.peek(EntryId::START, usize::MAX).await.unwrap();
        store.acknowledge(&entries.iter().map(|entry| entry.id).collect::<Vec<_>>()).await.unwrap();
        sent.extend(entries.into_iter().map(|entry| entry.bytes));
        let room_used = || totals(&store).deferred == 0 || totals(&store).deferred < before.deferred;
        until(&store, "deferred lines are queued", room_used).await;
        balances(&place);
    }
    assert_eq!(
        sent,
        place.history().iter().map(|row| row.point.encode()).collect::<Vec<_>>(),
        "oldest first"
    );
    let now = totals(&store);
    assert_eq!((now.accepted, now.delivered, now.pending, now.deferred), (20, 20, 0, 0));
    assert!(store.report().reasons.is_empty(), "{:?}", store.report().reasons);
}

#[tokio::test]
async fn a_quarter_of_the_outbox_stays_for_what_is_observed_meanwhile() {
    let place = Place::new();
    let store = place.open_as(bounded(&place, 40)).unwrap();
    place.observe(&store, &live(100)).await;
    store.acknowledge(&ids(&store).await).await.unwrap();
    until(&store, "the backlog has its share", || store.pending_bytes() >= 30 * LINE).await;
    assert!(store.pending_bytes() < 31 * LINE + LINE, "and no more: {}", store.pending_bytes());
    assert!(totals(&store).deferred > 0);
    place.clock.pass(TimeDelta::seconds(15));
    let committed = place.observe(&store, &live(5)).await;
    assert_eq!(
        (committed.queued, committed.deferred),
        (5, 0),
        "live games are not held up behind the backlog"
    );
}

#[tokio::test]
async fn history_from_before_influxdb_waits_for_room_without_being_pruned() {
    let place = Place::new();
    let off = place.open(None);
    place.observe(&off, &live(50)).await;
    off.close().await;
    place.clock.pass(TimeDelta::days(11));
    let retention = Some(super::support::DAY * 10);
    let store = place.open_as(StoreConfig { retention, ..bounded(&place, 8) }).unwrap();
    let mut sent = 0;
    while sent < 50 {
        until(&store, "more is queued", || totals(&store).pending > 0).await;
        assert!(store.pending_bytes() <= 8 * LINE);
        assert_eq!(totals(&store).deferred, 0, "what was never accepted is not deferred");
        let queued = ids(&store).await;
        store.acknowledge(&queued).await.unwrap();
        sent += queued.len();
    }
    assert_eq!((sent, totals(&store).accepted), (50, 50));
    place.clock.pass(TimeDelta::hours(2));
    until(&store, "pruning begins once all is queued", || store.report().observations == 0).await;
}

#[tokio::test]
async fn a_deferred_row_is_never_pruned() {
    let place = Place::new();
    let retention = Some(super::support::DAY * 10);
    let config = StoreConfig { retention, outbox_max_bytes: 0, ..bounded(&place, 0) };
    let store = place.open_as(config.clone()).unwrap();
    place.observe(&store, &live(10)).await;
    place.clock.pass(TimeDelta::days(11));
    place.observe(&store, &[game(11, GameStatus::Live)]).await;
    until(&store, "one line at a time passes", || totals(&store).deferred == 10).await;
    place.clock.pass(TimeDelta::hours(2));
    for _ in 0..20 {
        place.observe(&store, &[]).await;
    }
    assert_eq!(place.history().len(), 11);
    balances(&place);
}

#[tokio::test]
async fn a_low_disk_defers_and_history_goes_on() {
    let place = Place::new();
    let low = StoreConfig { disk_free_min_bytes: u64::MAX, ..bounded(&place, 100) };
    let store = place.open_as(low).unwrap();
    let committed = place.observe(&store, &live(3)).await;
    assert_eq!((committed.recorded, committed.queued, committed.deferred), (3, 0, 3));
    let report = store.report();
    assert!(report.reasons[0].contains("DISK_FREE_MIN_BYTES"), "{:?}", report.reasons);
    assert!(report.disk_free_bytes.is_some_and(|free| free > 0));
    assert_eq!(totals(&store).deferred, 3);
    store.close().await;

    let crashed = place.crash();
    let store = crashed.open_as(bounded(&crashed, 100)).unwrap();
    assert_eq!(totals(&store).pending, 3, "the figures live in the database");
    until(&store, "deferred lines are queued", || totals(&store).deferred == 0).await;
    let lines: Vec<_> = crashed.history().iter().map(|row| row.point.encode()).collect();
    assert_eq!(waiting(&store).await, lines);
}

#[tokio::test]
async fn what_is_deferred_waits_while_influxdb_is_off() {
    let place = Place::new();
    let store = place.open_as(StoreConfig { outbox_max_bytes: 0, ..bounded(&place, 0) }).unwrap();
    place.observe(&store, &live(2)).await;
    store.close().await;
    let store = place.open(None);
    place.observe(&store, &[scored(game(3, GameStatus::Finished), 3)]).await;
    let now = totals(&store);
    assert_eq!(now.pending, now.deferred + waiting(&store).await.len() as u64);
    assert!(store.report().reasons[0].contains("once InfluxDB is switched on again"));
    store.close().await;
    let store = place.open(ON);
    until(&store, "all is queued", || waiting_now(&place) == 3).await;
    assert_eq!((totals(&store).accepted, totals(&store).deferred), (3, 0));
    balances(&place);
}

fn waiting_now(place: &Place) -> u64 {
    place.read("SELECT count(*) FROM outbox")
}

#[tokio::test]
async fn a_deferred_row_that_is_damaged_becomes_a_dead_letter() {
    let place = Place::new();
    let store = place.open_as(StoreConfig { disk_free_min_bytes: u64::MAX, ..bounded(&place, 9) }).unwrap();
    place.observe(&store, &live(3)).await;
    store.close().await;
    let db = rusqlite::Connection::open(place.database()).unwrap();
    db.execute_batch("DELETE FROM series WHERE id = 2").unwrap();
    drop(db);
    let store = place.open(ON);
    until(&store, "what can be read is queued", || totals(&store).deferred == 0).await;
    let now = totals(&store);
    assert_eq!((now.accepted, now.pending, now.set_aside), (3, 2, 1));
    assert!(place.read::<String>("SELECT reason FROM dead_letters").contains("damaged"));
    balances(&place);
}

#[tokio::test]
async fn a_point_that_grew_older_than_influxdbs_retention_is_sent_all_the_same() {
    let place = Place::new();
    let queue = Some(QueueConfig { retention: super::support::DAY * 30 });
    let low = StoreConfig { queue, disk_free_min_bytes: u64::MAX, ..bounded(&place, 9) };
    let store = place.open_as(low).unwrap();
    place.observe(&store, &live(1)).await;
    store.close().await;
    place.clock.pass(TimeDelta::days(31));
    let store = place.open(queue);
    until(&store, "it is queued", || totals(&store).deferred == 0).await;
    assert_eq!(waiting(&store).await.len(), 1, "what was accepted is InfluxDB's to judge");
    let remembered = store.remembered("nfl".parse().unwrap(), place.observation(&[]).observed_at).await;
    assert!(nanoseconds(remembered.unwrap()[0].observed_at) > 0);
}
