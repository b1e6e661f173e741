//! Tests of the interval of a slate.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::GameStatus;
use proptest::prelude::*;

use super::*;
use crate::test_support::{game, look, nhl, utc};

const NOW: &str = "2026-01-10T12:00";

fn config() -> CollectorConfig {
    CollectorConfig::default()
}

/// The pace of a slate with one game of this status that starts so many minutes from now and changed so many ago.
fn pace_of(role: Role, status: GameStatus, starts_in: i64, changed_ago: i64) -> Pace {
    let now = utc(NOW);
    let mut game = game(nhl(), "1", NOW, status);
    game.start = now + TimeDelta::minutes(starts_in);
    pace(role, [&look(game, now - TimeDelta::minutes(changed_ago))], now, &config())
}

fn every(role: Role, status: GameStatus, starts_in: i64, changed_ago: i64) -> Option<u64> {
    pace_of(role, status, starts_in, changed_ago).every.map(|every| every.as_secs())
}

#[test]
fn the_current_slate_is_asked_by_what_is_near() {
    let at = |starts_in| every(Role::Current, GameStatus::Scheduled, starts_in, 600);
    assert_eq!(at(30), Some(60));
    assert_eq!(at(31), Some(300));
    assert_eq!(at(24 * 60), Some(300));
    assert_eq!(at(24 * 60 + 1), Some(3_600));
    assert_eq!(pace(Role::Current, [], utc(NOW), &config()).every, Some(Duration::from_hours(1)));
}

#[test]
fn slates_ahead_are_asked_twice_a_day_until_half_an_hour_before_a_start() {
    let at = |starts_in| every(Role::Ahead, GameStatus::Scheduled, starts_in, 600);
    assert_eq!(at(24 * 60), Some(12 * 3_600));
    assert_eq!(at(31), Some(12 * 3_600));
    assert_eq!(at(30), Some(60));
}

#[test]
fn a_pace_tells_when_it_quickens() {
    let minutes = |pace: Pace| pace.quickens_at.map(|at| (at - utc(NOW)).num_minutes());
    assert_eq!(minutes(pace_of(Role::Ahead, GameStatus::Scheduled, 600, 0)), Some(570));
    assert_eq!(minutes(pace_of(Role::Current, GameStatus::Scheduled, 600, 0)), Some(570));
    assert_eq!(minutes(pace_of(Role::Current, GameStatus::Scheduled, 25 * 60, 0)), Some(60));
    assert_eq!(minutes(pace_of(Role::Current, GameStatus::Scheduled, 10, 0)), None);
    assert_eq!(minutes(pace_of(Role::Current, GameStatus::Live, -10, 0)), None);
}

#[test]
fn live_and_delayed_games_are_asked_at_the_live_pace_wherever_they_are() {
    for role in [Role::Current, Role::Ahead, Role::Past, Role::Beyond] {
        for status in [GameStatus::Live, GameStatus::Delayed] {
            assert_eq!(every(role, status, -60, 0), Some(15));
            // A delay may be announced before the start.
            assert_eq!(every(role, status, 5, 0), Some(15));
        }
    }
}

#[test]
fn a_live_game_that_does_not_change_is_stuck_and_let_go_in_the_end() {
    let hours = |hours: i64| every(Role::Past, GameStatus::Live, -60 * hours, 60 * hours);
    assert_eq!(hours(5), Some(15));
    assert_eq!(hours(6), Some(3_600));
    assert_eq!(hours(7 * 24 - 1), Some(3_600));
    assert_eq!(hours(7 * 24), None);
    // One that was interrupted days ago and goes on now is not.
    assert_eq!(every(Role::Past, GameStatus::Live, -60 * 24 * 20, 1), Some(15));
}

#[test]
fn an_overdue_game_is_expected_every_minute_then_hourly_then_not() {
    let hours = |hours: i64| every(Role::Past, GameStatus::Scheduled, -60 * hours, 60 * 24 * 30);
    assert_eq!(hours(0), Some(60));
    assert_eq!(hours(5), Some(60));
    assert_eq!(hours(6), Some(3_600));
    assert_eq!(hours(7 * 24), None);
}

#[test]
fn a_suspended_game_is_asked_for_hourly() {
    assert_eq!(every(Role::Past, GameStatus::Suspended, -120, 0), Some(3_600));
    assert_eq!(every(Role::Past, GameStatus::Suspended, -60 * 24 * 8, 60 * 24 * 7), None);
}

#[test]
fn settled_games_ask_for_nothing() {
    for status in [GameStatus::Finished, GameStatus::Canceled, GameStatus::Postponed] {
        assert_eq!(pace_of(Role::Past, status, -60, 0), Pace { every: None, quickens_at: None });
        assert_eq!(every(Role::Current, status, -60, 0), Some(3_600));
    }
}

#[test]
fn a_start_without_a_time_of_day_is_never_imminent() {
    let pace_at = |role, starts_in| {
        let now = utc(NOW);
        let mut game = game(nhl(), "1", NOW, GameStatus::Scheduled);
        game.start = now + TimeDelta::minutes(starts_in);
        game.start_confirmed = false;
        pace(role, [&look(game, now)], now, &config()).every.map(|every| every.as_secs())
    };
    assert_eq!(pace_at(Role::Current, 10), Some(300));
    assert_eq!(pace_at(Role::Current, 25 * 60), Some(3_600));
    assert_eq!(pace_at(Role::Ahead, 10), Some(12 * 3_600));
    assert_eq!(pace_at(Role::Ahead, -10), Some(300));
    assert_eq!(pace_at(Role::Past, -24 * 60), Some(3_600));
}

fn statuses() -> impl Strategy<Value = GameStatus> {
    prop::sample::select(GameStatus::ALL.to_vec())
}

fn roles() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Current, Role::Ahead, Role::Past, Role::Beyond])
}

prop_compose! {
    fn looks()(
        status in statuses(),
        starts_in in -20_000_i64..60_000,
        changed_ago in 0_i64..20_000,
        confirmed in any::<bool>(),
    ) -> Look {
        let now = utc(NOW);
        let mut game = game(nhl(), "1", NOW, status);
        game.start = now + TimeDelta::minutes(starts_in);
        game.start_confirmed = confirmed;
        look(game, now - TimeDelta::minutes(changed_ago))
    }
}

proptest! {
    /// The pace of a slate is that of its most urgent game, and a game more never makes it slower.
    #[test]
    fn a_slate_is_as_urgent_as_its_most_urgent_game(
        role in roles(),
        games in prop::collection::vec(looks(), 0..6),
    ) {
        let (now, config) = (utc(NOW), config());
        let all = pace(role, &games, now, &config);
        let alone = games.iter().map(|look| pace(role, [look], now, &config));
        let (mut fastest, mut soonest) = (pace(role, [], now, &config).every, None::<DateTime<Utc>>);
        for one in alone {
            fastest = fastest.into_iter().chain(one.every).min();
            soonest = soonest.into_iter().chain(one.quickens_at).min();
        }
        prop_assert_eq!(all, Pace { every: fastest, quickens_at: soonest });
    }

    /// Every interval is one of the configured ones; the current slate always has one, and it is hourly at least.
    #[test]
    fn intervals_are_the_configured_ones(role in roles(), games in prop::collection::vec(looks(), 0..6)) {
        let config = config();
        let known = [
            config.live_interval,
            config.imminent_interval,
            config.soon_interval,
            config.quiet_interval,
            config.look_ahead_interval,
        ];
        let every = pace(role, &games, utc(NOW), &config).every;
        prop_assert!(every.is_none_or(|every| known.contains(&every)));
        if role == Role::Current {
            prop_assert!(every.is_some_and(|every| every <= config.quiet_interval));
        }
        if games.iter().any(|look| look.game.status.is_on() && look.changed_at > utc(NOW) - STUCK_AFTER) {
            prop_assert_eq!(every, Some(config.live_interval));
        }
    }

    /// A pace really gets quicker when it says so, and does not before.
    #[test]
    fn a_pace_quickens_when_it_says(role in roles(), look in looks()) {
        let (now, config) = (utc(NOW), config());
        let before = pace(role, [&look], now, &config);
        if let Some(at) = before.quickens_at {
            prop_assert!(at > now);
            let slowest = Duration::MAX;
            let then = pace(role, [&look], at, &config).every.unwrap_or(slowest);
            prop_assert!(then < before.every.unwrap_or(slowest));
            let just_before = pace(role, [&look], at - TimeDelta::seconds(1), &config);
            prop_assert_eq!(just_before.every, before.every);
        }
    }

    #[test]
    fn jitter_is_a_tenth_at_most(seconds in 1_u64..100_000, fraction in -3.0_f64..3.0) {
        let every = Duration::from_secs(seconds);
        let jittered = jittered(every, fraction);
        prop_assert!(jittered >= every.mul_f64(0.899) && jittered <= every.mul_f64(1.101));
    }
}
