//! Tests of the interval of a slate.

mod laws;

use std::time::Duration;

use chrono::TimeDelta;
use game_model::GameStatus;

use super::*;
use crate::test_support::{game, look, nhl, utc};

const NOW: &str = "2026-01-10T12:00";

fn config() -> CollectorConfig {
    CollectorConfig::default()
}

/// Every game counts.
fn all() -> Tracked {
    Tracked::default()
}

/// The pace of a slate with one game of this status that starts so many minutes from now and changed so many ago.
fn pace_of(role: Role, status: GameStatus, starts_in: i64, changed_ago: i64) -> Pace {
    let now = utc(NOW);
    let mut game = game(nhl(), "1", NOW, status);
    game.start = now + TimeDelta::minutes(starts_in);
    pace(role, [&look(game, now - TimeDelta::minutes(changed_ago))], &all(), now, &config())
}

fn every(role: Role, status: GameStatus, starts_in: i64, changed_ago: i64) -> Option<u64> {
    pace_of(role, status, starts_in, changed_ago).every.map(|every| every.as_secs())
}

#[test]
fn a_slate_is_asked_by_what_is_near_whichever_it_is() {
    for role in [Role::Current, Role::Ahead] {
        let at = |starts_in| every(role, GameStatus::Scheduled, starts_in, 600);
        assert_eq!(at(5), Some(5));
        assert_eq!(at(6), Some(300));
        assert_eq!(at(60), Some(300));
        assert_eq!(at(61), Some(12 * 3_600));
        assert_eq!(pace(role, [], &all(), utc(NOW), &config()).every, Some(Duration::from_hours(12)));
    }
    assert_eq!(every(Role::Past, GameStatus::Scheduled, 60, 600), Some(300));
    assert_eq!(every(Role::Beyond, GameStatus::Scheduled, 61, 600), None);
}

#[test]
fn a_pace_tells_when_it_quickens_and_why_it_is_so() {
    let minutes = |pace: Pace| pace.quickens_at.map(|at| (at - utc(NOW)).num_minutes());
    let scheduled = |starts_in| pace_of(Role::Current, GameStatus::Scheduled, starts_in, 0);
    assert_eq!(minutes(scheduled(600)), Some(540));
    assert_eq!(minutes(scheduled(60)), Some(55));
    assert_eq!(minutes(scheduled(5)), None);
    assert_eq!(minutes(pace_of(Role::Current, GameStatus::Live, -10, 0)), None);
    let watching = [600, 60, 5].map(|starts_in| scheduled(starts_in).watching);
    assert_eq!(watching, [Watching::Idle, Watching::Soon, Watching::Live]);
    assert_eq!(pace_of(Role::Past, GameStatus::Delayed, -10, 0).watching, Watching::Live);
    assert_eq!(pace_of(Role::Past, GameStatus::Suspended, -10, 0).watching, Watching::Soon);
    assert_eq!(pace_of(Role::Past, GameStatus::Suspended, -2_000, 1_440).watching, Watching::Idle);
}

/// The pace of a game that ended so many seconds ago and was last looked at so many seconds ago.
fn ended(ended_ago: i64, looked_ago: i64) -> Pace {
    let now = utc(NOW);
    let mut look = look(game(nhl(), "1", NOW, GameStatus::Finished), now - TimeDelta::seconds(ended_ago));
    look.ended_at = Some(now - TimeDelta::seconds(ended_ago));
    look.observed_at = now - TimeDelta::seconds(looked_ago);
    pace(Role::Past, [&look], &all(), now, &config())
}

#[test]
fn a_game_that_ended_is_looked_at_after_one_and_ten_minutes_and_then_not() {
    let in_seconds = |pace: Pace| pace.look_at.map(|at| (at - utc(NOW)).num_seconds());
    assert_eq!(in_seconds(ended(0, 0)), Some(60));
    assert_eq!(in_seconds(ended(59, 59)), Some(1));
    assert_eq!(in_seconds(ended(61, 1)), Some(539));
    assert_eq!(in_seconds(ended(60, 0)), Some(540), "at the very moment");
    assert_eq!(in_seconds(ended(601, 1)), None);
    // Both were missed: one look makes up for them, but not hours later.
    assert_eq!(in_seconds(ended(1_200, 1_200)), Some(-1_140));
    assert_eq!(ended(3_600, 3_600), Pace::REST);
    assert_eq!((ended(61, 1).watching, ended(601, 1).watching), (Watching::Ended, Watching::Idle));
    assert!(ended(61, 1).every.is_none() && ended(61, 1).asks() && !ended(601, 1).asks());
}

#[test]
fn a_game_that_nobody_tracks_quickens_nothing_and_is_asked_for_until_it_is_over() {
    let mut tracked = Tracked::default();
    tracked.add_team(nhl(), "nhl-sea");
    let now = utc(NOW);
    let pace_of = |role, status, starts_in| {
        let mut game = game(nhl(), "1", NOW, status);
        game.start = now + TimeDelta::minutes(starts_in);
        pace(role, [&look(game, now)], &tracked, now, &config())
    };
    let twice_a_day = Some(Duration::from_hours(12));
    for status in GameStatus::ALL {
        for starts_in in [-30, 3, 30] {
            let pace = pace_of(Role::Current, status, starts_in);
            assert_eq!((pace.every, pace.quickens_at, pace.look_at), (twice_a_day, None, None), "{status}");
            assert_eq!(pace.watching, Watching::Idle);
        }
    }
    assert_eq!(pace_of(Role::Past, GameStatus::Live, -30).every, twice_a_day);
    assert_eq!(pace_of(Role::Past, GameStatus::Finished, -30).every, None);
}

#[test]
fn live_and_delayed_games_are_asked_at_the_live_pace_wherever_they_are() {
    for role in [Role::Current, Role::Ahead, Role::Past, Role::Beyond] {
        for status in [GameStatus::Live, GameStatus::Delayed] {
            assert_eq!(every(role, status, -60, 0), Some(5));
            // A delay may be announced before the start.
            assert_eq!(every(role, status, 5, 0), Some(5));
        }
    }
}

#[test]
fn a_live_game_that_does_not_change_is_stuck_and_let_go_in_the_end() {
    let hours = |hours: i64| every(Role::Past, GameStatus::Live, -60 * hours, 60 * hours);
    assert_eq!(hours(5), Some(5));
    assert_eq!(hours(6), Some(3_600));
    assert_eq!(hours(7 * 24 - 1), Some(3_600));
    assert_eq!(hours(7 * 24), None);
    // One that was interrupted days ago and goes on now is not.
    assert_eq!(every(Role::Past, GameStatus::Live, -60 * 24 * 20, 1), Some(5));
}

#[test]
fn an_overdue_game_is_expected_ever_less_often() {
    let minutes = |minutes: i64| every(Role::Past, GameStatus::Scheduled, -minutes, 60 * 24 * 30);
    let hours = |hours: i64| minutes(60 * hours);
    assert_eq!((minutes(0), minutes(4)), (Some(5), Some(5)));
    assert_eq!((minutes(5), minutes(59)), (Some(60), Some(60)));
    assert_eq!((hours(1), hours(5)), (Some(300), Some(300)));
    assert_eq!(hours(6), Some(3_600));
    assert_eq!(hours(7 * 24), None);
}

#[test]
fn a_suspended_game_is_asked_for_closely_for_a_day_and_then_hourly() {
    const DAY: i64 = 60 * 24;
    let suspended = |starts_in, changed_ago| every(Role::Past, GameStatus::Suspended, starts_in, changed_ago);
    assert_eq!((suspended(-120, 0), suspended(-120 - DAY, DAY - 1)), (Some(300), Some(300)));
    assert_eq!(suspended(-120 - DAY, DAY), Some(3_600));
    // Where a start is said for the rest of it, it is expected as any other.
    assert_eq!((suspended(5, DAY), suspended(60, DAY), suspended(61, DAY)), (Some(5), Some(300), None));
    assert_eq!((suspended(-4, DAY), suspended(-5, DAY), suspended(-60, DAY)), (Some(5), Some(60), Some(300)));
    assert_eq!(every(Role::Past, GameStatus::Suspended, -60 * 24 * 8, 60 * 24 * 7), None);
}

#[test]
fn settled_games_ask_for_nothing() {
    for status in [GameStatus::Finished, GameStatus::Canceled, GameStatus::Postponed] {
        assert_eq!(pace_of(Role::Past, status, -60, 0), Pace::REST);
        assert_eq!(every(Role::Current, status, -60, 0), Some(12 * 3_600));
    }
}

#[test]
fn a_start_without_a_time_of_day_is_never_imminent() {
    let pace_at = |role, starts_in| {
        let now = utc(NOW);
        let mut game = game(nhl(), "1", NOW, GameStatus::Scheduled);
        game.start = now + TimeDelta::minutes(starts_in);
        game.start_confirmed = false;
        pace(role, [&look(game, now)], &all(), now, &config()).every.map(|every| every.as_secs())
    };
    assert_eq!(pace_at(Role::Current, 3), Some(300));
    assert_eq!(pace_at(Role::Current, 61), Some(12 * 3_600));
    assert_eq!(pace_at(Role::Ahead, 3), Some(300));
    assert_eq!(pace_at(Role::Ahead, -10), Some(300));
    assert_eq!(pace_at(Role::Past, -24 * 60), Some(3_600));
}
