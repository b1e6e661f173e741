//! Dead letters in the hands of a command, beside a running service and without one.

use std::time::Duration;

use chrono::TimeDelta;
use game_model::{GameStatus, ObservationLog};
use outbox::{EntryId, Outbox, Rejection};
use rusqlite::Connection;

use super::support::{ON, Place, balances, game, totals, waiting};
use crate::{DeadLetterFilter, DeadLetters, OpenError, Store};

/// How long a running service may take to notice.
const NOTICED: Duration = Duration::from_secs(30);

/// A running service whose InfluxDB refused everything that it observed.
async fn refused(place: &Place, games: u32) -> Store {
    let store = place.open(ON);
    let games: Vec<_> = (0..games).map(|id| game(id, GameStatus::Live)).collect();
    place.observe(&store, &games).await;
    for entry in store.peek(EntryId::START, usize::MAX).await.unwrap() {
        let (reason, server) = if entry.id.0 % 2 == 0 {
            ("Field type CONFLICT", "InfluxDB 1")
        } else {
            ("outside retention", "InfluxDB 2")
        };
        let rejection = Rejection { id: entry.id, reason: reason.into(), server: server.into() };
        store.set_aside(&[rejection]).await.unwrap();
        place.clock.pass(TimeDelta::seconds(1));
    }
    store
}

/// Waits until the running service tells totals that hold.
async fn noticed(store: &Store, holds: impl Fn(outbox::Totals) -> bool) {
    let mut watched = store.totals();
    let seen = tokio::time::timeout(NOTICED, watched.wait_for(|totals| holds(*totals))).await;
    assert!(seen.is_ok(), "not noticed: {:?}", totals(store));
}

#[tokio::test]
async fn a_running_service_notices_what_is_retried() {
    let place = Place::new();
    let store = refused(&place, 3).await;
    let bytes: Vec<_> = place.history().iter().map(|row| row.point.encode()).collect();
    let mut letters = DeadLetters::open(&place.dir()).unwrap();
    assert_eq!(letters.retry(&DeadLetterFilter::default()).unwrap(), 3);
    noticed(&store, |totals| totals.pending == 3).await;
    let now = totals(&store);
    assert_eq!((now.accepted, now.set_aside, now.discarded, now.newest), (3, 0, 0, EntryId(6)));
    assert_eq!(waiting(&store).await, bytes, "the same bytes");
    balances(&place);

    let entry = store.peek(EntryId::START, 1).await.unwrap().remove(0);
    let rejection = Rejection { id: entry.id, reason: "again".into(), server: "InfluxDB 1".into() };
    store.set_aside(&[rejection]).await.unwrap();
    assert_eq!(letters.show(4).unwrap().unwrap().reason, "again");
    assert_eq!(totals(&store).set_aside, 1);
    balances(&place);
}

#[tokio::test]
async fn what_is_discarded_stays_counted() {
    let place = Place::new();
    let store = refused(&place, 5).await;
    let mut letters = DeadLetters::open(&place.dir()).unwrap();
    let of_one = DeadLetterFilter { server: Some("InfluxDB 1".into()), ..DeadLetterFilter::default() };
    assert_eq!(letters.discard(&of_one).unwrap(), 2);
    noticed(&store, |totals| totals.discarded == 2).await;
    let now = totals(&store);
    assert_eq!((now.accepted, now.pending, now.set_aside), (5, 0, 5));
    assert_eq!(letters.count(&DeadLetterFilter::default()).unwrap(), 3);
    balances(&place);
    store.close().await;
    assert_eq!(totals(&place.open(ON)).discarded, 2, "the figures live in the database");
}

#[tokio::test]
async fn each_part_of_a_filter_narrows_what_is_meant() {
    let place = Place::new();
    let store = refused(&place, 6).await;
    let first = place.observation(&[]).observed_at - TimeDelta::seconds(6);
    let letters = DeadLetters::open(&place.dir()).unwrap();
    let all = DeadLetterFilter::default;
    for (filter, ids) in [
        (all(), vec![1, 2, 3, 4, 5, 6]),
        (DeadLetterFilter { ids: Some(vec![2, 5, 99]), ..all() }, vec![2, 5]),
        (DeadLetterFilter { ids: Some(vec![]), ..all() }, vec![]),
        (DeadLetterFilter { league: Some("nfl".parse().unwrap()), ..all() }, vec![1, 2, 3, 4, 5, 6]),
        (DeadLetterFilter { league: Some("nhl".parse().unwrap()), ..all() }, vec![]),
        (DeadLetterFilter { server: Some("InfluxDB 2".into()), ..all() }, vec![1, 3, 5]),
        (DeadLetterFilter { reason: Some("type conflict".into()), ..all() }, vec![2, 4, 6]),
        (DeadLetterFilter { reason: Some("%".into()), ..all() }, vec![]),
        (DeadLetterFilter { since: Some(first + TimeDelta::seconds(4)), ..all() }, vec![5, 6]),
        (DeadLetterFilter { until: Some(first + TimeDelta::seconds(1)), ..all() }, vec![1]),
        (DeadLetterFilter { ids: Some(vec![2, 3]), server: Some("InfluxDB 2".into()), ..all() }, vec![3]),
    ] {
        let found = letters.list(&filter, 0, 100).unwrap();
        assert_eq!(found.iter().map(|letter| letter.id).collect::<Vec<_>>(), ids, "{filter:?}");
        assert_eq!(letters.count(&filter).unwrap(), ids.len() as u64, "{filter:?}");
    }
    let page = letters.list(&all(), 2, 3).unwrap();
    assert_eq!(page.iter().map(|letter| letter.id).collect::<Vec<_>>(), [3, 4, 5], "paged by id");
    let shown = letters.show(3).unwrap().unwrap();
    assert_eq!(
        (shown.reason.as_str(), shown.set_aside_at),
        ("outside retention", first + TimeDelta::seconds(2))
    );
    assert_eq!(shown.line, place.history()[2].point.encode());
    assert_eq!(letters.show(99).unwrap(), None);
    drop(store);
}

#[tokio::test]
async fn thousands_are_retried_in_chunks_while_the_service_writes() {
    let place = Place::new();
    let store = place.open(ON);
    let games: Vec<_> = (0..1200).map(|id| game(id, GameStatus::Live)).collect();
    place.observe(&store, &games).await;
    let refused: Vec<_> = store
        .peek(EntryId::START, usize::MAX)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| Rejection { id: entry.id, reason: "no".into(), server: "x".into() })
        .collect();
    store.set_aside(&refused).await.unwrap();
    let dir = place.dir();
    let retry = tokio::task::spawn_blocking(move || {
        DeadLetters::open(&dir).unwrap().retry(&DeadLetterFilter::default()).unwrap()
    });
    for _ in 0..20 {
        assert!(store.commit(place.observation(&games[..2])).await.is_ok(), "never locked out");
    }
    assert_eq!(retry.await.unwrap(), 1200);
    noticed(&store, |totals| totals.pending == 1240).await;
    balances(&place);
}

#[tokio::test]
async fn without_a_service_the_next_one_finds_what_was_retried() {
    let place = Place::new();
    refused(&place, 2).await.close().await;
    let mut letters = DeadLetters::open(&place.dir()).unwrap();
    let one = DeadLetterFilter { ids: Some(vec![2]), ..DeadLetterFilter::default() };
    assert_eq!(letters.retry(&one).unwrap(), 1);
    assert_eq!(letters.retry(&one).unwrap(), 0);
    // As a power cut would leave it.
    let crashed = place.crash();
    let store = crashed.open(ON);
    assert_eq!((totals(&store).pending, totals(&store).set_aside), (1, 1));
    assert!(store.report().reasons.is_empty());
}

#[tokio::test]
async fn a_command_makes_and_mends_nothing() {
    let place = Place::new();
    let open = || DeadLetters::open(&place.dir()).unwrap_err();
    assert!(matches!(open(), OpenError::Missing { .. }), "{:?}", open());
    assert!(open().to_string().contains("start the service once"));
    assert!(!place.dir().exists());

    std::fs::create_dir(place.dir()).unwrap();
    let db = Connection::open(place.database()).unwrap();
    db.execute_batch(crate::schema::MIGRATIONS[0]).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    db.pragma_update(None, "application_id", crate::schema::APPLICATION_ID).unwrap();
    assert!(matches!(open(), OpenError::Older { found: 1, .. }), "{:?}", open());
    db.pragma_update(None, "user_version", 900).unwrap();
    assert!(matches!(open(), OpenError::Newer { .. }), "{:?}", open());
    db.pragma_update(None, "application_id", 7).unwrap();
    assert!(matches!(open(), OpenError::Foreign { .. }), "{:?}", open());
}

#[tokio::test]
async fn another_programs_lock_is_an_error_and_changes_nothing() {
    let place = Place::new();
    refused(&place, 1).await.close().await;
    let mut letters = DeadLetters::open(&place.dir()).unwrap();
    let other = Connection::open(place.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = letters.discard(&DeadLetterFilter::default()).unwrap_err();
    assert!(error.to_string().contains("is locked by another program"), "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(letters.count(&DeadLetterFilter::default()).unwrap(), 1);
}
