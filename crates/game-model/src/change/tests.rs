//! Changes by example, and the laws that hold for any two looks at a game.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::{Clock, Colors, GameId, League, Side, Team};

fn nhl() -> League {
    "nhl".parse().unwrap()
}

fn start() -> DateTime<Utc> {
    "2026-11-24T00:00:00Z".parse().unwrap()
}

fn side(abbreviation: &str, score: u32) -> Side {
    let team = Team {
        id: nhl().team_id(abbreviation),
        espn_id: String::new(),
        name: abbreviation.into(),
        nickname: abbreviation.into(),
        abbreviation: abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score, record: None }
}

/// A game with a score in a period, by ESPN's number.
fn game(status: GameStatus, (home, away): (u32, u32), number: u32) -> Game {
    Game {
        id: GameId("1".into()),
        league: nhl(),
        season: None,
        week: None,
        status,
        start: start(),
        start_text: "2026-11-24T00:00Z".into(),
        start_confirmed: true,
        home: side("BOS", home),
        away: side("BUF", away),
        clock: Clock {
            number,
            period: nhl().period(number, None),
            display: "10:00".into(),
            ..Clock::default()
        },
        venue: None,
    }
}

fn scheduled() -> Game {
    game(GameStatus::Scheduled, (0, 0), 0)
}

fn live(score: (u32, u32), number: u32) -> Game {
    game(GameStatus::Live, score, number)
}

fn kinds(previous: &Game, next: &Game) -> Vec<ChangeKind> {
    changes(Some(previous), next).iter().map(Change::kind).collect()
}

#[test]
fn a_first_look_tells_the_schedule_alone() {
    assert_eq!(changes(None, &scheduled()), [Change::GameScheduled { start: start() }]);
    for status in GameStatus::ALL.into_iter().filter(|status| *status != GameStatus::Scheduled) {
        assert_eq!(changes(None, &game(status, (3, 1), 2)), [], "{status}");
    }
}

#[test]
fn a_game_goes_its_way() {
    let course = [
        (scheduled(), live((0, 0), 1), vec!["game_started"]),
        (live((0, 0), 1), live((1, 0), 1), vec!["score_changed", "lead_changed"]),
        (live((1, 0), 1), live((3, 0), 1), vec!["score_changed"]),
        (live((3, 0), 1), live((3, 0), 2), vec!["period_ended", "period_started"]),
        (live((3, 0), 3), live((3, 3), 3), vec!["score_changed", "lead_changed", "close_game"]),
        (live((3, 3), 3), live((3, 3), 4), vec!["period_ended", "overtime_started"]),
        (live((3, 3), 4), live((3, 3), 5), vec!["period_ended", "overtime_started"]),
        (
            live((3, 3), 5),
            game(GameStatus::Finished, (3, 4), 5),
            vec!["score_changed", "lead_changed", "game_ended"],
        ),
    ];
    for (previous, next, expected) in course {
        assert_eq!(kinds(&previous, &next), expected, "{:?} -> {:?}", previous.clock, next.clock);
    }
}

#[test]
fn what_happened_between_two_looks_is_told_in_its_order_and_whole() {
    let found = changes(Some(&scheduled()), &game(GameStatus::Finished, (2, 5), 3));
    assert_eq!(
        found,
        [
            Change::GameStarted,
            Change::ScoreChanged { home: true, before: 0, after: 2 },
            Change::ScoreChanged { home: false, before: 0, after: 5 },
            Change::LeadChanged { home_leads: Some(false) },
            Change::GameEnded { home_won: Some(false), home: 2, away: 5 },
        ]
    );
    let tie = game(GameStatus::Finished, (1, 1), 3);
    let [.., last] = &changes(Some(&live((1, 1), 3)), &tie)[..] else { panic!("nothing") };
    assert_eq!(*last, Change::GameEnded { home_won: None, home: 1, away: 1 });
}

#[test]
fn a_goal_that_is_taken_back_is_a_correction() {
    let found = changes(Some(&live((2, 1), 2)), &live((1, 1), 2));
    let corrected = Change::ScoreCorrected { home: true, before: 2, after: 1 };
    assert_eq!(found, [corrected, Change::LeadChanged { home_leads: None }]);
}

#[test]
fn a_delayed_start_is_no_start_and_a_postponement_no_end() {
    let delayed = game(GameStatus::Delayed, (0, 0), 1);
    assert_eq!(kinds(&scheduled(), &delayed), ["game_delayed"]);
    assert_eq!(kinds(&delayed, &live((0, 0), 1)), ["game_started"]);
    assert_eq!(kinds(&delayed, &game(GameStatus::Postponed, (0, 0), 1)), ["game_postponed"]);
    assert_eq!(kinds(&scheduled(), &game(GameStatus::Canceled, (0, 0), 0)), ["game_canceled"]);
    let held_up = game(GameStatus::Delayed, (2, 0), 2);
    assert_eq!(kinds(&live((2, 0), 2), &held_up), ["game_delayed"]);
    assert_eq!(kinds(&held_up, &game(GameStatus::Suspended, (2, 0), 2)), [""; 0]);
    assert_eq!(kinds(&held_up, &live((2, 0), 2)), ["game_resumed"]);
}

#[test]
fn a_start_that_moved_is_told_with_both_times() {
    let after = start() + TimeDelta::days(1);
    let moved = Game { start: after, ..scheduled() };
    assert_eq!(changes(Some(&scheduled()), &moved), [Change::GameRescheduled { before: start(), after }]);
}

#[test]
fn changes_are_kept_under_their_kind() {
    let change = Change::ScoreChanged { home: true, before: 0, after: 7 };
    let json = serde_json::to_value(&change).unwrap();
    assert_eq!(json["kind"], change.kind());
    assert_eq!(serde_json::from_value::<Change>(json).unwrap(), change);
}

fn any_game() -> impl Strategy<Value = Game> {
    let status = prop::sample::select(&GameStatus::ALL[..]);
    (status, 0_u32..4, 0_u32..4, 0_u32..6, 0_i64..3).prop_map(|(status, home, away, number, days)| Game {
        start: start() + TimeDelta::days(days),
        ..game(status, (home, away), number)
    })
}

proptest! {
    #[test]
    fn nothing_changes_from_a_look_to_itself(game in any_game()) {
        prop_assert_eq!(changes(Some(&game), &game), []);
    }

    /// The score before and the changes give the score after; each side is told at most once.
    #[test]
    fn the_scores_add_up(previous in any_game(), next in any_game()) {
        let (mut home, mut away) = (previous.home.score, previous.away.score);
        let mut told = 0;
        for change in changes(Some(&previous), &next) {
            let (of_home, before, after, up) = match change {
                Change::ScoreChanged { home, before, after } => (home, before, after, true),
                Change::ScoreCorrected { home, before, after } => (home, before, after, false),
                _ => continue,
            };
            let score = if of_home { &mut home } else { &mut away };
            prop_assert_eq!(*score, before);
            prop_assert_eq!(after > before, up);
            *score = after;
            told += 1;
        }
        prop_assert_eq!((home, away), (next.home.score, next.away.score));
        prop_assert!(told <= 2);
    }

    /// No kind but a score's is told twice, and they come in the order in which they happen.
    #[test]
    fn each_kind_is_told_once_and_in_order(previous in any_game(), next in any_game()) {
        let order = [
            "game_rescheduled", "game_postponed", "game_canceled", "game_started", "game_resumed", "period_ended",
            "period_started", "overtime_started", "score", "lead_changed", "close_game", "game_delayed",
            "game_ended",
        ];
        let place = |change: &Change| {
            let kind = if change.kind().starts_with("score_") { "score" } else { change.kind() };
            order.iter().position(|known| *known == kind).unwrap()
        };
        let found: Vec<_> = changes(Some(&previous), &next).iter().map(place).collect();
        let score = order.iter().position(|known| *known == "score").unwrap();
        prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1] || pair == [score, score]), "{:?}", found);
    }

    #[test]
    fn starts_and_ends_are_told_where_there_is_one(previous in any_game(), next in any_game()) {
        let found = kinds(&previous, &next);
        let over = |game: &Game| game.status == GameStatus::Finished;
        prop_assert_eq!(found.contains(&"game_ended"), over(&next) && !over(&previous));
        prop_assert_eq!(found.contains(&"game_started"), next.has_begun() && !previous.has_begun());
        if next.status == GameStatus::Delayed && next.home.score + next.away.score == 0 && next.clock.number <= 1 {
            prop_assert!(!found.contains(&"game_started"), "a delayed start");
        }
    }
}
