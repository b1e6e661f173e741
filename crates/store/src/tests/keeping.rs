//! What is kept of an observation, and what adds nothing.

use chrono::{DateTime, TimeDelta};
use game_model::{GameStatus, ObservationLog, Preferences, Record, TeamPreferences};
use influx_schema::{Point, nanoseconds};

use super::support::{ON, Place, game, scored, totals, waiting};

#[tokio::test]
async fn bytes_of_a_row_are_the_bytes_that_were_queued() {
    let place = Place::new();
    let store = place.open(ON);
    let games: Vec<_> = (1..).zip(GameStatus::ALL).map(|(id, status)| game(id, status)).collect();
    let mut nowhere = game(99, GameStatus::Live);
    nowhere.venue = None;
    nowhere.clock.period = None;
    let committed = place.observe(&store, &[&games[..], &[nowhere]].concat()).await;
    assert_eq!((committed.recorded, committed.unchanged, committed.queued), (8, 0, 8));

    let rows: Vec<_> = place.history().iter().map(|row| row.point.encode()).collect();
    assert_eq!(waiting(&store).await, rows);
    let first = Point::observe(&games[0], nanoseconds(place.observation(&[]).observed_at), None);
    assert_eq!(rows[0], first.encode());
}

#[tokio::test]
async fn an_equal_observation_adds_nothing_unless_the_game_is_live() {
    for status in GameStatus::ALL {
        let place = Place::new();
        let store = place.open(ON);
        for _ in 0..3 {
            place.observe(&store, &[game(1, status)]).await;
            place.clock.pass(TimeDelta::seconds(15));
        }
        let rows = if status == GameStatus::Live { 3 } else { 1 };
        assert_eq!(place.history().len(), rows, "{status}");
        assert_eq!(totals(&store).accepted, rows as u64, "{status}");
        assert_eq!(store.report().observations, rows as u64, "{status}");
    }
}

#[tokio::test]
async fn corrections_count_on_from_the_start_of_the_game() {
    let place = Place::new();
    let store = place.open(ON);
    let finished = game(1, GameStatus::Finished);
    let start = nanoseconds(finished.start);
    for score in [20, 21, 20] {
        place.observe(&store, &[scored(finished.clone(), score)]).await;
        place.observe(&store, &[scored(finished.clone(), score)]).await;
        place.clock.pass(TimeDelta::seconds(15));
    }
    let rows = place.history();
    let stamps: Vec<_> = rows.iter().map(|row| (row.point.home_score, row.point.timestamp - start)).collect();
    assert_eq!(stamps, [(20, 0), (21, 1), (20, 2)], "also when it returns to what it was");

    place.observe(&store, &[game(1, GameStatus::Scheduled)]).await;
    assert_eq!(place.history()[3].point.timestamp, start, "another status is another series");
}

#[tokio::test]
async fn a_start_that_moved_is_news() {
    let place = Place::new();
    let store = place.open(ON);
    let mut moved = game(1, GameStatus::Scheduled);
    place.observe(&store, &[moved.clone()]).await;
    moved.start += TimeDelta::hours(1);
    assert_eq!(place.observe(&store, &[moved.clone()]).await.recorded, 1);
    assert_eq!(place.history()[1].point.timestamp, nanoseconds(moved.start));
    moved.start -= TimeDelta::hours(1);
    assert_eq!(place.observe(&store, &[moved.clone()]).await.recorded, 1);
    assert_eq!(place.history()[2].point.timestamp, nanoseconds(moved.start) + 1);
}

#[tokio::test]
async fn a_games_time_never_goes_backwards() {
    let place = Place::new();
    let store = place.open(ON);
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    place.clock.pass(TimeDelta::hours(-3));
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    let times: Vec<_> = place.history().iter().map(|row| row.point.observed_at).collect();
    assert_eq!([times[1] - times[0], times[2] - times[1]], [1, 1]);
    assert!(place.history().iter().all(|row| row.point.timestamp == row.point.observed_at));
}

#[tokio::test]
async fn the_same_game_twice_in_one_observation_is_compared_with_itself() {
    let place = Place::new();
    let store = place.open(ON);
    let finished = game(1, GameStatus::Finished);
    let committed = place.observe(&store, &[finished.clone(), finished]).await;
    assert_eq!((committed.recorded, committed.unchanged), (1, 1));
}

#[tokio::test]
async fn games_are_remembered_as_last_seen() {
    let place = Place::new();
    let league = "nfl".parse().unwrap();
    let old = |id, status| {
        let mut game = game(id, status);
        game.start -= TimeDelta::days(30);
        game
    };
    let mut seen =
        vec![game(3, GameStatus::Finished), old(1, GameStatus::Finished), old(2, GameStatus::Suspended)];
    let store = place.open(None);
    place.observe(&store, &seen).await;

    place.clock.pass(TimeDelta::minutes(1));
    seen[0].home.record = Some(Record { wins: 9, ..Record::default() });
    assert_eq!(place.observe(&store, &seen).await.unchanged, 3, "a record shows in no point");
    store.close().await;

    let store = place.open(None);
    let since = seen[0].start;
    let remembered = store.remembered(league, since).await.unwrap();
    let games: Vec<_> = remembered.iter().map(|remembered| remembered.game.clone()).collect();
    assert_eq!(games, [seen[2].clone(), seen[0].clone()], "by start; what is settled and old is left out");
    let first_seen = place.observation(&[]).observed_at - TimeDelta::minutes(1);
    assert_eq!(remembered[0].observed_at, first_seen);
    assert_eq!(remembered[1].observed_at, first_seen + TimeDelta::minutes(1));

    assert_eq!(store.remembered(league, DateTime::UNIX_EPOCH).await.unwrap().len(), 3);
    assert!(store.remembered("nhl".parse().unwrap(), DateTime::UNIX_EPOCH).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_game_that_can_not_be_read_is_left_out() {
    let place = Place::new();
    let store = place.open(None);
    place.observe(&store, &[game(1, GameStatus::Live), game(2, GameStatus::Live)]).await;
    store
        .write(super::support::Run(|batch: &mut crate::writer::Batch<'_>| {
            batch.db.execute("UPDATE games SET game = '{\"id\":7}' WHERE espn_id = '1'", [])
        }))
        .await
        .unwrap();
    let remembered = store.remembered("nfl".parse().unwrap(), DateTime::UNIX_EPOCH).await.unwrap();
    assert_eq!(remembered.len(), 1);
    assert_eq!(remembered[0].game.id.0, "2");
    place.observe(&store, &[game(1, GameStatus::Live)]).await;
    let remembered = store.remembered("nfl".parse().unwrap(), DateTime::UNIX_EPOCH).await.unwrap();
    assert_eq!(remembered.len(), 2, "the next observation mends it");
}

#[tokio::test]
async fn preferences_are_kept() {
    let place = Place::new();
    let store = place.open(None);
    assert_eq!(store.teams("default").await.unwrap(), TeamPreferences::default());
    let teams = |names: &[&str]| TeamPreferences {
        teams: [("nfl".to_owned(), names.iter().map(ToString::to_string).collect())].into(),
    };
    store.save_teams("default", teams(&["nfl-ne", "nfl-no"])).await.unwrap();
    store.save_teams("default", teams(&["nfl-ne"])).await.unwrap();
    store.save_teams("another", teams(&[])).await.unwrap();
    let hockey = [("nhl".to_owned(), vec!["bos".to_owned()])];
    let both = [("nfl".to_owned(), vec!["nfl-kc".to_owned(), "nfl-ne".to_owned()]), hockey[0].clone()];
    store.save_teams("a third", TeamPreferences { teams: both.clone().into() }).await.unwrap();
    assert_eq!(store.followed_teams().await.unwrap().teams, both.into(), "those of all users, each once");
    store.close().await;

    let store = place.open(None);
    assert_eq!(store.teams("default").await.unwrap(), teams(&["nfl-ne"]));
    assert_eq!(store.teams("another").await.unwrap(), teams(&[]));
    store
        .write(super::support::Run(|batch: &mut crate::writer::Batch<'_>| {
            batch.db.execute("UPDATE preferences SET teams = '?'", [])
        }))
        .await
        .unwrap();
    assert_eq!(store.teams("default").await.unwrap(), TeamPreferences::default());
    assert_eq!(store.followed_teams().await.unwrap(), TeamPreferences::default());
}
