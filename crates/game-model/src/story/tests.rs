//! Courses of games as they are told, and the laws that hold whichever looks are missed.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::{Clock, Colors, GameId, League, Side, Team};

fn nhl() -> League {
    "nhl".parse().unwrap()
}

fn side(league: League, abbreviation: &str, score: u32) -> Side {
    let team = Team {
        id: league.team_id(abbreviation),
        espn_id: String::new(),
        name: abbreviation.into(),
        nickname: abbreviation.into(),
        abbreviation: abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score, record: None }
}

/// A look at a game: home and away score, ESPN's number of the period.
fn look_in(league: League, status: GameStatus, (home, away): (u32, u32), number: u32) -> Arc<Game> {
    Arc::new(Game {
        id: GameId("1".into()),
        league,
        season: None,
        week: None,
        status,
        start: "2026-11-24T00:00:00Z".parse().unwrap(),
        start_text: "2026-11-24T00:00Z".into(),
        start_confirmed: true,
        home: side(league, "BOS", home),
        away: side(league, "BUF", away),
        clock: Clock {
            number,
            period: league.period(number, None),
            display: "10:00".into(),
            ..Clock::default()
        },
        venue: None,
    })
}

fn look(status: GameStatus, score: (u32, u32), number: u32) -> Arc<Game> {
    look_in(nhl(), status, score, number)
}

/// A look at a break after the period.
fn pause(score: (u32, u32), number: u32) -> Arc<Game> {
    over(&look(Live, score, number))
}

fn over(look: &Game) -> Arc<Game> {
    let clock = Clock { period_over: true, ..look.clock.clone() };
    Arc::new(Game { clock, ..look.clone() })
}

fn at() -> DateTime<Utc> {
    "2026-11-24T00:10:00Z".parse().unwrap()
}

/// What is told of these looks.
fn told(looks: &[Arc<Game>]) -> Vec<GameEvent> {
    let mut story = Story::default();
    let mut previous: Option<&Arc<Game>> = None;
    let mut events = Vec::new();
    for next in looks {
        events.extend(story.tell(previous.map(Arc::as_ref), next, at(), false));
        previous = Some(next);
    }
    events
}

fn kinds(looks: &[Arc<Game>]) -> Vec<&'static str> {
    told(looks).iter().map(|event| event.kind().as_str()).collect()
}

use GameStatus::{Canceled, Delayed, Finished, Live, Postponed, Scheduled, Suspended};

#[test]
fn a_delay_in_the_first_minutes_is_no_second_start() {
    let course = [
        look(Scheduled, (0, 0), 0),
        look(Live, (0, 0), 1),
        look(Delayed, (0, 0), 1),
        look(Live, (0, 0), 1),
        look(Delayed, (0, 0), 1),
        look(Live, (1, 0), 1),
    ];
    assert_eq!(
        kinds(&course),
        [
            "game_scheduled",
            "game_started",
            "game_delayed",
            "game_resumed",
            "game_delayed",
            "game_resumed",
            "score_changed",
            "lead_changed"
        ]
    );
}

#[test]
fn a_delayed_start_is_a_start_once_play_begins() {
    let course = [look(Scheduled, (0, 0), 0), look(Delayed, (0, 0), 1), look(Live, (0, 0), 1)];
    assert_eq!(kinds(&course), ["game_scheduled", "game_delayed", "game_started"]);
}

#[test]
fn a_game_that_is_put_off_after_it_began_goes_on_and_does_not_start_again() {
    let course = [
        look(Live, (0, 0), 1),
        look(Postponed, (0, 0), 1),
        look(Scheduled, (0, 0), 0),
        look(Live, (0, 0), 1),
        look(Suspended, (2, 0), 2),
        look(Live, (2, 0), 2),
    ];
    assert_eq!(
        kinds(&course),
        [
            "game_postponed",
            "game_resumed",
            "period_ended",
            "period_started",
            "score_changed",
            "lead_changed",
            "game_delayed",
            "game_resumed"
        ]
    );
    assert_eq!(kinds(&[look(Scheduled, (0, 0), 0), look(Canceled, (0, 0), 0)])[1..], ["game_canceled"]);
}

#[test]
fn an_end_is_told_once_and_what_is_corrected_afterwards_as_that() {
    let course = [
        look(Live, (2, 1), 3),
        look(Finished, (2, 1), 3),
        look(Live, (2, 1), 3),
        look(Finished, (2, 2), 3),
        look(Finished, (2, 1), 3),
    ];
    assert_eq!(
        kinds(&course),
        ["game_ended", "score_changed", "lead_changed", "score_corrected", "lead_changed"]
    );
}

#[test]
fn a_period_that_the_source_takes_back_is_not_told_again() {
    let course = [look(Live, (5, 0), 1), look(Live, (5, 0), 2), look(Live, (5, 0), 1), look(Live, (5, 0), 2)];
    assert_eq!(kinds(&course), ["period_ended", "period_started"]);
}

#[test]
fn the_end_of_a_period_is_told_when_it_is_said_and_not_again_with_the_next() {
    let course = [
        look(Scheduled, (0, 0), 0),
        look(Live, (0, 0), 1),
        pause((0, 0), 1),
        pause((0, 0), 1),
        look(Live, (0, 0), 2),
        look(Live, (5, 0), 2),
        pause((5, 0), 2),
        look(Live, (5, 0), 2),
        pause((5, 0), 2),
        look(Live, (5, 0), 3),
        look(Live, (5, 5), 3),
        look(Live, (5, 5), 4),
        pause((5, 5), 4),
        look(Finished, (6, 5), 5),
    ];
    let periods: Vec<_> = told(&course)
        .into_iter()
        .filter_map(|event| match event.change {
            Change::PeriodEnded { period } => Some(format!("{period} ended")),
            Change::PeriodStarted { period } | Change::OvertimeStarted { period } => {
                Some(format!("{period} started"))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        periods,
        ["1 ended", "2 started", "2 ended", "3 started", "3 ended", "OT started", "OT ended", "SO started"]
    );
    assert_eq!(kinds(&[pause((5, 0), 1), look(Live, (5, 0), 2)]), ["period_started"], "it had ended before");
}

#[test]
fn a_lost_story_is_found_again_in_what_was_told() {
    let course = [
        look(Scheduled, (0, 0), 0),
        look(Live, (0, 0), 1),
        look(Live, (1, 0), 1),
        pause((1, 0), 1),
        look(Live, (1, 0), 2),
        look(Delayed, (1, 0), 2),
        look(Live, (1, 3), 3),
        look(Finished, (1, 3), 3),
        look(Finished, (1, 4), 3),
    ];
    let whole = told(&course);
    for lost_at in 1..course.len() {
        let mut story = Story::default();
        let mut events: Vec<GameEvent> = Vec::new();
        for (place, next) in course.iter().enumerate() {
            let previous = place.checked_sub(1).map(|place| course[place].as_ref());
            if place == lost_at {
                let told = events.iter().rev();
                let told = told.map(|event| (event.kind(), event.sequence, Some(event.change.clone())));
                story = Story::recovered(previous, told);
            }
            events.extend(story.tell(previous, next, at(), false));
        }
        assert_eq!(events, whole, "lost at {lost_at}");
    }
    // Of a game that is held up in its first minutes what was told says alone that it began.
    let began = (EventKind::GameStarted, 1, None);
    let mut story = Story::recovered(Some(&look(Delayed, (0, 0), 1)), [began]);
    let changes = story.see(Some(&look(Delayed, (0, 0), 1)), &look(Live, (0, 0), 1));
    assert_eq!(changes, [Change::GameResumed]);
}

#[test]
fn a_close_game_is_told_each_time_it_gets_close() {
    let course = [
        look(Live, (3, 2), 2),
        look(Live, (3, 2), 3),
        look(Delayed, (3, 2), 3),
        look(Live, (3, 2), 3),
        look(Live, (4, 2), 3),
        look(Live, (4, 3), 3),
        look(Live, (4, 4), 3),
        look(Live, (4, 4), 4),
        look(Finished, (5, 4), 4),
    ];
    let close: Vec<_> = told(&course)
        .into_iter()
        .filter(|event| event.kind() == EventKind::CloseGame)
        .map(|event| (event.id.0.clone(), event.score().home, event.score().away))
        .collect();
    assert_eq!(close, [("nhl-1-close_game-1".into(), 3, 2), ("nhl-1-close_game-2".into(), 4, 3)]);
}

#[test]
fn how_close_is_close_is_the_leagues() {
    for (league, close, apart) in [("nfl", 8, 9), ("nhl", 1, 2), ("nba", 3, 4), ("mlb", 1, 2), ("epl", 1, 2)]
    {
        let league: League = league.parse().unwrap();
        let last = league.regulation_periods;
        let seen = |difference: u32, number| {
            let looks = [
                look_in(league, Live, (20, 0), number),
                look_in(league, Live, (20 + difference, 20), number),
            ];
            kinds(&looks).contains(&"close_game")
        };
        assert!(seen(close, last) && seen(0, last) && seen(close, last + 1), "{league}");
        assert!(!seen(apart, last) && !seen(close, last - 1), "{league}");
    }
}

#[test]
fn a_first_sight_tells_the_schedule_alone() {
    assert_eq!(kinds(&[look(Scheduled, (0, 0), 0)]), ["game_scheduled"]);
    for status in [Live, Delayed, Postponed, Suspended, Canceled, Finished] {
        assert_eq!(kinds(&[look(status, (3, 2), 3)]), [""; 0], "{status}");
    }
    let forgotten = [look(Scheduled, (0, 0), 0), look(Live, (0, 0), 1)];
    let mut story = Story::default();
    for look in &forgotten {
        story.tell(None, look, at(), false);
    }
    assert_eq!(story.tell(None, &forgotten[0], at(), false), [], "what can not be read is not told again");
    assert_eq!(story.told(EventKind::GameScheduled), 1);
}

#[test]
fn a_story_is_kept_as_json_and_what_it_lacks_is_as_at_the_start() {
    let mut story = Story::default();
    story.tell(None, &look(Scheduled, (0, 0), 0), at(), false);
    story.tell(Some(&look(Scheduled, (0, 0), 0)), &look(Live, (1, 0), 2), at(), true);
    let json = serde_json::to_string(&story).unwrap();
    assert_eq!(serde_json::from_str::<Story>(&json).unwrap(), story);
    assert_eq!(serde_json::from_str::<Story>("{}").unwrap(), Story::default());
}

/// A course as games take it: it begins, is held up, goes on, scores, corrects, ends, is corrected.
fn course() -> impl Strategy<Value = Vec<Arc<Game>>> {
    let step = (0_u32..9, any::<bool>());
    (prop::collection::vec(step, 0..40), any::<bool>()).prop_map(|(steps, ends)| {
        let (mut home, mut away, mut number) = (0_u32, 0_u32, 1);
        let mut looks = vec![look(Scheduled, (0, 0), 0), look(Delayed, (0, 0), 1), look(Live, (0, 0), 1)];
        let mut status = Live;
        for (step, for_home) in steps {
            let score = if for_home { &mut home } else { &mut away };
            match step {
                0 | 1 => *score += 1,
                2 => *score = score.saturating_sub(1),
                3 => number += 1,
                4 => status = Delayed,
                5 => status = Suspended,
                _ => status = Live,
            }
            let look = look(status, (home, away), number);
            looks.push(if step == 8 { over(&look) } else { look });
        }
        if ends {
            looks.push(look(Finished, (home, away), number));
            looks.push(look(Finished, (home + 1, away), number));
        }
        looks
    })
}

/// A course of which any looks are missed.
fn watched() -> impl Strategy<Value = Vec<Arc<Game>>> {
    course().prop_flat_map(|looks| {
        let kept = prop::collection::vec(any::<bool>(), looks.len());
        kept.prop_map(move |kept| {
            looks.iter().zip(kept).filter(|(_, kept)| *kept).map(|(look, _)| Arc::clone(look)).collect()
        })
    })
}

/// Any looks at all, in any order.
fn chaos() -> impl Strategy<Value = Vec<Arc<Game>>> {
    let any = (prop::sample::select(&GameStatus::ALL[..]), (0_u32..4, 0_u32..4), 0_u32..6, any::<bool>());
    let look = any.prop_map(|(status, score, number, is_over)| {
        let look = look(status, score, number);
        if is_over { over(&look) } else { look }
    });
    prop::collection::vec(look, 0..30)
}

fn count(events: &[GameEvent], kind: EventKind) -> usize {
    events.iter().filter(|event| event.kind() == kind).count()
}

fn check_laws(looks: &[Arc<Game>]) -> Result<(), TestCaseError> {
    let events = told(looks);
    // Ids are unique, and numbered without a gap.
    let ids: BTreeSet<_> = events.iter().map(|event| &event.id).collect();
    prop_assert_eq!(ids.len(), events.len());
    let mut numbers: BTreeMap<EventKind, u32> = BTreeMap::new();
    for event in &events {
        let number = numbers.entry(event.kind()).or_default();
        *number += 1;
        prop_assert_eq!(event.sequence, *number);
    }
    // What happens once is told once.
    for once in [EventKind::GameScheduled, EventKind::GameStarted, EventKind::GameEnded] {
        prop_assert!(count(&events, once) <= 1, "{}", once);
    }
    // Each period ends once at most; one may have ended before it was watched, and the last may have ended already.
    let ends = events.iter().filter_map(|event| match event.change {
        Change::PeriodEnded { period } => Some(period),
        _ => None,
    });
    prop_assert!(ends.clone().collect::<Vec<_>>().is_sorted_by(|one, next| one < next));
    let begun = count(&events, EventKind::PeriodStarted) + count(&events, EventKind::OvertimeStarted);
    prop_assert!(ends.count().abs_diff(begun) <= 1);
    // The changes of the score are its difference.
    if let (Some(first), Some(last)) = (looks.first(), looks.last()) {
        let (mut home, mut away) = (i64::from(first.home.score), i64::from(first.away.score));
        for event in &events {
            if let Change::ScoreChanged { home: of_home, before, after }
            | Change::ScoreCorrected { home: of_home, before, after } = event.change
            {
                let score = if of_home { &mut home } else { &mut away };
                prop_assert_eq!(*score, i64::from(before));
                *score = i64::from(after);
            }
        }
        prop_assert_eq!((home, away), (i64::from(last.home.score), i64::from(last.away.score)));
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_laws_hold_whichever_looks_are_missed(looks in watched()) {
        check_laws(&looks)?;
    }

    #[test]
    fn the_laws_hold_whatever_is_seen(looks in chaos()) {
        check_laws(&looks)?;
    }

    /// A watch that begins after the start tells neither start nor end twice, and a whole one each once.
    #[test]
    fn a_whole_course_starts_and_ends_once(looks in course()) {
        let events = told(&looks);
        let over = looks.iter().any(|look| look.status == Finished);
        prop_assert_eq!(count(&events, EventKind::GameStarted), 1);
        prop_assert_eq!(count(&events, EventKind::GameEnded), usize::from(over));
    }

    /// Telling again gives the same ids: from the kept story, whatever was kept in between as JSON.
    #[test]
    fn telling_again_gives_the_same_events(looks in watched(), restart in any::<prop::sample::Index>()) {
        let restart = restart.index(looks.len() + 1);
        let mut story = Story::default();
        let mut previous: Option<&Arc<Game>> = None;
        let mut again = Vec::new();
        for (place, next) in looks.iter().enumerate() {
            if place == restart {
                // Told, but not kept: the process ended before the commit.
                story.clone().tell(previous.map(Arc::as_ref), next, at(), false);
                story = serde_json::from_str(&serde_json::to_string(&story).unwrap()).unwrap();
            }
            again.extend(story.tell(previous.map(Arc::as_ref), next, at(), false));
            previous = Some(next);
        }
        prop_assert_eq!(again, told(&looks));
    }

    /// Looking twice tells nothing more.
    #[test]
    fn a_look_that_is_repeated_tells_nothing(looks in chaos()) {
        let twice: Vec<_> = looks.iter().flat_map(|look| [Arc::clone(look), Arc::clone(look)]).collect();
        prop_assert_eq!(kinds(&twice), kinds(&looks));
    }
}
