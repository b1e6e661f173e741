//! What is exported and imported again is the same history, in whatever order and however often.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Game, GameHistory, GameId, GameStatus, HistoryQuery, ObservationLog, PastGame, RecentHistory,
    TimelineEntry,
};
use influx_schema::{Piece, Point, SeenGame, nanoseconds};
use proptest::prelude::*;
use proptest::sample::select;

use super::support::{DAY, ON, Place, balances, game, scored, totals, until, waiting};
use crate::{Export, ExportScope, Import, ImportOptions, Landing, OpenError, Store};

type Line = (Point, SeenGame);

fn parse(line: &[u8]) -> Line {
    let line = std::str::from_utf8(line).unwrap();
    Piece::parse(line).unwrap().unwrap().finish().unwrap()
}

/// The lines of the whole history.
fn exported(dir: &Path) -> Vec<Vec<u8>> {
    let mut export = Export::open(dir, ExportScope::default()).unwrap();
    let total = export.observations_total().unwrap();
    let mut lines = Vec::new();
    while let Some(points) = export.next_observations().unwrap() {
        lines.extend(points.iter().map(Point::encode));
    }
    assert_eq!(lines.len() as u64, total);
    lines
}

fn import(place: &Place, options: ImportOptions, lines: &[Line]) -> crate::ImportedLines {
    // The lines come from a store whose clock went on.
    let now = place.observation(&[]).observed_at + TimeDelta::hours(12);
    Import::open(&place.dir(), options, now).unwrap().add(lines, now).unwrap()
}

fn landings(place: &Place, lines: &[Line]) -> Vec<Landing> {
    import(place, ImportOptions::default(), lines).landings
}

/// What history tells of a game that lines tell, too: not the logos and names of teams, nor the season's phase.
async fn told(store: &Store) -> Vec<(PastGame, Vec<TimelineEntry>)> {
    let query = HistoryQuery { limit: 1000, ..HistoryQuery::default() };
    let mut all = Vec::new();
    for mut game in store.games(query).await.unwrap().found.games {
        let entries = store.timelines(None, game.id.clone()).await.unwrap().found.remove(0).entries;
        game.season.as_mut().unwrap().phase = game_model::SeasonPhase::Regular;
        for side in [&mut game.home, &mut game.away] {
            side.team.id.clear();
            side.team.name.clear();
            side.team.abbreviation.clear();
        }
        all.push((game, entries));
    }
    all.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    all
}

/// A store that saw three looks at a game and one at another.
async fn source() -> (Place, Store) {
    let place = Place::in_memory();
    place.clock.pass(TimeDelta::nanoseconds(7));
    let store = place.open(None);
    for (status, score) in [(GameStatus::Scheduled, 0), (GameStatus::Live, 7), (GameStatus::Finished, 10)] {
        place.observe(&store, &[scored(game(1, status), score)]).await;
        place.clock.pass(TimeDelta::minutes(30));
    }
    place.observe(&store, &[game(2, GameStatus::Live)]).await;
    (place, store)
}

#[tokio::test]
async fn lines_come_back_as_they_were_and_once() {
    let (place, store) = source().await;
    let lines = exported(&place.dir());
    assert_eq!(lines.len(), 4);
    let parsed: Vec<_> = lines.iter().map(|line| parse(line)).collect();

    let other = Place::in_memory();
    assert_eq!(landings(&other, &parsed), [Landing::Added; 4]);
    balances(&other);
    assert_eq!(exported(&other.dir()), lines);
    assert_eq!(landings(&other, &parsed), [Landing::Known; 4]);
    assert_eq!(landings(&place, &parsed), [Landing::Known; 4], "beside the store that is open");
    let again = other.open(None);
    // A line does not tell the start of a game that was only seen live.
    let (mut expected, mut found) = (told(&store).await, told(&again).await);
    for told in [&mut expected, &mut found] {
        told[1].0.start = DateTime::UNIX_EPOCH;
        told[1].0.start_text.clear();
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_import_never_overrides_what_is_newer() {
    let (place, _) = source().await;
    let lines: Vec<_> = exported(&place.dir()).iter().map(|line| parse(line)).collect();

    // The other store saw the game later, and has what no line tells.
    let other = Place::in_memory();
    other.clock.pass(TimeDelta::hours(5));
    let store = other.open(None);
    let newest = Game { start_confirmed: false, ..scored(game(1, GameStatus::Finished), 13) };
    other.observe(&store, std::slice::from_ref(&newest)).await;
    let before = told(&store).await;
    assert_eq!(landings(&other, &lines), [Landing::Added; 4]);
    let after = told(&store).await;
    assert_eq!(after[0].0, before[0].0);
    let course: Vec<_> = after[0].1.iter().map(|entry| entry.home_score).collect();
    assert_eq!(course, [0, 7, 10, 13], "in the order in which they were observed");
    let since = other.observation(&[]).observed_at - TimeDelta::days(30);
    let remembered = store.remembered(newest.league, since).await.unwrap();
    let kept = remembered.iter().find(|kept| kept.game.id == newest.id).unwrap();
    assert_eq!(kept.game, newest);
    assert_eq!(other.observe(&store, &[newest]).await.unchanged, 1, "the next look compares with the newest");
}

#[tokio::test]
async fn one_moment_of_a_game_is_observed_once() {
    let (place, _store) = source().await;
    let line = exported(&place.dir()).remove(1);
    let other = String::from_utf8(line).unwrap().replace("home_score=7i", "home_score=8i");
    assert_eq!(landings(&place, &[parse(other.as_bytes())]), [Landing::Contradicted]);
    // Another moment, but a place that is taken: it gets the next one, as a correction does.
    let line = String::from_utf8(exported(&place.dir()).remove(2)).unwrap();
    let (before, after) = line.split_once("observed_at=").unwrap();
    let observed_at: i64 = after.split_once('i').unwrap().0.parse().unwrap();
    let corrected = line.replace("home_score=10i", "home_score=11i");
    let corrected = corrected.replace(&observed_at.to_string(), &(observed_at + 1).to_string());
    for expected in [Landing::Added, Landing::Known] {
        assert_eq!(landings(&place, &[parse(corrected.as_bytes())]), [expected], "{before}");
    }
    let timestamps: Vec<_> = place.history().iter().map(|row| row.point.timestamp).collect();
    assert_eq!(timestamps.last(), Some(&(timestamps[2] + 1)));
    balances(&place);
}

#[tokio::test]
async fn what_is_imported_is_sent_where_it_is_asked_for_alone() {
    let (place, store) = source().await;
    let lines = exported(&place.dir());
    let parsed: Vec<_> = lines.iter().map(|line| parse(line)).collect();
    store.close().await;

    // Observed while InfluxDB was off, then imported: only the former is queued once it is on.
    let other = Place::in_memory();
    let store = other.open(None);
    let later: Vec<_> = [8, 9].map(|id| game(id, GameStatus::Live)).into();
    other.observe(&store, &later[..1]).await;
    landings(&other, &parsed);
    other.clock.pass(TimeDelta::seconds(1));
    other.observe(&store, &later[1..]).await;
    store.close().await;
    let store = other.open(ON);
    until(&store, "what was observed waits", || totals(&store).pending == 2).await;
    until(&store, "all is considered", || other.read::<i64>("SELECT count(*) FROM unqueued") == 0).await;
    assert!(waiting(&store).await.iter().all(|line| !lines.contains(&line.to_vec())));
    assert_eq!(totals(&store).pending, 2);

    // Asked for, and not older than the server keeps.
    let asked = Place::in_memory();
    let store = asked.open(ON);
    let options = ImportOptions { queue: Some(DAY * 730), ..ImportOptions::default() };
    assert_eq!(import(&asked, options, &parsed).queued, 4);
    until(&store, "all wait", || totals(&store).pending == 4 && totals(&store).deferred == 0).await;
    let mut queued: Vec<_> = waiting(&store).await.iter().map(|line| line.to_vec()).collect();
    queued.sort();
    let mut expected = lines;
    expected.sort();
    assert_eq!(queued, expected);
    balances(&asked);
    let none = Place::in_memory();
    none.clock.pass(TimeDelta::days(731));
    assert_eq!(import(&none, options, &parsed).queued, 0, "InfluxDB would drop them");
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let (place, _store) = source().await;
    let lines: Vec<_> = exported(&place.dir()).iter().map(|line| parse(line)).collect();
    let dry = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let other = Place::in_memory();
    assert_eq!(import(&other, dry, &lines).landings, [Landing::Added; 4]);
    assert!(!other.dir().exists());
    assert!(matches!(Export::open(&other.dir(), ExportScope::default()), Err(OpenError::Missing { .. })));
    landings(&other, &lines[..2]);
    let expected = [Landing::Known, Landing::Known, Landing::Added, Landing::Added];
    assert_eq!(import(&other, dry, &lines).landings, expected);
    assert_eq!(exported(&other.dir()).len(), 2);
}

#[tokio::test]
async fn a_scope_is_a_league_and_a_season() {
    let (place, store) = source().await;
    let mut earlier = game(3, GameStatus::Finished);
    earlier.season = Some(earlier.league.season(2024, 2));
    place.observe(&store, &[earlier]).await;
    for (league, begins, games, observations) in [
        (None, None, 3, 5),
        (Some("nfl"), Some(2026), 2, 4),
        (None, Some(2024), 1, 1),
        (Some("nhl"), None, 0, 0),
    ] {
        let scope = ExportScope { league: league.map(|league| league.parse().unwrap()), begins };
        let mut export = Export::open(&place.dir(), scope).unwrap();
        assert_eq!(
            (export.games_total().unwrap(), export.observations_total().unwrap()),
            (games, observations)
        );
        let read = export.next_games().unwrap().unwrap_or_default();
        assert_eq!(read.len() as u64, games);
        assert!(export.next_games().unwrap().is_none());
        let mut points = 0;
        while let Some(page) = export.next_observations().unwrap() {
            points += page.len() as u64;
        }
        assert_eq!(points, observations);
    }
}

#[tokio::test]
async fn a_service_that_runs_notices_what_was_imported() {
    let (place, _) = source().await;
    let lines: Vec<_> = exported(&place.dir()).iter().map(|line| parse(line)).collect();
    let other = Place::in_memory();
    let store = other.open(None);
    let revision = store.revision(None, None);
    landings(&other, &lines);
    let oldest = lines.iter().map(|(point, _)| point.observed_at).min().unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while store.report().oldest.map(nanoseconds) != Some(oldest) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("it looks around every two seconds");
    assert_eq!(store.report().observations, 4);
    assert!(store.revision(None, None) > revision, "answers that were kept are made anew");
}

/// What one poll saw of one of three games.
fn look() -> impl Strategy<Value = (u32, GameStatus, u32, i64)> {
    (1..4_u32, select(&GameStatus::ALL[..]), 0..3_u32, prop_oneof![Just(0_i64), 0..3_i64])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_history_survives_the_round_trip(looks in prop::collection::vec(look(), 1..40), seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let place = Place::in_memory();
            let store = place.open(None);
            place.clock.pass(TimeDelta::nanoseconds(1));
            for (id, status, score, moved) in looks {
                let mut seen = scored(game(id, status), score);
                seen.start += TimeDelta::hours(moved);
                seen.start_text = seen.start.format("%Y-%m-%dT%H:%MZ").to_string();
                place.observe(&store, &[seen]).await;
                place.clock.pass(TimeDelta::seconds(15));
            }
            let lines = exported(&place.dir());
            let mut parsed: Vec<_> = lines.iter().map(|line| parse(line)).collect();
            let mut dice = super::support::Dice(seed | 1);
            for place in (1..parsed.len()).rev() {
                parsed.swap(place, dice.below(place + 1));
            }
            let other = Place::in_memory();
            let (first, second) = parsed.split_at(parsed.len() / 2);
            let added: Vec<_> = [first, second, first].map(|part| landings(&other, part)).concat();
            assert_eq!(added.iter().filter(|landing| **landing == Landing::Added).count(), lines.len());
            assert!(exported(&other.dir()) == lines, "the same bytes");
            balances(&other);
            let again = other.open(None);
            assert_eq!(comparable(told(&again).await), comparable(told(&store).await));
            let ordered = Place::in_memory();
            for line in &lines {
                assert_eq!(landings(&ordered, &[parse(line)]), [Landing::Added]);
            }
            let ordered = ordered.open(None);
            assert_eq!(told(&again).await, told(&ordered).await, "whatever the order");
        });
    }
}

type Told = (GameId, GameStatus, DateTime<Utc>, u32, Vec<TimelineEntry>);

/// What lines tell of games whatever was seen of them: no start of one that was seen moving last, nor a look at it
/// that left no row.
fn comparable(told: Vec<(PastGame, Vec<TimelineEntry>)>) -> Vec<Told> {
    let of = |(game, entries): (PastGame, Vec<_>)| {
        let moves = game.status.moves_with_time();
        let observed_at = if moves { DateTime::UNIX_EPOCH } else { game.observed_at };
        (game.id, game.status, observed_at, game.home.score, entries)
    };
    told.into_iter().map(of).collect()
}

#[tokio::test]
async fn what_was_imported_does_not_count_as_observed_here() {
    let (place, _store) = source().await;
    let lines: Vec<_> = exported(&place.dir()).iter().map(|line| parse(line)).collect();
    let other = Place::in_memory();
    other.clock.pass(TimeDelta::days(400));
    assert_eq!(landings(&other, &lines), [Landing::Added; 4]);
    let store = other.open(None);
    assert!(store.report().oldest.is_some_and(|oldest| oldest < other.observation(&[]).observed_at));
    assert_eq!(store.begins(), None, "whoever has the time between is to be asked for it");
    let seen_at = other.observation(&[]).observed_at;
    other.observe(&store, &[game(7, GameStatus::Live)]).await;
    assert!(store.begins().is_some_and(|begins| begins >= seen_at), "{:?}", store.begins());
}

#[tokio::test]
async fn a_look_from_the_future_is_refused() {
    let (place, _store) = source().await;
    let line = String::from_utf8(exported(&place.dir()).remove(1)).unwrap();
    let (_, after) = line.split_once("observed_at=").unwrap();
    let observed_at: i64 = after.split_once('i').unwrap().0.parse().unwrap();
    let late = nanoseconds(place.observation(&[]).observed_at + TimeDelta::hours(12) + TimeDelta::minutes(6));
    let line = line.replace(&observed_at.to_string(), &late.to_string());
    assert_eq!(landings(&place, &[parse(line.as_bytes())]), [Landing::InTheFuture]);
}
