//! History is kept as long as it is to be kept, and no longer.

use chrono::TimeDelta;
use game_model::{GameStatus, Preferences, TeamPreferences};
use outbox::{EntryId, Outbox};

use super::support::{DAY, ON, Place, game, scored, until};
use crate::background::CHUNK;

#[tokio::test]
async fn old_history_is_pruned_in_chunks() {
    let place = Place::new();
    let store = place.open_keeping(None, Some(10 * DAY)).unwrap();
    let live: Vec<_> = (0..50).map(|id| game(id, GameStatus::Live)).collect();
    for _ in 0..2 * CHUNK / live.len() {
        place.observe(&store, &live).await;
    }
    assert_eq!(store.report().observations, 2 * CHUNK as u64);
    assert!(store.report().oldest.is_some());

    place.clock.pass(TimeDelta::days(11));
    place.observe(&store, &[game(1000, GameStatus::Live)]).await;
    until(&store, "one row is left", || store.report().observations == 1).await;
    assert_eq!(place.read::<u32>("SELECT count(*) FROM observations"), 1);
    assert_eq!(place.read::<u32>("SELECT count(*) FROM games"), 1, "old games are forgotten");
    assert_eq!(place.read::<u32>("SELECT count(*) FROM series"), 1);
    assert_eq!(store.report().oldest, Some(place.observation(&[]).observed_at));
}

#[tokio::test]
async fn a_line_that_waits_is_never_pruned() {
    let place = Place::new();
    let off = place.open(None);
    place.observe(&off, &[scored(game(1, GameStatus::Live), 3), game(2, GameStatus::Finished)]).await;
    off.close().await;

    place.clock.pass(TimeDelta::days(11));
    let store = place.open_keeping(ON, Some(10 * DAY)).unwrap();
    until(&store, "history is queued", || store.totals().borrow().accepted == 2).await;
    place.observe(&store, &[game(1, GameStatus::Finished)]).await;
    place.clock.pass(TimeDelta::hours(2));
    for _ in 0..10 {
        // Gives pruning its turns.
        store.save_teams("anybody", TeamPreferences::default()).await.unwrap();
    }
    assert_eq!(place.history().len(), 3);

    store.acknowledge(&[EntryId(1)]).await.unwrap();
    place.clock.pass(TimeDelta::hours(2));
    until(&store, "what was delivered is pruned", || store.report().observations == 2).await;
    assert_eq!(place.read::<u32>("SELECT count(*) FROM games"), 2, "the others still need theirs");
    store.acknowledge(&[EntryId(2)]).await.unwrap();
    place.clock.pass(TimeDelta::hours(2));
    until(&store, "a game goes with its last row", || store.report().observations == 1).await;
    assert_eq!(place.read::<String>("SELECT group_concat(espn_id) FROM games"), "1");
}

#[tokio::test]
async fn a_game_stays_as_long_as_a_line_of_it_waits() {
    let place = Place::new();
    let store = place.open_keeping(ON, Some(10 * DAY)).unwrap();
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    place.observe(&store, &[game(1, GameStatus::Finished), game(2, GameStatus::Finished)]).await;
    place.clock.pass(TimeDelta::days(11));
    store.acknowledge(&[EntryId(2), EntryId(3)]).await.unwrap();
    until(&store, "the other game is pruned", || store.report().observations == 2).await;
    assert_eq!(place.history().len(), 2, "both rows of the game can be read");
    place.clock.pass(TimeDelta::hours(2));
    store.acknowledge(&[EntryId(1)]).await.unwrap();
    until(&store, "then it goes", || store.report().observations == 0).await;
    assert_eq!((place.read::<u32>("SELECT count(*) FROM games"), store.report().oldest), (0, None));
}

#[tokio::test]
async fn the_newest_row_of_a_game_to_come_stays() {
    let place = Place::new();
    let store = place.open_keeping(None, Some(10 * DAY)).unwrap();
    let mut to_come = game(1, GameStatus::Scheduled);
    to_come.start += TimeDelta::days(30);
    place.observe(&store, &[to_come.clone()]).await;
    to_come.start += TimeDelta::days(1);
    place.observe(&store, &[to_come.clone()]).await;
    place.clock.pass(TimeDelta::days(20));
    assert_eq!(place.observe(&store, &[to_come.clone()]).await.unchanged, 1);
    until(&store, "the older row is pruned", || store.report().observations == 1).await;
    assert_eq!(place.observe(&store, &[to_come]).await.unchanged, 1, "what it says is still known");
}

#[tokio::test]
async fn history_is_kept_for_ever_without_a_retention() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[game(1, GameStatus::Finished)]).await;
    place.clock.pass(TimeDelta::days(36_500));
    for _ in 0..10 {
        place.observe(&store, &[game(2, GameStatus::Live)]).await;
    }
    assert_eq!(store.report().observations, 11);
}
