//! What a command finds out about the database.

use std::time::Duration;

use game_model::GameStatus;
use outbox::{EntryId, Outbox};
use rusqlite::Connection;

use super::support::{ON, Place, game, totals};
use crate::{Checkup, OpenError};

#[tokio::test]
async fn a_sound_database_beside_a_running_service() {
    let place = Place::new();
    let store = place.open(ON);
    let empty = Checkup::run(&place.dir()).unwrap();
    assert_eq!((empty.newest, empty.observations), (None, 0));

    place.observe(&store, &[game(1, GameStatus::Live), game(2, GameStatus::Live)]).await;
    store.acknowledge(&[EntryId(1)]).await.unwrap();
    let checkup = Checkup::run(&place.dir()).unwrap();
    assert!(checkup.damage.is_empty() && checkup.differences.is_empty(), "{checkup:?}");
    assert_eq!((checkup.observations, checkup.totals), (2, totals(&store)));
    assert_eq!(checkup.newest, Some(place.observation(&[]).observed_at));
    assert!(checkup.bytes > 4096 && checkup.disk_free_bytes.is_some_and(|free| free > 0));
    assert!(checkup.commit.is_ok_and(|time| time > Duration::ZERO));
    assert_eq!(checkup.path, place.database());
    place.observe(&store, &[game(3, GameStatus::Live)]).await;
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let place = Place::new();
    let store = place.open(ON);
    let games: Vec<_> = (0..200).map(|id| game(id, GameStatus::Live)).collect();
    place.observe(&store, &games).await;
    store.close().await;
    let other = Connection::open(place.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; UPDATE counters SET observations = 7").unwrap();
    let checkup = Checkup::run(&place.dir()).unwrap();
    assert!(checkup.damage.is_empty());
    assert!(checkup.differences.is_empty(), "{:?}", checkup.differences);
    assert!(checkup.commit.unwrap_err().contains("is locked by another program"));
    other.execute_batch("COMMIT").unwrap();
    let checkup = Checkup::run(&place.dir()).unwrap();
    assert_eq!(checkup.differences.len(), 1, "{:?}", checkup.differences);
    drop(other);

    let mut bytes = std::fs::read(place.database()).unwrap();
    let last = bytes.len() - 4096;
    bytes[last..].fill(0x5a);
    std::fs::write(place.database(), bytes).unwrap();
    let checkup = Checkup::run(&place.dir()).unwrap();
    assert!(!checkup.damage.is_empty(), "{checkup:?}");
}

#[tokio::test]
async fn without_a_database_there_is_nothing_to_check() {
    let place = Place::new();
    assert!(matches!(Checkup::run(&place.dir()), Err(OpenError::Missing { .. })));
}
