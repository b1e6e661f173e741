//! What is known from before a restart: served at once, marked stale, and compared with what is seen then.

mod support;

use game_model::{GameStatus, RememberedGame, Slate};

use support::{World, day, game, utc};

fn remembered(id: &str, start: &str, status: GameStatus, home: u32) -> RememberedGame {
    RememberedGame { game: game("nhl", id, start, status, home), observed_at: utc("2026-01-11T04:30") }
}

/// Restarted at 01:00 Eastern: a west-coast game of yesterday is live, and one lies three weeks ahead.
fn restarted() -> World {
    let world = World::new("2026-01-11T06:00", &["nhl"]);
    world.espn.shows("2026-01-01T00:00", "nhl", day("2026-01-11"));
    let going_on = game("nhl", "late", "2026-01-11T03:30", GameStatus::Live, 3);
    world.espn.plays("2026-01-11T05:00", day("2026-01-10"), going_on);
    world.log.remembers(vec![
        remembered("late", "2026-01-11T03:30", GameStatus::Live, 1),
        remembered("ahead", "2026-01-30T00:00", GameStatus::Scheduled, 0),
    ]);
    world
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_is_served_before_the_first_poll_and_marked_stale() {
    let world = restarted();
    let collector = world.collector();
    collector.restore().await;
    assert_eq!(
        world.served("nhl"),
        [("late".into(), GameStatus::Live, 1), ("ahead".into(), GameStatus::Scheduled, 0)]
    );
    assert_eq!(world.view("nhl").polled_at, None);
    let report = collector.handle().reports().remove(0);
    assert!(!report.attempted && report.games == 2);
}

#[tokio::test(start_paused = true)]
async fn what_changed_during_the_restart_is_told_and_what_lies_ahead_stays() {
    let world = restarted();
    let running = world.start().await;
    world.until("2026-01-11T06:01").await;
    assert_eq!(world.espn.requests("nhl")[0].1, Slate::Current);
    assert_eq!(
        world.served("nhl"),
        [("late".into(), GameStatus::Live, 3), ("ahead".into(), GameStatus::Scheduled, 0)]
    );
    assert_eq!(running.changes(), [("score_changed", 1)]);
    assert!(world.view("nhl").polled_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn without_memory_yesterdays_slate_is_looked_at_once() {
    let world = restarted();
    world.log.remembers(Vec::new());
    let running = world.start().await;
    world.until("2026-01-11T06:05").await;
    assert_eq!(world.served("nhl"), [("late".into(), GameStatus::Live, 3)]);
    assert!(running.changes().is_empty(), "a first sight is no event");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_can_not_be_read_is_reported_and_no_obstacle() {
    let world = restarted();
    world.log.refuses(Some("the database is locked; stop the other service."));
    let collector = world.collector();
    collector.restore().await;
    let handle = collector.handle();
    let reasons = handle.reports().remove(0).reasons;
    let expected =
        "NHL: games seen before the start could not be read: the database is locked; stop the other service.";
    assert_eq!(reasons, [expected]);
    world.log.refuses(None);
    let task = tokio::spawn(collector.run(world.stop.clone()));
    world.until("2026-01-11T06:05").await;
    assert_eq!(world.served("nhl").len(), 1);
    assert!(handle.reports().remove(0).reasons.is_empty());
    world.stop.cancel();
    task.await.unwrap();
}
