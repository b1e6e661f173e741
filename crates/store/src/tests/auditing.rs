//! The counters are compared with the tables, in the background, and a difference is said.

use chrono::TimeDelta;
use game_model::GameStatus;
use rusqlite::Connection;

use super::support::{ON, Place, game, until};

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
