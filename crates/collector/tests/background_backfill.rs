//! The backfill beside the polls: after the first answer, between them, and over at once when the service stops.

mod support;

use std::sync::Arc;
use std::time::Duration;

use collector::{Backfill, BackfillConfig, BackgroundBackfill, SourceClock};
use game_model::{BackfillReport, GameStatus, Slate, SourceErrorKind};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use support::{World, day, game};

struct Both {
    collector: JoinHandle<()>,
    backfill: JoinHandle<()>,
    reports: watch::Receiver<Vec<BackfillReport>>,
}

async fn start(world: &World) -> Both {
    let clock = Arc::new(SourceClock::new(world.clock.clone()));
    let collector = world.collector();
    collector.restore().await;
    let backfill = Backfill::new(
        collector.between_polls(),
        world.log.clone(),
        world.log.clone(),
        clock,
        BackfillConfig::default(),
    );
    let background = BackgroundBackfill::new(backfill, collector.handle(), world.leagues.clone());
    let reports = background.reports();
    Both {
        backfill: tokio::spawn(background.run(world.stop.clone())),
        collector: tokio::spawn(collector.run(world.stop.clone())),
        reports,
    }
}

/// A quiet day in a season whose days lie a month back and two months ahead.
fn world() -> World {
    let world = World::new("2026-01-10T12:00", &["nhl"]);
    world.espn.shows("2026-01-01T00:00", "nhl", day("2026-01-10"));
    world.espn.has_days(2026, &["2025-12-10", "2026-01-30", "2026-03-10"]);
    let plays = |on: &str, id: &str, start: &str, status, score| {
        world.espn.plays("2025-12-01T00:00", day(on), game("nhl", id, start, status, score));
    };
    plays("2025-12-10", "over", "2025-12-11T00:00", GameStatus::Finished, 4);
    plays("2026-01-30", "ahead", "2026-01-31T00:00", GameStatus::Scheduled, 0);
    plays("2026-03-10", "far", "2026-03-11T00:00", GameStatus::Scheduled, 0);
    world
}

fn report(reports: &watch::Receiver<Vec<BackfillReport>>) -> (String, bool, usize) {
    let reports = reports.borrow();
    (reports[0].season.clone(), reports[0].done, reports[0].slates_left)
}

/// Lets time pass until something is true, a minute at most.
async fn soon(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never came true: {what}");
}

#[tokio::test(start_paused = true)]
async fn the_season_is_had_after_the_first_answer_and_announced_games_are_served() {
    let world = world();
    let both = start(&world).await;
    world.until("2026-01-10T12:05").await;
    assert_eq!(world.espn.requests("nhl")[0].1, Slate::Current, "the first answer is the polls'");
    assert_eq!(report(&both.reports), ("2025-26".into(), true, 0));
    assert_eq!(world.log.history("over")[0].1, GameStatus::Finished);
    assert_eq!(world.log.history("far")[0].1, GameStatus::Scheduled);
    let served = world.served("nhl");
    assert_eq!(served, [("ahead".into(), GameStatus::Scheduled, 0)], "what starts within 720 hours");

    // The game beyond comes into view with time, without another look.
    world.until("2026-02-09T12:00").await;
    assert!(world.served("nhl").iter().any(|(id, ..)| id == "far"), "{:?}", world.served("nhl"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_before_the_first_answer_came_or_failed() {
    let world = world();
    world.espn.hangs(true);
    let both = start(&world).await;
    world.until("2026-01-10T12:00:29").await;
    assert!(world.espn.requests("nhl").is_empty() && both.reports.borrow().is_empty());
    world.espn.hangs(false);
    world.until("2026-01-10T12:10").await;
    assert_eq!(report(&both.reports), ("2025-26".into(), true, 0));
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_it_at_once_and_the_next_start_goes_on() {
    let world = world();
    let both = start(&world).await;
    soon("a slate is had", || !world.log.slates().is_empty()).await;
    let before = world.clock.truth();
    world.stop.cancel();
    both.backfill.await.unwrap();
    both.collector.await.unwrap();
    assert_eq!(world.clock.truth(), before, "no pause is waited for");
    assert_eq!(report(&both.reports), ("2025-26".into(), false, 2));

    let again = World { stop: tokio_util::sync::CancellationToken::new(), ..world };
    let both = start(&again).await;
    again.until("2026-01-10T13:00").await;
    assert_eq!(report(&both.reports), ("2025-26".into(), true, 0));
    let past =
        again.espn.asked("nhl", Slate::Named(day("2025-12-10")), "2026-01-10T00:00", "2026-01-11T00:00");
    assert_eq!((past.len(), again.log.history("over").len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_week_later_what_is_to_come_is_asked_for_again_once_no_game_is_on() {
    let world = world();
    let on = |status, score| game("nhl", "on", "2026-01-17T11:00", status, score);
    world.espn.plays("2026-01-16T00:00", day("2026-01-10"), on(GameStatus::Scheduled, 0));
    world.espn.plays("2026-01-17T11:00", day("2026-01-10"), on(GameStatus::Live, 1));
    world.espn.plays("2026-01-17T14:00", day("2026-01-10"), on(GameStatus::Finished, 2));
    let _both = start(&world).await;
    world.until("2026-01-18T12:00").await;
    let far = Slate::Named(day("2026-03-10"));
    let asked = world.espn.asked("nhl", far, "2026-01-10T00:00", "2026-01-18T12:00");
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[1] >= support::utc("2026-01-17T14:00"), "{asked:?}");
    let past = Slate::Named(day("2025-12-10"));
    assert_eq!(world.espn.asked("nhl", past, "2026-01-10T00:00", "2026-01-18T12:00").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_had_is_tried_again_an_hour_later_and_said() {
    let world = world();
    let both = start(&world).await;
    soon("it has begun", || !both.reports.borrow().is_empty()).await;
    world.espn.fails("nhl", SourceErrorKind::Blocked, "not you", Duration::ZERO);
    world.until("2026-01-10T12:50").await;
    let said = both.reports.borrow()[0].last_error.clone();
    assert_eq!(said.as_deref(), Some("not you"));
    assert!(!both.reports.borrow()[0].done);
    world.espn.recovers();
    world.until("2026-01-10T15:00").await;
    assert_eq!(report(&both.reports), ("2025-26".into(), true, 0));
    assert_eq!(both.reports.borrow()[0].last_error, None);
}

#[tokio::test(start_paused = true)]
async fn a_slate_that_came_back_empty_is_said_and_asked_for_again_a_few_times() {
    let world = world();
    world.espn.has_days(2026, &["2025-12-10", "2025-12-11", "2026-03-10"]);
    let both = start(&world).await;
    world.until("2026-01-10T12:30").await;
    assert_eq!(report(&both.reports), ("2025-26".into(), false, 1));
    let said = both.reports.borrow()[0].last_error.clone().unwrap();
    assert!(said.starts_with("1 slate came back empty on which there are games by the calendar"), "{said}");
    world.until("2026-01-12T12:00").await;
    assert_eq!(report(&both.reports), ("2025-26".into(), true, 0));
    assert_eq!(both.reports.borrow()[0].last_error, None);
    let empty = Slate::Named(day("2025-12-11"));
    assert_eq!(world.espn.asked("nhl", empty, "2026-01-10T00:00", "2026-01-12T12:00").len(), 3);
}
