//! What answers, and the memory of the store, make of the slates.

use game_model::{EventProblem, GameId};

use super::answer::MISSING_KEPT;
use super::*;

#[test]
fn a_game_on_two_slates_stands_once_where_it_was_seen_last() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    bench.answer(
        Slate::Current,
        Some(day("2026-01-10")),
        vec![game(nhl(), "1", "2026-01-10T19:00", GameStatus::Postponed), scheduled("2", "2026-01-10T20:00")],
    );
    let sight = bench.answer(
        named("2026-01-12"),
        Some(day("2026-01-12")),
        vec![scheduled("3", "2026-01-12T19:00"), scheduled("1", "2026-01-12T20:00")],
    );
    assert_eq!(bench.ids(), ["2", "3", "1"]);
    assert_eq!(bench.served()[2].1, GameStatus::Scheduled);
    let kinds: Vec<_> =
        sight.changes.iter().map(|(game, change)| (game.id.0.as_str(), change.kind())).collect();
    assert_eq!(kinds, [("3", "game_scheduled"), ("1", "game_rescheduled")]);
}

#[test]
fn a_game_that_left_its_slate_is_looked_for_and_served_for_ten_minutes() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    let (one, two) = (scheduled("1", "2026-01-10T19:00"), scheduled("2", "2026-01-10T20:00"));
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![one, two.clone()]);
    bench.due_among(&[Slate::Current]);

    let sight = bench.answer(Slate::Current, Some(day("2026-01-10")), vec![two.clone()]);
    assert_eq!(sight.missing.len(), 1);
    assert_eq!(sight.games.len(), 1, "what was not seen is not observed");
    let mut searched = Vec::new();
    for _ in 0..7 {
        let (slate, _) = bench.due();
        bench.answer(slate, bench.slates.key(slate), Vec::new());
        searched.push(slate);
    }
    assert_eq!(searched, ["11", "12", "13", "14", "15", "16", "17"].map(|d| named(&format!("2026-01-{d}"))));

    assert_eq!(bench.ids(), ["2", "1"]);
    let kept = MISSING_KEPT.to_std().unwrap();
    bench.pass(kept);
    let sight = bench.answer(Slate::Current, Some(day("2026-01-10")), vec![two]);
    assert!(sight.missing.is_empty(), "it is told once");
    assert_eq!(bench.ids(), ["2"]);

    // Found at last, it is the same game.
    let sight =
        bench.answer(named("2026-01-17"), Some(day("2026-01-17")), vec![scheduled("1", "2026-01-17T20:00")]);
    assert_eq!(sight.changes[0].1.kind(), "game_rescheduled");
}

#[test]
fn a_game_that_is_lost_in_play_is_looked_for_where_it_was() {
    let mut bench = Bench::new(nhl(), "2026-01-10T20:00");
    let today = Some(day("2026-01-10"));
    let live = game(nhl(), "1", "2026-01-10T19:00", GameStatus::Live);
    bench.answer(Slate::Current, today, vec![live]);
    for _ in 0..3 {
        bench.pass(MISSING_KEPT.to_std().unwrap());
        bench.answer(Slate::Current, today, Vec::new());
    }
    assert_eq!(bench.ids(), Vec::<String>::new(), "it is not served any more");
    let interval = |bench: &Bench| bench.slates.pace(today, Role::Current, bench.now).every;
    assert_eq!(interval(&bench), Some(CollectorConfig::default().soon_interval));
    bench.pass(Duration::from_hours(7));
    assert_eq!(interval(&bench), Some(CollectorConfig::default().quiet_interval));
}

#[test]
fn games_are_not_looked_for_again_within_a_quarter_of_an_hour() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    let tomorrow = named("2026-01-11");
    let today = |ids: &[&str]| ids.iter().map(|id| scheduled(id, "2026-01-10T23:00")).collect::<Vec<_>>();
    bench.answer(Slate::Current, Some(day("2026-01-10")), today(&["1", "2", "3"]));
    bench.due_among(&[Slate::Current]);
    bench.answer(Slate::Current, Some(day("2026-01-10")), today(&["2", "3"]));
    let first = bench.at;
    let answer_until_search = |bench: &mut Bench, ids: &[&str]| loop {
        match bench.due().0 {
            Slate::Current => drop(bench.answer(Slate::Current, Some(day("2026-01-10")), today(ids))),
            Slate::Named(id) if Slate::Named(id) == tomorrow => break,
            slate @ Slate::Named(id) => drop(bench.answer(slate, Some(id), Vec::new())),
        }
    };
    answer_until_search(&mut bench, &["2", "3"]);
    bench.answer(tomorrow, Some(day("2026-01-11")), Vec::new());
    assert!(bench.at - first < Duration::from_mins(1));

    bench.pass(Duration::from_mins(2));
    bench.answer(Slate::Current, Some(day("2026-01-10")), today(&["3"]));
    answer_until_search(&mut bench, &["3"]);
    assert!(bench.at - first >= Duration::from_mins(15), "{:?}", bench.at - first);
}

#[test]
fn finished_games_may_leave() {
    let mut bench = Bench::new(nhl(), "2026-01-10T23:00");
    let over = game(nhl(), "1", "2026-01-10T19:00", GameStatus::Finished);
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![over]);
    let sight = bench.answer(Slate::Current, Some(day("2026-01-10")), Vec::new());
    assert!(sight.missing.is_empty());
    assert_eq!(bench.ids(), Vec::<String>::new());
}

#[test]
fn an_event_that_can_not_be_read_stays_as_it_was() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![live("1", "2026-01-10T11:00")]);
    let mut answer = board(nhl(), Slate::Current, Some(day("2026-01-10")), Vec::new());
    let reason = "score \"x\" is not a number".to_owned();
    answer.problems = vec![EventProblem { event: Some("1".into()), position: 0, reason }];
    for _ in 0..3 {
        bench.pass(Duration::from_hours(1));
        let sight = bench.slates.answered(Slate::Current, &answer, bench.now, bench.at, 0.0);
        assert!(sight.missing.is_empty() && sight.games.is_empty());
        assert_eq!(bench.served(), [("1".to_owned(), GameStatus::Live)]);
    }
    assert_eq!(bench.slates.problems().collect::<Vec<_>>(), ["event 1: score \"x\" is not a number"]);
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![live("1", "2026-01-10T11:00")]);
    assert_eq!(bench.slates.problems().count(), 0);
}

#[test]
fn what_the_store_remembers_is_served_and_asked_for() {
    let mut bench = Bench::new(nhl(), "2026-01-11T06:00");
    bench.slates.restore(vec![
        remembered(live("1", "2026-01-11T03:00"), "2026-01-11T05:00"),
        remembered(scheduled("2", "2026-01-30T00:00"), "2026-01-09T00:00"),
        remembered(scheduled("3", "2026-06-30T00:00"), "2026-01-09T00:00"),
    ]);
    assert_eq!(bench.ids(), ["1", "2"], "what lies beyond 720 hours is not served");
    assert_eq!(bench.slates.freshness(bench.now).0, None);

    assert_eq!(bench.due().0, Slate::Current);
    bench.answer(Slate::Current, Some(day("2026-01-11")), Vec::new());
    assert_eq!(bench.ids(), ["1", "2"]);
    bench.due_among(&[named("2026-01-10")]);
    let mut going_on = live("1", "2026-01-11T03:00");
    going_on.home.score = 1;
    let sight = bench.answer(named("2026-01-10"), Some(day("2026-01-10")), vec![going_on]);
    assert_eq!(sight.changes[0].1.kind(), "score_changed");
    // The day of the third of these games is not in view.
    for _ in 0..30 {
        let (slate, _) = bench.due();
        assert_ne!(slate, named("2026-01-29"));
        bench.answer(slate, bench.slates.key(slate), Vec::new());
    }
}

#[test]
fn a_lingering_slate_is_let_go_and_so_is_a_settled_one() {
    let mut bench = Bench::new(nhl(), "2026-01-10T20:00");
    let suspended = game(nhl(), "1", "2026-01-10T19:00", GameStatus::Suspended);
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![suspended]);
    bench.pass(Duration::from_hours(24 * 3));
    bench.answer(Slate::Current, Some(day("2026-01-13")), vec![scheduled("2", "2026-01-14T00:00")]);
    bench.due();
    assert_eq!(bench.ids(), ["1", "2"]);
    bench.pass(Duration::from_hours(24 * 5));
    bench.answer(
        Slate::Current,
        Some(day("2026-01-13")),
        vec![game(nhl(), "2", "2026-01-14T00:00", GameStatus::Finished)],
    );
    bench.due();
    assert_eq!(bench.ids(), ["2"]);
}

#[test]
fn an_answer_that_does_not_say_its_slate_is_filed_by_its_games() {
    let mut bench = Bench::new(nhl(), "2026-01-10T20:00");
    bench.answer(Slate::Current, None, vec![live("1", "2026-01-11T01:40")]);
    assert_eq!(bench.slates.current, Some(day("2026-01-10")));
    // Out of season there may be nothing at all.
    bench.answer(Slate::Current, None, Vec::new());
    assert_eq!(bench.slates.current, None);
    assert_eq!(bench.ids(), ["1"]);
    assert_eq!(bench.due_among(&[named("2026-01-10")]), named("2026-01-10"));
}

#[test]
fn looks_at_games_are_bounded() {
    let mut bench = Bench::new(nhl(), "2026-01-10T20:00");
    let over = |id: usize| game(nhl(), &id.to_string(), "2026-01-10T19:00", GameStatus::Finished);
    for batch in 0..5 {
        let games = (batch * 1_000..(batch + 1) * 1_000).map(over).collect();
        bench.answer(Slate::Current, Some(day("2026-01-10")), games);
        bench.pass(Duration::from_secs(1));
    }
    bench.next();
    assert_eq!(bench.slates.looks.len(), retention::MAX_LOOKS);
    assert!(bench.slates.looks.contains_key(&GameId("4999".into())));
    assert!(!bench.slates.looks.contains_key(&GameId("0".into())));
}

#[test]
fn a_game_that_an_answer_lists_twice_stands_once() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    let twice = vec![scheduled("1", "2026-01-10T19:00"), scheduled("1", "2026-01-10T19:00")];
    let sight = bench.answer(Slate::Current, Some(day("2026-01-10")), twice);
    assert_eq!((sight.games.len(), sight.changes.len()), (1, 1));
    assert_eq!(bench.ids(), ["1"]);
}

#[test]
fn games_of_an_unknown_week_stand_last() {
    let mut bench = Bench::new(nfl(), "2026-01-10T12:00");
    let unplaced = game(nfl(), "1", "2026-01-20T12:00", GameStatus::Scheduled);
    bench.slates.restore(vec![remembered(unplaced, "2026-01-09T00:00")]);
    bench.answer(
        Slate::Current,
        Some(week(2, 18)),
        vec![nfl_game("2", 18, "2026-01-11T12:00", GameStatus::Scheduled)],
    );
    bench.next();
    assert_eq!(bench.ids(), ["2", "1"]);
    // Once it started nobody can say how it goes.
    bench.pass(Duration::from_hours(24 * 10));
    bench.next();
    assert_eq!(bench.ids(), ["2"]);
}
