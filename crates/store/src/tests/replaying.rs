//! History is sent again with the bytes it had, and an interrupted replay goes on where it was.

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{GameStatus, Observation, ObservationLog, Seen};
use rusqlite::Connection;

use super::support::{ON, Place, game, scored, waiting};
use crate::{Replay, ReplayRange};

fn range(place: &Place, from: i64, to: i64) -> ReplayRange {
    let now = place.observation(&[]).observed_at;
    ReplayRange { from: now + TimeDelta::minutes(from), to: now + TimeDelta::minutes(to), league: None }
}

/// What the rest of a replay sends, in pages of so many rows.
fn send(replay: &mut Replay, limit: usize, now: DateTime<Utc>) -> Vec<Vec<u8>> {
    let mut sent = Vec::new();
    while let Some(page) = replay.page(limit).unwrap() {
        assert!(page.lines.len() <= limit);
        assert_eq!(replay.page(limit).unwrap().unwrap(), page, "the next page until it is marked");
        sent.extend(page.lines.iter().map(|line| line.to_vec()));
        replay.mark_sent(&page, now).unwrap();
    }
    sent
}

#[tokio::test]
async fn the_bytes_are_those_that_were_queued() {
    let place = Place::new();
    let store = place.open(ON);
    let all = range(&place, -1, 60);
    for score in 0..5 {
        let games: Vec<_> =
            (1..).zip(GameStatus::ALL).map(|(id, status)| scored(game(id, status), score)).collect();
        place.observe(&store, &games).await;
        place.clock.pass(TimeDelta::minutes(1));
    }
    let mut replay = Replay::open(&place.dir(), all.clone(), "a server").unwrap();
    let queued = waiting(&store).await;
    assert_eq!(replay.total(), queued.len() as u64);
    let now = place.observation(&[]).observed_at;
    assert_eq!(send(&mut replay, 4, now), queued, "beside a running service, in the same order");
    assert_eq!(replay.progress().sent, replay.total());
    assert_eq!(replay.progress().updated_at, Some(now));
    assert_eq!(replay.page(4).unwrap(), None);
}

#[tokio::test]
async fn a_range_is_by_time_of_observation_and_league() {
    let place = Place::new();
    let store = place.open(ON);
    for minute in 0..6 {
        place.observe(&store, &[scored(game(1, GameStatus::Live), minute)]).await;
        let mut hockey = scored(game(2, GameStatus::Live), minute);
        hockey.league = "nhl".parse().unwrap();
        let observed_at = place.observation(&[]).observed_at;
        let games = vec![hockey.into()];
        store
            .commit(Observation { league: "nhl".parse().unwrap(), observed_at, games, seen: Seen::Watched })
            .await
            .unwrap();
        place.clock.pass(TimeDelta::minutes(1));
    }
    let count = |range: ReplayRange| {
        let mut replay = Replay::open(&place.dir(), range, "x").unwrap();
        let lines = send(&mut replay, 3, Utc::now());
        replay.forget().unwrap();
        assert_eq!(replay.total(), lines.len() as u64);
        lines
    };
    assert_eq!(count(range(&place, -6, 0)).len(), 12);
    assert_eq!(count(range(&place, -5, -1)).len(), 8, "the end is not in the range");
    assert_eq!(count(range(&place, 1, 9)).len(), 0);
    let hockey = ReplayRange { league: Some("nhl".parse().unwrap()), ..range(&place, -5, -1) };
    let lines = count(hockey);
    assert_eq!(lines.len(), 4);
    assert!(lines.iter().all(|line| line.starts_with(b"nhl_scores,")));
}

#[tokio::test]
async fn an_interrupted_replay_goes_on_where_it_was() {
    let place = Place::new();
    let store = place.open(ON);
    let games: Vec<_> = (0..10).map(|id| game(id, GameStatus::Live)).collect();
    place.observe(&store, &games).await;
    let all = range(&place, -1, 60);
    let open = |target: &str| Replay::open(&place.dir(), all.clone(), target).unwrap();
    let mut sent = Vec::new();
    let mut first = open("a");
    let page = first.page(4).unwrap().unwrap();
    sent.extend(page.lines.iter().map(|line| line.to_vec()));
    first.mark_sent(&page, Utc::now()).unwrap();
    // Read, but not known to have been sent.
    let _ = first.page(4).unwrap();
    drop(first);
    // The service goes on meanwhile.
    place.observe(&store, &[game(99, GameStatus::Live)]).await;

    let mut again = open("a");
    assert_eq!(again.progress().sent, 4);
    sent.extend(send(&mut again, 4, Utc::now()));
    assert_eq!(sent, waiting(&store).await, "each once");
    assert_eq!(open("b").progress().sent, 0, "another target is another replay");
    let other = Replay::open(&place.dir(), range(&place, -2, 60), "a").unwrap();
    assert_eq!(other.progress().sent, 0, "and so is another range");

    again.forget().unwrap();
    assert_eq!(open("a").progress().sent, 0);
    assert_eq!(place.read::<u32>("SELECT count(*) FROM replays"), 0);
}

#[tokio::test]
async fn a_damaged_row_is_passed_over() {
    let place = Place::new();
    let store = place.open(None);
    place
        .observe(&store, &[game(1, GameStatus::Live), game(2, GameStatus::Live), game(3, GameStatus::Live)])
        .await;
    let db = Connection::open(place.database()).unwrap();
    db.execute_batch("UPDATE series SET text = CAST(x'6eff' AS TEXT) WHERE id = 2").unwrap();
    let mut replay = Replay::open(&place.dir(), range(&place, -1, 1), "x").unwrap();
    assert_eq!(send(&mut replay, 1, Utc::now()).len(), 2);
    assert_eq!((replay.total(), replay.progress().sent), (3, 3));
}
