//! What is queued for InfluxDB: each row once, whenever it is switched on.

use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use game_model::GameStatus;
use outbox::{EntryId, Outbox, Rejection};
use rusqlite::Connection;

use super::support::{DAY, ON, Place, Run, game, scored, totals, until, waiting};
use crate::QueueConfig;
use crate::background::CHUNK;
use crate::writer::Batch;

#[tokio::test]
async fn keeps_the_contract_of_an_outbox() {
    let place = Place::new();
    let store = place.open(ON);
    outbox::contract::check(&store, async |store, lines: Vec<Bytes>| {
        let queue =
            Run(move |batch: &mut Batch<'_>| lines.iter().try_for_each(|line| batch.queue(None, line)));
        store.write(queue).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nothing_is_queued_while_influxdb_is_off() {
    let place = Place::new();
    let store = place.open(None);
    let committed = place.observe(&store, &[game(1, GameStatus::Live)]).await;
    assert_eq!((committed.recorded, committed.queued), (1, 0));
    assert!(waiting(&store).await.is_empty());
    assert_eq!(totals(&store).accepted, 0);
}

#[tokio::test]
async fn history_is_queued_once_whenever_influxdb_is_switched_on() {
    let place = Place::new();
    let rows = 2 * CHUNK + CHUNK / 2;
    let mut recorded = 0;
    for _ in 0..2 {
        let off = place.open(None);
        let live: Vec<_> = (0..50).map(|id| game(id, GameStatus::Live)).collect();
        for _ in 0..rows / live.len() {
            recorded += place.observe(&off, &live).await.recorded;
        }
        off.close().await;

        let on = place.open(ON);
        recorded += place.observe(&on, &[game(1000, GameStatus::Live)]).await.recorded;
        until(&on, "all is queued", || totals(&on).accepted == recorded).await;
        recorded += place.observe(&on, &[game(1000, GameStatus::Live)]).await.recorded;
        on.close().await;
    }
    let on = place.open(ON);
    let mut queued: Vec<_> = waiting(&on).await;
    let mut expected: Vec<_> = place.history().iter().map(|row| row.point.encode()).collect();
    assert_eq!(queued.len() as u64, recorded);
    queued.sort();
    expected.sort();
    assert_eq!(queued, expected);
    assert_eq!(place.read::<u32>("SELECT count(*) FROM unqueued"), 0);
}

#[tokio::test]
async fn a_fill_that_was_cut_short_goes_on_where_it_was() {
    let place = Place::new();
    let off = place.open(None);
    let live: Vec<_> = (0..100).map(|id| game(id, GameStatus::Live)).collect();
    for _ in 0..3 * CHUNK / live.len() {
        place.observe(&off, &live).await;
    }
    off.close().await;

    let on = place.open(ON);
    until(&on, "the first chunk is queued", || totals(&on).accepted >= CHUNK as u64).await;
    let crashed = place.crash();
    on.close().await;

    let off = crashed.open(None);
    crashed.observe(&off, &live).await;
    off.close().await;
    let on = crashed.open(ON);
    let all = 3 * CHUNK + live.len();
    until(&on, "the rest is queued", || totals(&on).accepted == all as u64).await;
    let lines: std::collections::HashSet<_> = waiting(&on).await.into_iter().collect();
    assert_eq!(lines.len(), all, "each once");
}

#[tokio::test]
async fn what_influxdb_would_drop_for_its_age_goes_into_history_only() {
    let place = Place::new();
    let queue = Some(QueueConfig { retention: 30 * DAY });
    let mut old = game(1, GameStatus::Finished);
    old.start -= TimeDelta::days(31);
    let off = place.open(None);
    place.observe(&off, &[old.clone(), game(2, GameStatus::Finished)]).await;
    off.close().await;

    let on = place.open(queue);
    until(&on, "history was considered", || place.read::<u32>("SELECT count(*) FROM unqueued") == 0).await;
    assert_eq!(totals(&on).accepted, 1);
    let committed = place.observe(&on, &[scored(old, 7)]).await;
    assert_eq!((committed.recorded, committed.queued), (1, 0));
    on.close().await;

    let on = place.open(Some(QueueConfig { retention: Duration::MAX }));
    assert_eq!(totals(&on).accepted, 1, "what was considered is not considered again");
}

#[tokio::test]
async fn dead_letters_keep_line_reason_server_and_time() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    let line = waiting(&store).await.remove(0);
    let id = store.peek(EntryId::START, 1).await.unwrap()[0].id;
    let rejection = Rejection { id, reason: "field type conflict".into(), server: "InfluxDB 2".into() };
    store.set_aside(&[rejection.clone(), rejection]).await.unwrap();
    assert!(waiting(&store).await.is_empty());
    assert_eq!((totals(&store).pending, totals(&store).set_aside), (0, 1));
    let db = Connection::open(place.database()).unwrap();
    let letter: (i64, i64, Vec<u8>, String, String, i64) =
        db.query_row("SELECT * FROM dead_letters", [], |row| row.try_into()).unwrap();
    let at = influx_schema::nanoseconds(place.observation(&[]).observed_at);
    assert_eq!(letter, (id.0, 1, line.to_vec(), "field type conflict".into(), "InfluxDB 2".into(), at));
}

#[tokio::test]
async fn totals_are_told_and_kept() {
    let place = Place::new();
    let store = place.open(ON);
    let mut watched = store.totals();
    place.observe(&store, &[game(1, GameStatus::Live), game(2, GameStatus::Live)]).await;
    assert!(watched.has_changed().unwrap());
    let seen = *watched.borrow_and_update();
    assert_eq!((seen.accepted, seen.pending, seen.newest), (2, 2, EntryId(2)));

    let bytes: usize = waiting(&store).await.iter().map(Bytes::len).sum();
    assert_eq!(place.read::<usize>("SELECT pending_bytes FROM counters"), bytes);
    assert_eq!(store.pending_bytes(), bytes as u64);
    store.acknowledge(&[EntryId(1), EntryId(2)]).await.unwrap();
    let before = totals(&store);
    assert_eq!((before.delivered, before.delivered_bytes), (2, bytes as u64));
    assert_eq!(place.read::<usize>("SELECT pending_bytes FROM counters"), 0);
    store.close().await;

    let store = place.open(ON);
    assert_eq!(totals(&store), before, "the figures live in the database");
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    assert_eq!(totals(&store).newest, EntryId(3), "ids are never used twice");
}
