//! The counters are compared with the tables, in the background, and a difference is said.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use game_model::GameStatus;
use outbox::{EntryId, Outbox, Rejection};
use rusqlite::Connection;

use super::support::{ON, Place, game, totals, until};
use crate::StoreConfig;
use crate::audit::differences;

#[tokio::test]
async fn a_difference_is_said_until_it_is_gone() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    store.close().await;
    let other = Connection::open(place.database()).unwrap();
    other.execute_batch("UPDATE counters SET pending_bytes = pending_bytes + 1").unwrap();

    let store = place.open(ON);
    let said = |place: &str| store.report().reasons.iter().any(|reason| reason.contains(place));
    until(&store, "the audit of the start says it", || said("bytes that wait")).await;
    assert_eq!(store.report().reasons.len(), 1, "{:?}", store.report().reasons);
    other.execute_batch("UPDATE counters SET pending_bytes = pending_bytes - 1").unwrap();
    place.clock.pass(TimeDelta::minutes(61));
    until(&store, "the next audit says no more", || store.report().reasons.is_empty()).await;
}

#[tokio::test]
async fn the_writer_goes_on_and_closes_while_an_audit_runs() {
    let place = Place::new();
    let off = place.open(None);
    let games: Vec<_> = (0..2000).map(|id| game(id, GameStatus::Live)).collect();
    place.observe(&off, &games).await;
    off.close().await;
    for _ in 0..20 {
        let store = place.open(ON);
        place.observe(&store, &[game(1, GameStatus::Live)]).await;
        assert!(store.report().reasons.is_empty(), "{:?}", store.report().reasons);
        store.close().await;
        assert!(place.files("-wal").is_empty(), "the audit let go of the database");
    }
}

/// Tells others to stop, also when a check fails.
struct Stop(Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Compares in every snapshot that it gets, until it is told to stop; tells how many.
fn compare_until(stop: &AtomicBool, database: &Path) -> u32 {
    let mut db = Connection::open(database).unwrap();
    let mut snapshots = 0;
    while !stop.load(Ordering::Relaxed) {
        assert_eq!(differences(&mut db).unwrap(), Vec::<String>::new());
        snapshots += 1;
    }
    snapshots
}

#[tokio::test]
async fn the_books_balance_in_every_snapshot() {
    let place = Place::in_memory();
    let config = StoreConfig { queue: ON, outbox_max_bytes: 8_000, ..place.config() };
    let store = place.open_as(config).unwrap();
    let stop = Stop(Arc::default());
    let (told, database) = (Arc::clone(&stop.0), place.database());
    let compared = std::thread::spawn(move || compare_until(&told, &database));
    let mut deferred = 0;
    for games in (0..300).map(|round| if round % 10 == 0 { 40 } else { 4 }) {
        let games: Vec<_> = (0..games).map(|id| game(id, GameStatus::Live)).collect();
        deferred += place.observe(&store, &games).await.deferred;
        let waiting = store.peek(EntryId::START, 10).await.unwrap();
        let refused = Rejection { id: waiting[0].id, reason: "no".into(), server: "x".into() };
        store.set_aside(&[refused]).await.unwrap();
        let ids: Vec<_> = waiting[1..].iter().map(|entry| entry.id).collect();
        store.acknowledge(&ids).await.unwrap();
        let now = totals(&store);
        assert_eq!(now.accepted, now.delivered + now.pending + now.set_aside);
    }
    drop(stop);
    assert!(compared.join().unwrap() > 10);
    assert!(deferred > 0, "some were deferred");
}
