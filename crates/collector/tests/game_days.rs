//! Simulated days: a night of hockey across Eastern midnight, a week's end in the NFL, a game that is put off.

mod support;

use chrono::{DateTime, TimeDelta, Utc};
use collector::Tracked;
use game_model::{GameStatus, Slate, SlateId, SourceErrorKind, Watching};

use support::{MINUTE, World, day, game, utc};

fn gaps(times: &[DateTime<Utc>]) -> Vec<f64> {
    times.windows(2).map(|pair| (pair[1] - pair[0]).as_seconds_f64()).collect()
}

/// Whether intervals are around so many seconds, their jitter and the pause between two requests allowed for.
fn around(gaps: &[f64], seconds: f64) -> bool {
    !gaps.is_empty() && gaps.iter().all(|gap| *gap >= seconds && *gap <= seconds * 1.05 + 2.0)
}

/// A game in Los Angeles at 22:30 Eastern, 03:30 UTC, that ends at 06:10 UTC; the default slate jumps at 05:00 UTC.
fn night_of_hockey() -> World {
    let world = World::new("2026-01-10T12:00", &["nhl"]);
    let (tonight, tomorrow) = (day("2026-01-10"), day("2026-01-11"));
    let night = |from, status, home| {
        world.espn.plays(from, tonight, game("nhl", "late", "2026-01-11T03:30", status, home));
    };
    world.espn.shows("2026-01-01T00:00", "nhl", tonight);
    world.espn.shows("2026-01-11T05:00", "nhl", tomorrow);
    night("2026-01-01T00:00", GameStatus::Scheduled, 0);
    night("2026-01-11T03:32", GameStatus::Live, 0);
    night("2026-01-11T04:00", GameStatus::Live, 1);
    night("2026-01-11T05:30", GameStatus::Live, 2);
    night("2026-01-11T06:10", GameStatus::Finished, 2);
    let next = game("nhl", "next", "2026-01-12T00:00", GameStatus::Scheduled, 0);
    world.espn.plays("2026-01-01T00:00", tomorrow, next);
    world
}

#[tokio::test(start_paused = true)]
async fn a_night_of_hockey_is_followed_across_eastern_midnight() {
    let world = night_of_hockey();
    let running = world.start().await;

    world.until("2026-01-11T04:30").await;
    assert_eq!(
        world.served("nhl"),
        [("late".into(), GameStatus::Live, 1), ("next".into(), GameStatus::Scheduled, 0)]
    );
    let view = world.view("nhl");
    assert_eq!(view.interval.as_secs(), 5);
    assert!(utc("2026-01-11T04:30") - view.polled_at.unwrap() < TimeDelta::seconds(6));

    world.until("2026-01-11T07:00").await;
    let current = |from, to| gaps(&world.espn.asked("nhl", Slate::Current, from, to));
    let calm = world.espn.asked("nhl", Slate::Current, "2026-01-10T12:01", "2026-01-11T02:30");
    assert_eq!(calm.len(), 1, "nothing is soon: twice a day");
    assert!(around(&current("2026-01-11T02:30", "2026-01-11T03:25"), 300.0), "a game within the hour");
    assert!(around(&current("2026-01-11T03:25", "2026-01-11T04:59"), 5.0), "about to start, and live");
    let next_day = world.espn.asked("nhl", Slate::Current, "2026-01-11T05:01", "2026-01-11T07:00");
    assert!(next_day.is_empty(), "nothing of the next day is soon");

    let tonight = Slate::Named(day("2026-01-10"));
    assert!(world.espn.asked("nhl", tonight, "2026-01-01T00:00", "2026-01-11T05:00").is_empty());
    let by_name = world.espn.asked("nhl", tonight, "2026-01-11T05:00", "2026-01-11T06:10");
    assert!(around(&gaps(&by_name), 5.0), "yesterday's slate is followed by its name");
    assert!(by_name[0] < utc("2026-01-11T05:01"));
    let later = world.espn.asked("nhl", tonight, "2026-01-11T06:10", "2026-01-11T07:00");
    assert_eq!(later.len(), 3, "one look finds it over, two look for corrections, and then it is settled");
    assert!(later[1] - later[0] >= TimeDelta::minutes(1) && later[2] - later[0] >= TimeDelta::minutes(10));

    assert_eq!(
        running.changes(),
        [
            ("game_ended", 1),
            ("game_scheduled", 2),
            ("game_started", 1),
            ("lead_changed", 1),
            ("score_changed", 2)
        ]
    );
    let history = world.log.history("late");
    assert_eq!(history.last().map(|(_, status, home)| (*status, *home)), Some((GameStatus::Finished, 2)));
    assert!(history.is_sorted_by(|a, b| a.0 < b.0));
    assert_eq!(running.report().games, 2);
}

#[tokio::test(start_paused = true)]
async fn the_days_ahead_are_asked_twice_a_day_one_after_the_other() {
    let world = night_of_hockey();
    world.start().await;
    world.until("2026-01-11T12:00").await;
    for date in ["2026-01-13", "2026-01-15", "2026-01-17"] {
        let asked = world.espn.asked("nhl", Slate::Named(day(date)), "2026-01-10T12:00", "2026-01-11T12:00");
        assert_eq!(asked.len(), 2, "{date}: {asked:?}");
    }
    let requests = world.espn.requests("nhl");
    assert!(requests.windows(2).all(|pair| pair[1].0 - pair[0].0 >= TimeDelta::seconds(1)));
    // The day that comes into view at Eastern midnight is asked then.
    let asked =
        world.espn.asked("nhl", Slate::Named(day("2026-01-18")), "2026-01-10T12:00", "2026-01-11T12:00");
    assert!(asked[0] >= utc("2026-01-11T05:00") && asked[0] < utc("2026-01-11T05:10"), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn the_nfl_goes_on_to_its_next_week() {
    let world = World::new("2026-01-05T12:00", &["nfl"]);
    let week = |phase, number| SlateId::Week { year: 2025, phase, number };
    let (last, first) = (week(2, 18), week(3, 1));
    world.espn.has_weeks(vec![
        (last, utc("2026-01-07T08:00")),
        (first, utc("2026-01-14T08:00")),
        (week(3, 2), utc("2026-01-21T08:00")),
    ]);
    world.espn.shows("2026-01-01T00:00", "nfl", last);
    world.espn.shows("2026-01-07T08:00", "nfl", first);
    let over = game("nfl", "over", "2026-01-04T18:00", GameStatus::Finished, 24);
    let next = game("nfl", "next", "2026-01-10T21:30", GameStatus::Scheduled, 0);
    world.espn.plays("2026-01-01T00:00", last, over);
    world.espn.plays("2026-01-01T00:00", first, next);
    let running = world.start().await;

    world.until("2026-01-07T07:00").await;
    assert_eq!(world.served("nfl").len(), 2);
    assert_eq!(world.view("nfl").interval.as_secs(), 45_360);
    assert!(world.espn.asked("nfl", Slate::Named(last), "2026-01-05T12:00", "2026-01-07T07:00").is_empty());
    let ahead = world.espn.asked("nfl", Slate::Named(first), "2026-01-05T12:00", "2026-01-07T07:00");
    assert!((3..=4).contains(&ahead.len()), "{ahead:?}");

    world.until("2026-01-08T17:00").await;
    assert_eq!(world.served("nfl"), [("next".into(), GameStatus::Scheduled, 0)]);
    let again = world.espn.asked("nfl", Slate::Named(first), "2026-01-07T15:00", "2026-01-08T17:00");
    assert!(again.is_empty(), "it is the current slate now");
    assert_eq!(running.changes(), [("game_scheduled", 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_game_that_was_put_off_is_found_on_its_new_date() {
    let world = World::new("2026-01-10T12:00", &["nhl"]);
    let (tonight, later) = (day("2026-01-10"), day("2026-01-13"));
    world.espn.shows("2026-01-01T00:00", "nhl", tonight);
    let stays = game("nhl", "stays", "2026-01-11T00:00", GameStatus::Scheduled, 0);
    let planned = game("nhl", "moves", "2026-01-11T00:30", GameStatus::Scheduled, 0);
    world.espn.plays("2026-01-01T00:00", tonight, planned.clone());
    world.espn.plays("2026-01-01T00:00", tonight, stays);
    let put_off = game("nhl", "moves", "2026-01-11T00:30", GameStatus::Postponed, 0);
    world.espn.plays("2026-01-10T23:10", tonight, put_off);
    let moved = game("nhl", "moves", "2026-01-14T00:00", GameStatus::Scheduled, 0);
    world.espn.plays("2026-01-10T23:30", later, moved);
    let running = world.start().await;

    world.until("2026-01-10T23:20").await;
    assert_eq!(world.served("nhl")[0], ("moves".into(), GameStatus::Postponed, 0));
    world.until("2026-01-10T23:45").await;
    assert_eq!(
        world.served("nhl"),
        [("stays".into(), GameStatus::Scheduled, 0), ("moves".into(), GameStatus::Scheduled, 0)]
    );
    assert_eq!(running.changes(), [("game_postponed", 1), ("game_rescheduled", 1), ("game_scheduled", 2)]);
}

#[tokio::test(start_paused = true)]
async fn teams_that_are_tracked_decide_at_once_how_often_is_asked() {
    let world = World::new("2026-01-10T12:00", &["nhl"]);
    let today = day("2026-01-10");
    world.espn.shows("2026-01-01T00:00", "nhl", today);
    world.espn.plays("2026-01-01T00:00", today, game("nhl", "on", "2026-01-10T11:30", GameStatus::Live, 1));
    let running = world.start().await;
    let asked = |from, to| world.espn.asked("nhl", Slate::Current, from, to).len();
    let state = || (running.report().watching, running.report().tracked);

    world.until("2026-01-10T12:10").await;
    assert!((110..=120).contains(&asked("2026-01-10T12:00", "2026-01-10T12:10")));
    assert_eq!(state(), (Watching::Live, None));

    // Boston does not play: Los Angeles and San Jose do.
    let mut tracked = Tracked::default();
    tracked.add_team(world.leagues[0], "nhl-dal");
    running.handle.track(tracked.clone());
    world.until("2026-01-10T13:10").await;
    assert!(asked("2026-01-10T12:10", "2026-01-10T13:10") <= 1);
    assert_eq!(state(), (Watching::Idle, Some(vec!["nhl-dal".into()])));
    assert_eq!(running.report().next_poll_in.as_secs() / 3_600, 10);
    assert_eq!(world.served("nhl"), [("on".into(), GameStatus::Live, 1)], "it is served, and was recorded");

    tracked.add_team(world.leagues[0], "nhl-sj");
    running.handle.track(tracked);
    world.until("2026-01-10T13:10:06").await;
    assert_eq!(asked("2026-01-10T13:10", "2026-01-10T13:10:06"), 2, "without a restart");
    assert_eq!(state().0, Watching::Live);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_as_fresh_as_the_schedule_of_the_moment_asks_for() {
    let world = World::new("2026-01-10T12:00", &["nhl"]);
    let today = day("2026-01-10");
    world.espn.shows("2026-01-01T00:00", "nhl", today);
    let tonight = game("nhl", "on", "2026-01-10T22:00", GameStatus::Scheduled, 0);
    world.espn.plays("2026-01-01T00:00", today, tonight);
    let _running = world.start().await;
    let is_stale = |at| world.view("nhl").is_stale(utc(at), std::time::Duration::from_secs(15));

    world.until("2026-01-10T20:00").await;
    assert!(!is_stale("2026-01-10T20:00"), "eight hours old, as the schedule wants it");
    world.espn.fails("nhl", SourceErrorKind::Unavailable, "ESPN answers 503.", MINUTE);
    world.until("2026-01-10T21:01").await;
    assert!(is_stale("2026-01-10T21:01"), "it should have been replaced an hour before the start");
    world.espn.recovers();
    world.until("2026-01-10T21:03").await;
    assert!(!is_stale("2026-01-10T21:03"));
    assert_eq!(world.view("nhl").interval.as_secs(), 315);
}
