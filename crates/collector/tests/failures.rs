//! What goes wrong: ESPN away or refusing, a wrong clock, a store that refuses, events that can not be read.

mod support;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use collector::{Collector, CollectorConfig, SourceClock};
use game_model::{
    CommitError, EventProblem, GameStatus, MockObservationLog, PollHint, Slate, SourceErrorKind,
};

use support::{MINUTE, World, day, game, utc};

/// A world with one live game.
fn live_world(leagues: &[&str]) -> World {
    let world = World::new("2026-01-10T12:00", leagues);
    for league in leagues {
        world.espn.shows("2026-01-01T00:00", league, day("2026-01-10"));
        let live = game(league, league, "2026-01-10T11:30", GameStatus::Live, 0);
        world.espn.plays("2026-01-01T00:00", day("2026-01-10"), live);
        let scored = game(league, league, "2026-01-10T11:30", GameStatus::Live, 3);
        world.espn.plays("2026-01-10T12:30", day("2026-01-10"), scored);
    }
    world
}

#[tokio::test(start_paused = true)]
async fn with_espn_down_for_an_hour_what_is_known_is_served() {
    let world = live_world(&["nhl"]);
    let running = world.start().await;
    world.until("2026-01-10T12:10").await;
    let polled_at = world.view("nhl").polled_at;
    world.espn.fails("nhl", SourceErrorKind::Unavailable, "ESPN answers 503.", Duration::from_mins(2));

    world.until("2026-01-10T13:09").await;
    assert_eq!(world.served("nhl"), [("nhl".into(), GameStatus::Live, 0)]);
    assert!(world.view("nhl").polled_at.unwrap() - polled_at.unwrap() < TimeDelta::seconds(20));
    let report = running.report();
    assert!((25..=32).contains(&report.consecutive_failures), "{}", report.consecutive_failures);
    assert_eq!(report.last_error.as_deref(), Some("ESPN answers 503."));
    assert!(
        report.reasons[0].starts_with("NHL: no scoreboard since 2026-01-10 12:10 UTC: ESPN answers 503.")
    );

    world.espn.recovers();
    world.until("2026-01-10T13:13").await;
    assert_eq!(world.served("nhl"), [("nhl".into(), GameStatus::Live, 3)]);
    assert_eq!(running.changes(), [("lead_changed", 1), ("score_changed", 1)]);
    assert!(running.report().reasons.is_empty());
}

#[tokio::test(start_paused = true)]
async fn espn_that_refuses_is_left_alone_as_long_as_it_asks_for() {
    let world = live_world(&["nhl"]);
    let message = "ESPN refuses this client (403); set ESPN_USER_AGENT.";
    world.espn.fails("nhl", SourceErrorKind::Blocked, message, Duration::from_mins(10));
    let running = world.start().await;
    for minute in 1..60 {
        world.until(&format!("2026-01-10T12:{minute:02}")).await;
        running.handle.hint(world.leagues[0]);
    }
    let requests = world.espn.requests("nhl");
    assert_eq!(requests.len(), 6, "{requests:?}");
    assert!(requests.windows(2).all(|pair| pair[1].0 - pair[0].0 >= TimeDelta::minutes(10)));
    let report = running.report();
    assert!(report.attempted && report.games == 0);
    assert_eq!(report.attempts, [("blocked", 6)]);
    assert_eq!(report.requests_today, 6);
    assert!(report.reasons[0].ends_with(message));
    assert!(report.next_poll_in > Duration::ZERO && report.next_poll_in <= Duration::from_mins(10));
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_with_one_league_affects_no_other() {
    let world = live_world(&["nhl", "nba"]);
    world.espn.fails("nhl", SourceErrorKind::Blocked, "no.", Duration::from_hours(1));
    let running = world.start().await;
    world.until("2026-01-10T12:31").await;
    assert_eq!(world.served("nba"), [("nba".into(), GameStatus::Live, 3)]);
    let reports = running.handle.reports();
    assert_eq!(reports.iter().map(|report| report.reasons.len()).collect::<Vec<_>>(), [1, 0]);
}

#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_is_given_up() {
    let world = live_world(&["nhl"]);
    world.espn.hangs(true);
    let running = world.start().await;
    world.until("2026-01-10T12:01").await;
    assert_eq!(running.report().attempts, [("timed_out", 1)]);
    world.espn.hangs(false);
    world.until("2026-01-10T12:02").await;
    assert_eq!(world.served("nhl").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_off_is_corrected_and_said() {
    let world = live_world(&["nhl"]);
    world.set_clock_off(TimeDelta::minutes(-20));
    let running = world.start().await;
    world.until("2026-01-10T12:05").await;
    let report = running.report();
    assert!(report.reasons[0].contains("20 minutes behind ESPN's"), "{:?}", report.reasons);
    assert!(utc("2026-01-10T12:05") - report.last_success.unwrap() < TimeDelta::minutes(1));
    let history = world.log.history("nhl");
    assert_eq!(history[0].0, utc("2026-01-10T12:00"), "by the corrected clock from the first observation on");

    world.set_clock_off(TimeDelta::zero());
    world.until("2026-01-10T12:06").await;
    assert!(running.report().reasons.is_empty());
    assert!(world.log.history("nhl").is_sorted_by(|a, b| a.0 < b.0));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_refuses_delays_no_reader_and_loses_no_last_look() {
    let world = live_world(&["nhl"]);
    let over = game("nhl", "nhl", "2026-01-10T11:30", GameStatus::Finished, 4);
    world.espn.plays("2026-01-10T12:40", day("2026-01-10"), over);
    world.log.refuses(Some("the disk is full: free some space."));
    let running = world.start().await;
    world.until("2026-01-10T12:45").await;
    assert_eq!(world.served("nhl"), [("nhl".into(), GameStatus::Finished, 4)]);
    let report = running.report();
    assert!(report.refused_observations > 100);
    assert!(report.reasons.iter().any(|reason| reason.contains("the disk is full: free some space.")));

    world.log.refuses(None);
    world.until("2026-01-10T12:47").await;
    let history = world.log.history("nhl");
    assert_eq!(history.last().map(|(_, status, home)| (*status, *home)), Some((GameStatus::Finished, 4)));
    assert!(running.report().reasons.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_log_is_asked_once_for_its_memory_and_then_offered_what_is_seen() {
    let world = live_world(&["nhl"]);
    let mut log = MockObservationLog::new();
    log.expect_remembered().times(1).returning(|_, since| {
        assert_eq!(since, utc("2026-01-08T12:00"));
        Ok(Vec::new())
    });
    log.expect_commit().times(1..).returning(|seen| {
        assert_eq!(seen.games.len(), 1);
        Err(CommitError { message: "busy.".into() })
    });
    let (source, cache, clock) = (world.espn.clone(), world.cache.clone(), world.clock.clone());
    let leagues = world.leagues.clone();
    let clock = Arc::new(SourceClock::new(clock));
    let collector = Collector::new(CollectorConfig::default(), leagues, source, Arc::new(log), cache, clock);
    collector.restore().await;
    let handle = collector.handle();
    let task = tokio::spawn(collector.run(world.stop.clone()));
    world.until("2026-01-10T12:31").await;
    assert_eq!(world.served("nhl"), [("nhl".into(), GameStatus::Live, 3)]);
    world.stop.cancel();
    task.await.unwrap();
    assert!(handle.reports()[0].refused_observations > 0);
}

#[tokio::test(start_paused = true)]
async fn events_that_can_not_be_read_are_counted_once_and_said_while_they_are_there() {
    let world = live_world(&["nhl"]);
    let reason = "competitors: 1 team, 2 are needed".to_owned();
    world.espn.has_problems(vec![EventProblem { event: Some("77".into()), position: 1, reason }]);
    let running = world.start().await;
    world.until("2026-01-10T12:10").await;
    let report = running.report();
    assert_eq!(report.unreadable_events, 1);
    assert!(
        report.reasons[0].contains("event 77: competitors: 1 team, 2 are needed"),
        "{:?}",
        report.reasons
    );
    assert!(report.attempts.iter().any(|(outcome, count)| *outcome == "ok" && *count > 30));
    assert_eq!(world.served("nhl").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn many_hints_lead_to_one_poll() {
    let world = World::new("2026-01-10T12:00", &["nhl"]);
    world.espn.shows("2026-01-01T00:00", "nhl", day("2026-01-10"));
    let running = world.start().await;
    world.until("2026-01-10T12:20").await;
    let polls = |to| world.espn.asked("nhl", Slate::Current, "2026-01-10T12:10", to).len();
    assert_eq!(polls("2026-01-10T12:20"), 0, "twice a day");
    for _ in 0..10_000 {
        running.handle.hint(world.leagues[0]);
    }
    running.handle.hint("nba".parse().unwrap());
    world.until("2026-01-10T12:20:01").await;
    assert_eq!(polls("2026-01-10T12:21"), 1, "at once");
    // A storm that does not end leads to one poll per pause.
    for second in 2..60 {
        running.handle.hint(world.leagues[0]);
        world.until(&format!("2026-01-10T12:20:{second:02}")).await;
    }
    let storm = polls("2026-01-10T12:21");
    assert!((4..=5).contains(&storm), "{storm}");
    tokio::time::sleep(MINUTE).await;
    let after = polls("2026-01-10T12:30");
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(polls("2026-01-10T12:30"), after, "a hint is fulfilled once");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_watch_at_once_and_keeps_what_was_seen() {
    let world = live_world(&["nhl"]);
    let running = world.start().await;
    world.until("2026-01-10T12:05").await;
    world.espn.hangs(true);
    world.until("2026-01-10T12:06").await;
    world.stop.cancel();
    let before = tokio::time::Instant::now();
    running.task.await.unwrap();
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(!world.log.history("nhl").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_ends_by_a_fault_of_its_own_is_said_and_the_others_go_on() {
    let world = live_world(&["nhl", "nba"]);
    world.espn.panics("nhl");
    let running = world.start().await;
    world.until("2026-01-10T12:31").await;
    let reports = running.handle.reports();
    assert!(reports[0].reasons[0].contains("restart the service"), "{:?}", reports[0].reasons);
    assert_eq!(world.served("nba"), [("nba".into(), GameStatus::Live, 3)]);
}
