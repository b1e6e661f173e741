//! One row per game: what it holds, and what it keeps.

use chrono::TimeDelta;
use game_model::{GameStatus, PastGame, Period, WallClock};
use rusqlite::Connection;

use super::*;
use crate::past::fill;
use crate::tests::support::DAY;

async fn only(store: &Store) -> PastGame {
    let page = page(store, everything()).await;
    assert_eq!((page.games.len(), page.total), (1, 1));
    page.games.into_iter().next().unwrap()
}

#[tokio::test]
async fn the_row_is_the_game_as_it_was_last_seen() {
    let place = Place::new();
    let store = place.open(None);
    let mut seen = match_of("nhl", 1, 2026, "TB", "BOS");
    for (status, period) in [
        (GameStatus::Scheduled, None),
        (GameStatus::Live, Some(Period::Regulation(1))),
        (GameStatus::Live, Some(Period::Overtime(1))),
        (GameStatus::Finished, Some(Period::Shootout)),
    ] {
        place.clock.pass(TimeDelta::minutes(10));
        seen.status = status;
        seen.clock.period = period;
        seen.home.score += 1;
        place.observe(&store, std::slice::from_ref(&seen)).await;
        assert_eq!(only(&store).await, PastGame::observed(&seen, place.clock.now()));
    }
    let mut nameless = game(2, GameStatus::Live);
    (nameless.season, nameless.week) = (None, None);
    nameless.home.team.espn_id = String::new();
    place.observe(&store, &[nameless.clone()]).await;
    let page = page(&store, HistoryQuery { status: Some(GameStatus::Live), ..everything() }).await;
    assert_eq!(page.games, [PastGame::observed(&nameless, place.clock.now())]);
    assert_eq!(page.games[0].home.team.franchise, nameless.home.team.id);
}

#[tokio::test]
async fn finished_is_finished_whatever_comes_after_but_is_corrected() {
    let place = Place::new();
    let store = place.open(None);
    let end = scored(match_of("nfl", 1, 2025, "NE", "BUF"), 20, 17);
    place.observe(&store, std::slice::from_ref(&end)).await;
    for status in GameStatus::ALL.into_iter().filter(|status| *status != GameStatus::Finished) {
        place.clock.pass(TimeDelta::minutes(1));
        let mut after = scored(end.clone(), 0, 0);
        after.status = status;
        after.start += TimeDelta::days(1);
        after.season = Some(after.league.season(2026, 3));
        place.observe(&store, &[after]).await;
        let row = only(&store).await;
        assert_eq!(
            (row.status, row.home.score, row.start),
            (GameStatus::Finished, 20, end.start),
            "{status}"
        );
        assert_eq!(row.season, end.season);
    }
    place.clock.pass(TimeDelta::minutes(1));
    let corrected = scored(end, 21, 17);
    place.observe(&store, std::slice::from_ref(&corrected)).await;
    assert_eq!(only(&store).await, PastGame::observed(&corrected, place.clock.now()));
}

#[tokio::test]
async fn looks_that_differ_in_the_clock_alone_renew_the_row_until_the_end_and_not_after() {
    let place = Place::new();
    let store = place.open(None);
    let mut seen = scored(match_of("nfl", 1, 2025, "NE", "BUF"), 20, 17);
    let mut look_until = async |status, clocks: [&str; 3]| {
        seen.status = status;
        for clock in clocks {
            place.clock.pass(TimeDelta::minutes(1));
            clock.clone_into(&mut seen.clock.display);
            place.observe(&store, std::slice::from_ref(&seen)).await;
        }
        (place.clock.now(), only(&store).await)
    };
    let (now, row) = look_until(GameStatus::Live, ["0:03", "0:02", "0:01"]).await;
    assert_eq!((row.status, row.observed_at), (GameStatus::Live, now));
    let (end, row) = look_until(GameStatus::Finished, ["0:00", "0:00", "0:00"]).await;
    assert_eq!(row.status, GameStatus::Finished);
    let finished_at = row.observed_at;
    assert!(finished_at > now && finished_at <= end);
    let (_, row) = look_until(GameStatus::Live, ["0:03", "0:02", "0:01"]).await;
    assert_eq!((row.status, row.observed_at), (GameStatus::Finished, finished_at));
}

#[tokio::test]
async fn a_game_that_moved_is_found_once_where_it_is_now() {
    let place = Place::new();
    let store = place.open(None);
    let mut moved = Game { status: GameStatus::Postponed, ..match_of("nfl", 1, 2025, "NE", "BUF") };
    place.observe(&store, std::slice::from_ref(&moved)).await;
    let before = moved.start;
    moved.status = GameStatus::Scheduled;
    moved.start += TimeDelta::days(3);
    place.observe(&store, std::slice::from_ref(&moved)).await;
    assert_eq!(only(&store).await.start, moved.start);
    let query = |from, until| HistoryQuery { from: Some(from), until: Some(until), ..everything() };
    assert_eq!(ids(&store, query(before, moved.start)).await.1, 0);
    assert_eq!(ids(&store, query(moved.start, moved.start + TimeDelta::days(1))).await.1, 1);
}

#[tokio::test]
async fn a_team_is_found_under_all_of_its_names_and_told_by_the_name_it_had() {
    let place = Place::new();
    let store = place.open(None);
    let mut old = match_of("nfl", 1, 2019, "WSH", "BUF");
    old.home.team.nickname = "Football Team".into();
    place.observe(&store, &[old, match_of("nfl", 2, 2025, "WSH", "BUF")]).await;
    for name in ["Football Team", "Commanders", "wsh"] {
        let query = HistoryQuery { team: Some(name.into()), ..everything() };
        let page = page(&store, query).await;
        let names: Vec<_> = page.games.iter().map(|game| game.home.team.nickname.as_str()).collect();
        assert_eq!(names, ["Commanders", "Football Team"], "{name}");
    }
}

#[tokio::test]
async fn a_database_without_the_rows_gets_them() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let before = page(&store, everything()).await;
    store.close().await;
    let db = Connection::open(place.database()).unwrap();
    db.execute_batch(
        "ALTER TABLE counters DROP COLUMN own_since; DROP TABLE backfilled; DROP TABLE deliveries; DROP TABLE webhooks; DROP TABLE events; ALTER TABLE games DROP COLUMN story;
         DROP TRIGGER past_games_forget; DROP TABLE past_games; DROP TABLE past_teams;
         UPDATE about SET version = 2; PRAGMA user_version = 2;",
    )
    .unwrap();
    drop(db);
    let store = place.open(None);
    assert_eq!(page(&store, everything()).await, before);
    store.close().await;

    let db = Connection::open(place.database()).unwrap();
    db.execute_batch("DELETE FROM past_games; UPDATE games SET game = '{' WHERE espn_id = '1'").unwrap();
    fill(&db).unwrap();
    let count: u64 = db.query_row("SELECT count(*) FROM past_games", [], |row| row.get(0)).unwrap();
    assert_eq!(count, before.total - 1, "what can not be read is left out");
}

#[tokio::test]
async fn what_is_pruned_is_no_longer_found() {
    let place = Place::new();
    let store = place.open(None);
    let old = match_of("nfl", 0, 2025, "NE", "BUF");
    place.observe(&store, &[old]).await;
    store.close().await;
    place.clock.pass(TimeDelta::days(10));
    let store = place.open_keeping(None, Some(3 * DAY)).unwrap();
    crate::tests::support::until(&store, "pruned", || store.report().observations == 0).await;
    assert_eq!(page(&store, everything()).await, HistoryPage::default());
}

#[tokio::test]
async fn one_damaged_row_does_not_hide_the_others() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let db = Connection::open(place.database()).unwrap();
    db.execute_batch("UPDATE past_games SET season = '{' WHERE espn_id = '2'").unwrap();
    drop(db);
    let (ids, total) = ids(&store, everything()).await;
    assert_eq!((ids.join(" ").as_str(), total), ("7 6 5 4 3 1", 7));
}

#[tokio::test]
async fn the_revision_of_a_season_grows_with_its_games_alone() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let (nfl, nhl) = ("nfl".parse().ok(), "nhl".parse().ok());
    let scopes =
        [(None, None), (nfl, None), (nfl, Some(2025)), (nfl, Some(2024)), (nhl, None), (None, Some(2025))];
    let revisions = || scopes.map(|(league, begins)| store.revision(league, begins));
    let before = revisions();
    let finished = scored(match_of("nfl", 7, 2025, "MIA", "NE"), 3, 0);
    place.clock.pass(TimeDelta::minutes(1));
    place.observe(&store, std::slice::from_ref(&finished)).await;
    let after = revisions();
    let grown: Vec<bool> = before.iter().zip(&after).map(|(before, after)| before < after).collect();
    assert_eq!(grown, [true, true, true, false, false, true]);
    place.observe(&store, std::slice::from_ref(&finished)).await;
    assert_eq!(revisions(), after, "nothing new");
    // The game stays finished, and its course has another row.
    place.clock.pass(TimeDelta::minutes(1));
    place.observe(&store, &[Game { status: GameStatus::Live, ..finished }]).await;
    assert!(revisions()[2] > after[2]);
}

#[tokio::test]
async fn the_revision_grows_with_all_that_an_answer_may_tell() {
    let place = Place::new();
    let store = place.open(None);
    let (nfl, nhl) = ("nfl".parse().ok(), "nhl".parse().ok());
    let mut seen = match_of("nfl", 1, 2025, "NE", "BUF");
    place.observe(&store, std::slice::from_ref(&seen)).await;
    let scopes = [(nfl, Some(2025)), (nfl, Some(2024)), (nhl, None)];
    let revisions = || scopes.map(|(league, begins)| store.revision(league, begins));
    let grown = |before: [u64; 3]| -> Vec<bool> {
        before.iter().zip(revisions()).map(|(before, after)| *before < after).collect()
    };
    // A record that no row of history holds.
    let before = revisions();
    place.clock.pass(TimeDelta::minutes(1));
    seen.home.team.name = "The Patriots of New England".into();
    assert_eq!(place.observe(&store, std::slice::from_ref(&seen)).await.unchanged, 1);
    assert_eq!(grown(before), [true, false, false]);
    // Another season: the one that it leaves changes too.
    let before = revisions();
    place.clock.pass(TimeDelta::minutes(1));
    seen.season = Some(seen.league.season(2024, 2));
    place.observe(&store, &[seen]).await;
    assert_eq!(grown(before), [true, true, false]);
}

#[tokio::test]
async fn the_revision_grows_with_what_is_pruned() {
    let place = Place::new();
    let store = place.open_keeping(None, Some(3 * DAY)).unwrap();
    place.observe(&store, &[match_of("nfl", 0, 2025, "NE", "BUF")]).await;
    crate::tests::support::until(&store, "pruned for the first time", || store.report().observations == 1)
        .await;
    let before = store.revision("nfl".parse().ok(), Some(2025));
    place.clock.pass(TimeDelta::days(10));
    crate::tests::support::until(&store, "pruned", || store.report().observations == 0).await;
    assert!(store.revision("nfl".parse().ok(), Some(2025)) > before);
}
