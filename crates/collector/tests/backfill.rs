//! A season is asked for slate by slate, politely, and an interrupted backfill goes on where it was.

mod support;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use collector::{Backfill, BackfillConfig, BackfillError, BackfillPlan, BackfillRange, SourceClock};
use game_model::{GameStatus, Slate, SourceErrorKind};

use support::{World, day, game, utc};

const PAUSE: Duration = Duration::from_secs(2);

fn backfill(world: &World) -> Backfill {
    let clock = Arc::new(SourceClock::new(world.clock.clone()));
    let config = BackfillConfig { pause: PAUSE, ..BackfillConfig::default() };
    Backfill::new(world.espn.clone(), world.log.clone(), world.log.clone(), clock, config)
}

fn season() -> BackfillRange {
    BackfillRange { league: "nhl".parse().unwrap(), begins: Some(2025), from: None, to: None }
}

/// A season of six days, in the midst of it: two are over, of which one holds a game that never ended.
fn world() -> World {
    let world = World::new("2026-01-10T18:00", &["nhl"]);
    world.espn.shows("2026-01-01T00:00", "nhl", day("2026-01-10"));
    let days = ["2026-01-07", "2026-01-08", "2026-01-10", "2026-01-11", "2026-02-01", "2026-04-10"];
    world.espn.has_days(2026, &days);
    let plays = |on: &str, id: &str, start: &str, status, score| {
        world.espn.plays("2026-01-01T00:00", day(on), game("nhl", id, start, status, score));
    };
    plays("2026-01-07", "over", "2026-01-08T00:00", GameStatus::Finished, 4);
    plays("2026-01-07", "moved", "2026-01-08T00:00", GameStatus::Postponed, 0);
    plays("2026-01-08", "held", "2026-01-09T00:00", GameStatus::Suspended, 2);
    plays("2026-01-10", "on", "2026-01-10T17:00", GameStatus::Live, 1);
    plays("2026-01-10", "today", "2026-01-11T00:00", GameStatus::Scheduled, 0);
    plays("2026-01-10", "soon", "2026-01-10T18:20", GameStatus::Scheduled, 0);
    plays("2026-02-01", "ahead", "2026-02-02T00:00", GameStatus::Scheduled, 0);
    plays("2026-04-10", "far", "2026-04-11T00:00", GameStatus::Scheduled, 0);
    world
}

async fn take_all(backfill: &Backfill, plan: &BackfillPlan) -> Result<u64, BackfillError> {
    let mut games = 0;
    for slate in plan.due() {
        games += backfill.take(plan, *slate).await?.games;
    }
    Ok(games)
}

#[tokio::test(start_paused = true)]
async fn each_slate_is_asked_for_once_one_after_the_other_with_a_pause() {
    let world = world();
    let backfill = backfill(&world);
    let plan = backfill.plan(season()).await.unwrap();
    assert_eq!((plan.season(), plan.total(), plan.due().len()), ("2025-26", 6, 6));
    assert_eq!(
        take_all(&backfill, &plan).await.unwrap(),
        6,
        "those that are on or about to begin are the polls'"
    );

    let asked = world.espn.requests("nhl");
    let slates: Vec<Slate> = asked.iter().map(|(_, slate)| *slate).collect();
    let named = plan.due().iter().map(|id| Slate::Named(*id));
    assert_eq!(slates, [Slate::Current].into_iter().chain(named).collect::<Vec<_>>());
    let gaps: Vec<TimeDelta> = asked.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert!(gaps.iter().all(|gap| *gap >= TimeDelta::seconds(2)), "{gaps:?}");

    assert_eq!(world.log.history("over")[0].1, GameStatus::Finished);
    assert_eq!(world.log.history("far")[0].1, GameStatus::Scheduled);
    assert_eq!(world.log.history("held").len(), 1);
    assert!(world.log.history("on").is_empty() && world.log.history("soon").is_empty());
    let settled: Vec<bool> = world.log.slates().iter().map(|(_, settled)| *settled).collect();
    assert_eq!(settled, [true, false, false, false, false, false]);
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_backfill_goes_on_where_it_was_and_a_complete_one_has_little_to_do() {
    let world = world();
    let first = backfill(&world);
    let plan = first.plan(season()).await.unwrap();
    first.take(&plan, plan.due()[0]).await.unwrap();
    drop(first.take(&plan, plan.due()[1]));

    let second = backfill(&world);
    let plan = second.plan(season()).await.unwrap();
    assert_eq!(plan.due().len(), 5, "the first is settled, the second was never asked for");
    take_all(&second, &plan).await.unwrap();
    assert_eq!(world.log.history("over").len(), 1);

    let third = backfill(&world);
    let mut plan = third.plan(season()).await.unwrap();
    assert_eq!(plan.due(), [day("2026-01-08")], "a game on it is not over");
    third.restart(&mut plan).await.unwrap();
    assert_eq!(plan.due().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn an_empty_answer_is_doubted_where_the_calendar_tells_of_games() {
    let world = World::new("2026-01-10T18:00", &["nhl"]);
    world.espn.shows("2026-01-01T00:00", "nhl", day("2026-01-10"));
    world.espn.has_days(2026, &["2026-01-03", "2026-01-04", "2026-02-01"]);
    // ESPN is out of order, and shows this one again an hour later; the other was moved.
    let late = game("nhl", "late", "2026-01-04T00:00", GameStatus::Finished, 4);
    world.espn.plays("2026-01-10T18:40", day("2026-01-03"), late);
    let backfill = backfill(&world);
    let mut asked = Vec::new();
    for moment in ["18:00", "18:10", "19:10", "20:10", "21:10"] {
        world.until(&format!("2026-01-10T{moment}")).await;
        let plan = backfill.plan(season()).await.unwrap();
        for slate in plan.due() {
            let taken = backfill.take(&plan, *slate).await.unwrap();
            asked.push((moment, slate.to_string(), taken.games, taken.is_doubtful));
        }
    }
    let asked: Vec<_> =
        asked.iter().map(|(at, slate, games, doubt)| (*at, &slate[..], *games, *doubt)).collect();
    let (first, second, ahead) = ("2026-01-03", "2026-01-04", "2026-02-01");
    let expected = [
        ("18:00", first, 0, true),
        ("18:00", second, 0, true),
        ("18:00", ahead, 0, false),
        ("18:10", first, 0, true),
        ("18:10", second, 0, true),
        ("19:10", first, 1, false),
        ("19:10", second, 0, true),
        ("20:10", second, 0, false),
    ];
    assert_eq!(asked, expected, "what comes soon after counts as one answer; after three it is believed");
}

#[tokio::test(start_paused = true)]
async fn a_day_without_games_is_one_where_no_calendar_says_otherwise() {
    let world = world();
    let backfill = backfill(&world);
    let range = BackfillRange { begins: Some(2023), to: "2023-09-16".parse().ok(), ..season() };
    let plan = backfill.plan(range).await.unwrap();
    assert_eq!(plan.due().len(), 2);
    for slate in plan.due() {
        assert!(!backfill.take(&plan, *slate).await.unwrap().is_doubtful);
    }
    assert!(backfill.plan(range).await.unwrap().due().is_empty());
}

#[tokio::test(start_paused = true)]
async fn slates_to_come_are_asked_for_again_after_a_week() {
    let world = world();
    let backfill = backfill(&world);
    take_all(&backfill, &backfill.plan(season()).await.unwrap()).await.unwrap();
    world.until("2026-01-16T18:00").await;
    let due = backfill.plan(season()).await.unwrap().due().to_vec();
    assert_eq!(due, [day("2026-01-08"), day("2026-01-10"), day("2026-01-11")], "what ended since");
    world.until("2026-01-17T18:01").await;
    let due = backfill.plan(season()).await.unwrap().due().to_vec();
    assert_eq!(due.len(), 5, "all but the one that is settled");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_refuses_is_left_alone_for_as_long_as_it_asks_and_is_given_up_in_the_end() {
    let world = world();
    let backfill = backfill(&world);
    let plan = backfill.plan(season()).await.unwrap();
    let before = world.espn.requests("nhl").len();
    world.espn.fails("nhl", SourceErrorKind::RateLimited, "too often", Duration::from_mins(10));
    let take = backfill.take(&plan, plan.due()[0]);
    tokio::pin!(take);
    tokio::select! {
        _ = &mut take => panic!("it was refused"),
        () = world.until("2026-01-10T18:09") => {}
    }
    assert_eq!(world.espn.requests("nhl").len(), before + 1, "asked once, then left alone");
    world.espn.recovers();
    assert_eq!(take.await.unwrap().games, 2);
    assert!(world.clock.truth() >= utc("2026-01-10T18:10"));

    world.espn.fails("nhl", SourceErrorKind::Blocked, "not you", Duration::ZERO);
    let before = world.espn.requests("nhl").len();
    let error = backfill.take(&plan, plan.due()[1]).await.unwrap_err();
    assert_eq!(error.to_string(), "not you");
    assert_eq!(world.espn.requests("nhl").len() - before, 8);
    assert_eq!(world.log.slates().len(), 1, "a slate that was not had is not done");
}

#[tokio::test(start_paused = true)]
async fn a_slate_that_there_is_not_costs_one_request() {
    let world = world();
    let backfill = backfill(&world);
    let plan = backfill.plan(season()).await.unwrap();
    let before = world.espn.requests("nhl").len();
    world.espn.fails("nhl", SourceErrorKind::Rejected, "no such day", Duration::ZERO);
    let taken = backfill.take(&plan, plan.due()[0]).await.unwrap();
    assert_eq!((taken.games, taken.refused.as_deref()), (0, Some("no such day")));
    assert_eq!(world.espn.requests("nhl").len() - before, 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_store_does_not_take_is_asked_for_again() {
    let world = world();
    let backfill = backfill(&world);
    let plan = backfill.plan(season()).await.unwrap();
    world.log.refuses(Some("the disk is full"));
    let error = backfill.take(&plan, plan.due()[0]).await.unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    assert!(world.log.slates().is_empty());
    world.log.refuses(None);
    assert_eq!(backfill.take(&plan, plan.due()[0]).await.unwrap().recorded, 0);
    assert_eq!(world.log.history("over").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn days_bound_what_is_asked_for() {
    let world = world();
    let (from, to) = ("2026-01-08".parse().ok(), "2026-01-11".parse().ok());
    let plan = backfill(&world).plan(BackfillRange { from, to, ..season() }).await.unwrap();
    assert_eq!(plan.due(), [day("2026-01-08"), day("2026-01-10"), day("2026-01-11")]);
}

#[tokio::test(start_paused = true)]
async fn without_a_calendar_of_the_season_its_usual_days_are_asked_for() {
    let world = world();
    let plan = backfill(&world).plan(BackfillRange { begins: Some(2023), ..season() }).await.unwrap();
    assert_eq!(plan.season(), "2023-24");
    assert_eq!((plan.due()[0], plan.due()[plan.total() - 1]), (day("2023-09-15"), day("2024-06-30")));
    let asked = world.espn.requests("nhl");
    assert_eq!(asked[1].1, Slate::Named(day("2024-01-15")), "a scoreboard of that season tells its calendar");
    assert!(asked[1].0 - asked[0].0 >= TimeDelta::seconds(2));
}

#[tokio::test(start_paused = true)]
async fn the_calendar_is_waited_for_as_well() {
    let world = world();
    world.espn.fails("nhl", SourceErrorKind::Unavailable, "out of order", Duration::ZERO);
    let backfill = backfill(&world);
    let plan = backfill.plan(season());
    tokio::pin!(plan);
    tokio::select! {
        _ = &mut plan => panic!("there was no answer"),
        () = world.until("2026-01-10T18:00:30") => {}
    }
    let asked = world.espn.requests("nhl");
    let waits: Vec<i64> = asked.windows(2).map(|pair| (pair[1].0 - pair[0].0).num_seconds()).collect();
    assert_eq!(waits, [5, 10], "each wait is twice the one before");
    world.espn.recovers();
    assert_eq!(plan.await.unwrap().total(), 6);
}
