//! A command commits beside the running service, and how far a backfill got is kept.

use std::sync::Arc;

use chrono::TimeDelta;
use game_model::{
    AskedSlate, BackfillLog, EventFilter, EventKind, EventLog, GameHistory, GameStatus, HistoryQuery, League,
    ObservationLog, SlateId, WallClock,
};

use super::support::{ON, Place, Run, balances, game, scored, totals, until, waiting};
use crate::writer::Batch;
use crate::{BesideStore, OpenError, Store};

fn beside(place: &Place) -> BesideStore {
    BesideStore::open(&place.dir(), Arc::clone(&place.clock) as Arc<dyn WallClock>).unwrap()
}

fn nfl() -> League {
    "nfl".parse().unwrap()
}

/// An idle writer looks around every two seconds: by then it noticed what others did.
async fn noticed(store: &Store, what: &str, holds: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed().as_secs() < 30, "never came true: {what}; totals {:?}", totals(store));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_service_queues_what_a_command_committed_each_point_once() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Finished)]).await;
    let command = beside(&place);
    let mut old = game(3, GameStatus::Finished);
    old.start -= TimeDelta::days(800);
    let games = [game(1, GameStatus::Finished), game(2, GameStatus::Finished), old];
    let committed = command.commit(place.observation(&games)).await.unwrap();
    assert_eq!((committed.recorded, committed.unchanged, committed.queued), (2, 1, 0));
    noticed(&store, "the line is queued", || totals(&store).accepted == 2).await;
    assert_eq!(waiting(&store).await.len(), 2, "what InfluxDB would drop for its age is history alone");
    assert_eq!(store.report().observations, 3);

    let again = command.commit(place.observation(&games)).await.unwrap();
    assert_eq!((again.recorded, again.unchanged), (0, 3));
    place.observe(&store, &[scored(game(4, GameStatus::Finished), 7)]).await;
    until(&store, "the next is queued", || totals(&store).accepted == 3).await;
    balances(&place);
}

#[tokio::test]
async fn what_was_committed_while_no_service_ran_is_queued_at_its_next_start() {
    let place = Place::new();
    place.open(None).close().await;
    let command = beside(&place);
    command.commit(place.observation(&[game(1, GameStatus::Finished)])).await.unwrap();
    drop(command);
    let store = place.open(None);
    place.observe(&store, &[game(2, GameStatus::Finished)]).await;
    store.close().await;
    let store = place.open(ON);
    until(&store, "both are queued", || totals(&store).accepted == 2).await;
    assert_eq!(waiting(&store).await.len(), 2);
    balances(&place);
}

#[tokio::test]
async fn answers_made_of_history_are_made_anew_once_a_command_committed() {
    let place = Place::new();
    let store = place.open(ON);
    let before = store.revision(Some(nfl()), Some(2026));
    beside(&place).commit(place.observation(&[game(1, GameStatus::Finished)])).await.unwrap();
    noticed(&store, "the revision grows", || store.revision(Some(nfl()), Some(2026)) > before).await;
    let page = store.games(HistoryQuery { league: Some(nfl()), ..HistoryQuery::default() }).await.unwrap();
    assert_eq!(page.found.total, 1);
}

#[tokio::test]
async fn how_far_a_backfill_got_is_kept_by_league_and_season() {
    let place = Place::new();
    let store = place.open(None);
    let now = place.observation(&[]).observed_at;
    let day = SlateId::Day("2026-11-24".parse().unwrap());
    let week = SlateId::Week { year: 2026, phase: 2, number: 3 };
    let asked = |slate, settled| AskedSlate { slate, asked_at: now, settled, empty: u32::from(!settled) };
    store.note(nfl(), 2026, asked(week, false)).await.unwrap();
    store.note(nfl(), 2026, asked(week, true)).await.unwrap();
    store.note("nhl".parse().unwrap(), 2026, asked(day, false)).await.unwrap();
    store.close().await;

    let command = beside(&place);
    assert_eq!(command.asked(nfl(), 2026).await.unwrap(), [asked(week, true)]);
    assert_eq!(command.asked("nhl".parse().unwrap(), 2026).await.unwrap(), [asked(day, false)]);
    assert_eq!(command.asked(nfl(), 2025).await.unwrap(), []);
    command.note(nfl(), 2025, asked(week, true)).await.unwrap();
    command.forget(nfl(), 2026, vec![week, day]).await.unwrap();
    let store = place.open(None);
    assert_eq!(store.asked(nfl(), 2026).await.unwrap(), []);
    assert_eq!(store.asked(nfl(), 2025).await.unwrap(), [asked(week, true)]);
    balances(&place);
}

#[test]
fn a_command_makes_no_database() {
    let place = Place::new();
    let opened = BesideStore::open(&place.dir(), Arc::clone(&place.clock) as Arc<dyn WallClock>);
    assert!(matches!(opened, Err(OpenError::Missing { .. })));
    assert!(!place.database().exists());
}

#[tokio::test]
async fn events_of_a_command_are_told_in_their_place() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Scheduled)]).await;
    let before = store.newest();
    let command = beside(&place);
    command.commit(place.observation(&[game(1, GameStatus::Live)])).await.unwrap();
    place.observe(&store, &[game(2, GameStatus::Scheduled)]).await;
    let page = store.events(before, &EventFilter::default(), 10).await.unwrap();
    let kinds: Vec<_> = page.events.iter().map(|event| event.event.kind()).collect();
    assert_eq!(kinds, [EventKind::GameStarted, EventKind::GameScheduled]);

    // One that no event of the service follows, which writes all the time.
    command.commit(place.observation(&[scored(game(1, GameStatus::Live), 7)])).await.unwrap();
    let begun = std::time::Instant::now();
    while store.newest() == page.through {
        assert!(begun.elapsed().as_secs() < 30, "never told: {:?}", store.newest());
        store.write(Run(|_: &mut Batch<'_>| Ok(()))).await.unwrap();
    }
    let page = store.events(page.through, &EventFilter::default(), 10).await.unwrap();
    assert!(page.events.iter().any(|event| event.event.kind() == EventKind::ScoreChanged));
}
