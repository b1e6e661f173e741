//! Which slate is asked when.

use super::*;

#[test]
fn the_current_slate_is_asked_first_and_never_again_by_its_name() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    assert_eq!(bench.due().0, Slate::Current);
    bench.answer(Slate::Current, Some(day("2026-01-10")), Vec::new());

    let mut asked = Vec::new();
    for _ in 0..8 {
        let (slate, waited) = bench.due();
        assert!(asked.is_empty() || waited == Duration::from_secs(5), "{waited:?}");
        bench.answer(slate, bench.slates.key(slate), Vec::new());
        asked.push(slate);
    }
    let days = ["09", "11", "12", "13", "14", "15", "16", "17"].map(|d| named(&format!("2026-01-{d}")));
    assert_eq!(asked, days);
    assert_eq!(bench.due().0, Slate::Current);
}

#[test]
fn slates_ahead_are_asked_twice_a_day() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    let tomorrow = named("2026-01-11");
    bench.answer(Slate::Current, Some(day("2026-01-10")), Vec::new());
    bench.due_among(&[tomorrow]);
    bench.answer(tomorrow, Some(day("2026-01-11")), vec![scheduled("1", "2026-01-12T00:00")]);
    let before = bench.now;
    bench.due_among(&[tomorrow]);
    let waited = bench.now - before;
    assert!(waited >= TimeDelta::hours(12) && waited < TimeDelta::minutes(12 * 60 + 1), "{waited}");
}

#[test]
fn a_slate_ahead_is_due_an_hour_before_its_first_start() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    let tomorrow = named("2026-01-11");
    bench.answer(Slate::Current, Some(day("2026-01-10")), Vec::new());
    bench.due_among(&[tomorrow]);
    // An early start: within the twelve hours after which the slate is asked again.
    bench.answer(tomorrow, Some(day("2026-01-11")), vec![scheduled("1", "2026-01-10T20:00")]);
    bench.due_among(&[tomorrow]);
    assert!(bench.now >= utc("2026-01-10T19:00") && bench.now < utc("2026-01-10T19:01"), "{}", bench.now);
}

#[test]
fn an_answer_is_not_asked_for_again_before_its_max_age() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    let mut answer =
        board(nhl(), Slate::Current, Some(day("2026-01-10")), vec![live("1", "2026-01-10T11:00")]);
    answer.max_age = Duration::from_secs(100);
    bench.slates.answered(Slate::Current, &answer, bench.now, bench.at, 0.0);
    let answered = bench.at;
    bench.due_among(&[Slate::Current]);
    assert_eq!(bench.at - answered, Duration::from_secs(100));
    // Not even for a hint.
    bench.slates.answered(Slate::Current, &answer, bench.now, bench.at, 0.0);
    bench.pass(Duration::from_secs(99));
    assert_ne!(bench.slates.next(bench.now, bench.at, true), Next::Ask(Slate::Current));
}

#[test]
fn jitter_puts_the_next_poll_off_by_a_twentieth() {
    for (jitter, milliseconds) in [(0.0, 5_000), (0.5, 5_125), (1.0, 5_250)] {
        let mut bench = Bench::new(nfl(), "2026-01-10T12:00");
        let games = vec![nfl_game("1", 17, "2026-01-10T11:00", GameStatus::Live)];
        let answer = board(nfl(), Slate::Current, Some(week(2, 17)), games);
        bench.slates.answered(Slate::Current, &answer, bench.now, bench.at, jitter);
        let answered = bench.at;
        bench.due_among(&[Slate::Current]);
        let waited = bench.at - answered;
        assert!(
            waited.abs_diff(Duration::from_millis(milliseconds)) < Duration::from_millis(2),
            "{waited:?}"
        );
    }
}

#[test]
fn yesterdays_slate_stays_under_its_name_until_its_games_are_over() {
    let mut bench = Bench::new(nhl(), "2026-01-11T04:00");
    let yesterday = named("2026-01-10");
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![live("1", "2026-01-11T03:00")]);
    bench.pass(Duration::from_hours(2));
    bench.answer(Slate::Current, Some(day("2026-01-11")), vec![scheduled("2", "2026-01-12T00:00")]);
    assert_eq!(bench.ids(), ["1", "2"]);

    bench.due_among(&[yesterday]);
    let mut going_on = live("1", "2026-01-11T03:00");
    going_on.home.score = 1;
    bench.answer(yesterday, Some(day("2026-01-10")), vec![going_on]);
    let answered = bench.at;
    bench.due_among(&[yesterday]);
    assert_eq!(bench.at - answered, Duration::from_secs(5));

    let over = || game(nhl(), "1", "2026-01-11T03:00", GameStatus::Finished);
    bench.answer(yesterday, Some(day("2026-01-10")), vec![over()]);
    let ended = bench.at;
    for minutes in [1, 10] {
        assert_eq!(bench.due_among(&[yesterday]), yesterday);
        let after = bench.at - ended;
        assert!(after.abs_diff(Duration::from_mins(minutes)) < Duration::from_secs(6), "{after:?}");
        bench.answer(yesterday, Some(day("2026-01-10")), vec![over()]);
    }
    for _ in 0..20 {
        let (slate, _) = bench.due();
        assert_ne!(slate, yesterday);
        let (id, games) = match slate {
            Slate::Current => (Some(day("2026-01-11")), vec![scheduled("2", "2026-01-12T00:00")]),
            Slate::Named(id) => (Some(id), Vec::new()),
        };
        bench.answer(slate, id, games);
    }
}

#[test]
fn a_failure_leaves_what_is_known_and_the_league_alone() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![live("1", "2026-01-10T11:00")]);
    bench.due_among(&[Slate::Current]);
    bench.slates.failed(Slate::Current, &error(SourceErrorKind::Blocked, 600), bench.now, bench.at);
    assert_eq!(bench.ids(), ["1"]);
    assert!(bench.slates.matters(Slate::Current, bench.now));
    for hinted in [false, true] {
        let Next::Wait { until, poll_at } = bench.slates.next(bench.now, bench.at, hinted) else {
            panic!("asked while the source wants to be left alone");
        };
        assert!(until >= bench.at + Duration::from_mins(10) && poll_at == until);
    }
}

#[test]
fn a_refused_question_about_a_slate_ahead_waits_and_hinders_no_other() {
    let mut bench = Bench::new(nfl(), "2026-01-03T12:00");
    bench.answer(
        Slate::Current,
        Some(week(2, 17)),
        vec![nfl_game("1", 17, "2026-01-03T11:00", GameStatus::Live)],
    );
    let next_week = Slate::Named(week(2, 18));
    assert_eq!(bench.due_among(&[next_week]), next_week);
    assert!(!bench.slates.matters(next_week, bench.now));
    bench.slates.failed(next_week, &error(SourceErrorKind::Rejected, 5), bench.now, bench.at);
    let refused = bench.at;
    while bench.at - refused < Duration::from_hours(11) {
        assert_eq!(bench.due().0, Slate::Current);
        let going_on = nfl_game("1", 17, "2026-01-03T11:00", GameStatus::Suspended);
        bench.answer(Slate::Current, Some(week(2, 17)), vec![going_on]);
    }
}

#[test]
fn while_the_current_slate_can_not_be_had_no_other_is_asked_unless_it_is_refused() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    for _ in 0..5 {
        assert_eq!(bench.due().0, Slate::Current);
        bench.slates.failed(Slate::Current, &error(SourceErrorKind::Network, 5), bench.now, bench.at);
    }
    assert_eq!(bench.due().0, Slate::Current);
    bench.slates.failed(Slate::Current, &error(SourceErrorKind::Rejected, 5), bench.now, bench.at);
    assert_eq!(bench.due(), (named("2026-01-09"), Duration::from_secs(5)));
}

#[test]
fn freshness_is_that_of_the_slate_on_which_most_happens() {
    let mut bench = Bench::new(nhl(), "2026-01-11T04:00");
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![live("1", "2026-01-11T03:00")]);
    let polled_at = bench.now;
    bench.pass(Duration::from_secs(10));
    bench.answer(named("2026-01-12"), Some(day("2026-01-12")), Vec::new());
    assert_eq!(bench.slates.freshness(bench.now), (Some(polled_at), Duration::from_millis(5_250)));
}

#[test]
fn what_the_store_remembers_is_not_asked_for_before_it_is_known_which_slate_is_current() {
    let mut bench = Bench::new(nhl(), "2026-01-10T20:00");
    bench.slates.restore(vec![remembered(live("1", "2026-01-10T19:00"), "2026-01-10T19:55")]);
    for _ in 0..5 {
        assert_eq!(bench.due().0, Slate::Current);
        bench.slates.failed(Slate::Current, &error(SourceErrorKind::Network, 5), bench.now, bench.at);
    }
    assert_eq!(bench.due().0, Slate::Current);
    bench.answer(Slate::Current, Some(day("2026-01-10")), vec![live("1", "2026-01-10T19:00")]);
    for _ in 0..40 {
        let (slate, _) = bench.due();
        assert_ne!(slate, named("2026-01-10"));
        let games = if slate == Slate::Current { vec![live("1", "2026-01-10T19:00")] } else { Vec::new() };
        bench.answer(slate, bench.slates.key(slate), games);
    }
}

#[test]
fn a_hint_is_about_the_current_slate_alone() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    bench.answer(Slate::Current, Some(day("2026-01-10")), Vec::new());
    for _ in 0..8 {
        let (slate, _) = bench.due();
        bench.answer(slate, bench.slates.key(slate), Vec::new());
    }
    bench.pass(Duration::from_mins(1));
    assert_eq!(bench.slates.next(bench.now, bench.at, true), Next::Ask(Slate::Current));
    let mut answer = board(nhl(), Slate::Current, Some(day("2026-01-10")), Vec::new());
    answer.max_age = Duration::from_secs(100);
    bench.slates.answered(Slate::Current, &answer, bench.now, bench.at, 0.0);
    bench.pass(Duration::from_secs(40));
    let Next::Wait { poll_at, .. } = bench.slates.next(bench.now, bench.at, true) else {
        panic!("a slate ahead was asked because of a hint");
    };
    assert_eq!(poll_at - bench.at, Duration::from_mins(1));
}

#[test]
fn a_live_game_that_never_changes_is_asked_for_hourly_in_the_end() {
    let mut bench = Bench::new(nfl(), "2026-01-10T12:00");
    let frozen = || vec![nfl_game("1", 17, "2026-01-10T11:00", GameStatus::Live)];
    bench.answer(Slate::Current, Some(week(2, 17)), frozen());
    bench.pass(Duration::from_hours(5));
    bench.answer(Slate::Current, Some(week(2, 17)), frozen());
    assert_eq!(bench.slates.freshness(bench.now).1, Duration::from_millis(5_250));
    bench.pass(Duration::from_hours(1));
    bench.answer(Slate::Current, Some(week(2, 17)), frozen());
    assert_eq!(bench.slates.freshness(bench.now).1, Duration::from_mins(63));
}

/// By how many seconds an answer was overdue.
fn overdue(bench: &mut Bench, asked: Slate, slate: SlateId, games: Vec<Game>) -> i64 {
    let now = bench.now;
    let plan = bench.answer(asked, Some(slate), games).plan.expect("a plan");
    (now - plan.due).num_seconds()
}

#[test]
fn an_answer_tells_when_it_was_planned() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    let (today, start) = (day("2026-01-10"), "2026-01-10T19:00");
    let announced = || vec![scheduled("1", start)];
    assert_eq!(overdue(&mut bench, Slate::Current, today, announced()), 0, "the first");
    // A start came near: what is asked more often from here on was not overdue before.
    let before = bench.now;
    assert_eq!(bench.due_among(&[Slate::Current]), Slate::Current);
    assert!(bench.now - before > TimeDelta::hours(5));
    assert_eq!(overdue(&mut bench, Slate::Current, today, announced()), 0);
    // The game is long overdue: looks are seldom, and not late.
    bench.pass(Duration::from_hours(3));
    bench.due();
    bench.answer(Slate::Current, Some(today), announced());
    bench.pass(Duration::from_mins(5));
    bench.due();
    assert_eq!(overdue(&mut bench, Slate::Current, today, announced()), 0);
    // The source is away for ten minutes.
    bench.pass(Duration::from_mins(5));
    bench.due();
    for _ in 0..40 {
        bench.slates.failed(Slate::Current, &error(SourceErrorKind::Network, 15), bench.now, bench.at);
        bench.pass(Duration::from_secs(15));
        bench.next();
    }
    assert_eq!(overdue(&mut bench, Slate::Current, today, announced()), 600);
    // The machine slept: its timer stood, the clock of the wall did not.
    bench.next();
    bench.now += TimeDelta::hours(2);
    bench.next();
    assert!(overdue(&mut bench, Slate::Current, today, announced()) > 6_000);
    // Somebody was served an old answer: it was asked for before its time.
    bench.pass(Duration::from_mins(1));
    assert_eq!(bench.slates.next(bench.now, bench.at, true), Next::Ask(Slate::Current));
    assert_eq!(overdue(&mut bench, Slate::Current, today, announced()), 0);
}

#[test]
fn a_day_that_is_current_no_more_is_not_overdue_for_that() {
    let mut bench = Bench::new(nhl(), "2026-01-10T12:00");
    let (today, tomorrow) = (day("2026-01-10"), day("2026-01-11"));
    let over = || vec![Game { status: GameStatus::Finished, ..live("1", "2026-01-10T01:00") }];
    bench.answer(Slate::Current, Some(today), over());
    // The answer to the question for the current day is about the next one.
    assert_eq!(bench.due_among(&[Slate::Current]), Slate::Current);
    assert_eq!(overdue(&mut bench, Slate::Current, tomorrow, Vec::new()), 0);
    bench.pass(Duration::from_hours(3));
    assert_eq!(overdue(&mut bench, Slate::Named(today), today, over()), 0, "nobody was to ask until now");
}
