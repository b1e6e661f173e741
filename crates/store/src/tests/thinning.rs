//! History keeps every change, and a moving clock once in a while; InfluxDB gets every poll.

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;
use game_model::{Game, GameStatus, ObservationLog, Period};
use influx_schema::nanoseconds;
use outbox::{EntryId, Outbox};

use super::support::{ON, Place, balances, game, scored, totals, until, waiting};
use crate::{Store, StoreConfig};

fn clock_each(place: &Place, seconds: u64) -> StoreConfig {
    StoreConfig { queue: ON, history_clock: Duration::from_secs(seconds), ..place.config() }
}

/// The game with another clock.
fn at(mut game: Game, display: &str) -> Game {
    game.clock.display = display.into();
    game
}

/// Polls a live game every 15 s, so many times.
async fn poll(place: &Place, store: &Store, times: usize) {
    for second in 0..times {
        place.observe(store, &[at(game(1, GameStatus::Live), &format!("10:{second:02}"))]).await;
        place.clock.pass(TimeDelta::seconds(15));
    }
}

#[tokio::test]
async fn a_moving_clock_is_kept_once_a_minute_and_sent_every_time() {
    let place = Place::new();
    let store = place.open_as(clock_each(&place, 60)).unwrap();
    poll(&place, &store, 9).await;
    let clocks: Vec<_> = place.history().into_iter().map(|row| row.point.time_remaining).collect();
    assert_eq!(clocks, ["10:00", "10:04", "10:08"]);
    let lines = waiting(&store).await;
    assert_eq!((lines.len(), totals(&store).accepted, store.report().observations), (9, 9, 3));
    assert!(lines.iter().zip(0..).all(|(line, second)| {
        String::from_utf8_lossy(line).contains(&format!("time_remaining=\"10:{second:02}\""))
    }));
    balances(&place);
}

#[tokio::test]
async fn what_is_counted_tells_rows_from_lines() {
    let place = Place::new();
    let store = place.open_as(clock_each(&place, 60)).unwrap();
    let live = [game(1, GameStatus::Live)];
    let first = place.observe(&store, &live).await;
    assert_eq!((first.recorded, first.thinned, first.queued), (1, 0, 1));
    let second = place.observe(&store, &live).await;
    assert_eq!((second.recorded, second.thinned, second.unchanged, second.queued), (0, 1, 0, 1));
}

#[tokio::test]
async fn zero_keeps_every_poll() {
    let place = Place::new();
    let store = place.open_as(clock_each(&place, 0)).unwrap();
    poll(&place, &store, 9).await;
    assert_eq!(place.history().len(), 9);
}

#[tokio::test]
async fn every_change_is_kept_however_soon() {
    let place = Place::new();
    let store = place.open_as(clock_each(&place, 3600)).unwrap();
    let live = || game(1, GameStatus::Live);
    let mut changes = vec![live(), scored(live(), 7)];
    let mut next = scored(live(), 7);
    next.away.score = 3;
    changes.push(next.clone());
    next.clock.period = Some(Period::Regulation(2));
    changes.push(next.clone());
    next.venue = Some("Elsewhere".into());
    changes.push(next.clone());
    next.away.team.nickname = "Others".into();
    changes.push(next.clone());
    for status in [GameStatus::Delayed, GameStatus::Live, GameStatus::Suspended, GameStatus::Finished] {
        changes.push(Game { status, ..next.clone() });
    }
    for changed in &changes {
        assert_eq!(place.observe(&store, std::slice::from_ref(changed)).await.recorded, 1, "{changed:?}");
        place.clock.pass(TimeDelta::seconds(5));
        let moved = at(changed.clone(), "0:01");
        let committed = place.observe(&store, &[moved]).await;
        assert_eq!(
            committed.recorded == 0,
            changed.status != GameStatus::Delayed && changed.status != GameStatus::Suspended
        );
        place.clock.pass(TimeDelta::seconds(5));
    }
}

#[tokio::test]
async fn times_grow_over_polls_that_left_no_row() {
    let place = Place::new();
    let store = place.open_as(clock_each(&place, 60)).unwrap();
    poll(&place, &store, 2).await;
    store.close().await;
    let store = place.open_as(clock_each(&place, 60)).unwrap();
    let last_seen = nanoseconds(place.observation(&[]).observed_at) - 15_000_000_000;
    place.clock.pass(TimeDelta::hours(-3));
    place.observe(&store, &[scored(game(1, GameStatus::Live), 7)]).await;
    assert_eq!(place.history()[1].point.observed_at, last_seen + 1, "after the poll that left no row");
    let remembered =
        store.remembered("nfl".parse().unwrap(), place.observation(&[]).observed_at).await.unwrap();
    assert_eq!(nanoseconds(remembered[0].observed_at), last_seen + 1);
}

#[tokio::test]
async fn a_poll_that_is_deferred_gets_its_row() {
    let place = Place::new();
    let store = place.open_as(StoreConfig { outbox_max_bytes: 1000, ..clock_each(&place, 3600) }).unwrap();
    poll(&place, &store, 9).await;
    let now = totals(&store);
    assert_eq!((now.accepted, now.pending), (9, 9));
    assert!(now.deferred >= 5, "{now:?}");
    assert_eq!(store.report().observations, 1 + now.deferred, "a row to wait in");
    let mut sent = Vec::new();
    while totals(&store).pending > 0 {
        until(&store, "more is queued", || queued(&place) > 0).await;
        let all = store.peek(EntryId::START, 100).await.unwrap();
        store.acknowledge(&all.iter().map(|entry| entry.id).collect::<Vec<_>>()).await.unwrap();
        sent.extend(all.into_iter().map(|entry| entry.bytes));
    }
    let each: HashSet<_> = sent.iter().collect();
    assert_eq!(each.len(), 9);
    assert_eq!(sent.len(), 9, "each poll once");
    balances(&place);
}

fn queued(place: &Place) -> u64 {
    place.read("SELECT count(*) FROM outbox")
}

#[tokio::test]
async fn thinned_history_is_what_a_first_fill_gets() {
    let place = Place::new();
    let off = place.open_as(StoreConfig { queue: None, ..clock_each(&place, 60) }).unwrap();
    poll(&place, &off, 9).await;
    assert_eq!(totals(&off).accepted, 0);
    off.close().await;
    let on = place.open_as(clock_each(&place, 60)).unwrap();
    until(&on, "history is queued", || totals(&on).accepted == 3).await;
    balances(&place);
}
