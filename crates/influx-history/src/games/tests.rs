//! Which row of a game counts, and where it starts.

use game_model::{GameStatus, League};
use proptest::prelude::*;

use super::{Games, Known, add_games, add_rows, course};
use crate::row::Row;
use crate::span::Span;

const MINUTE: i64 = 60_000_000_000;

fn row(status: GameStatus, time: i64, observed_at: i64) -> Row {
    Row {
        time,
        observed_at,
        game: "1".into(),
        home: "Falcons".into(),
        away: "Saints".into(),
        season: Some("2025".into()),
        week: Some("5".into()),
        status,
        home_score: 0,
        away_score: 0,
        period: None,
        time_remaining: String::new(),
    }
}

fn nfl() -> League {
    "nfl".parse().expect("a league")
}

fn known(rows: Vec<Row>) -> Known {
    let mut games = Games::new();
    add_rows(&mut games, rows, Span::ALL);
    games.remove("1").expect("the game")
}

#[test]
fn what_is_finished_stays_so_and_else_the_newest_counts() {
    let game = |rows| known(rows).game(nfl());
    let scheduled = row(GameStatus::Scheduled, 100 * MINUTE, 1);
    let live = row(GameStatus::Live, 101 * MINUTE, 101 * MINUTE);
    let finished = row(GameStatus::Finished, 100 * MINUTE, 200 * MINUTE);
    let corrected = row(GameStatus::Finished, 100 * MINUTE + 1, 201 * MINUTE);
    let slip = row(GameStatus::Scheduled, 300 * MINUTE, 202 * MINUTE);
    assert_eq!(game(vec![live.clone(), scheduled.clone()]).status, GameStatus::Live);
    let told = game(vec![scheduled, live, corrected, finished, slip]);
    assert_eq!((told.status, told.observed_at.timestamp()), (GameStatus::Finished, 201 * 60));
    assert_eq!(told.start.timestamp_nanos_opt(), Some(100 * MINUTE), "a correction moves no start");
    assert_eq!(told.start_text, "1970-01-01T01:40Z");
}

#[test]
fn a_live_game_starts_when_it_was_last_announced_to() {
    let first = row(GameStatus::Scheduled, 100 * MINUTE, 1);
    let moved = row(GameStatus::Scheduled, 90 * MINUTE, 2);
    let live = row(GameStatus::Live, 91 * MINUTE, 91 * MINUTE);
    assert_eq!(known(vec![first, live.clone(), moved]).start(), 90 * MINUTE);
    let mut unannounced = known(vec![live]);
    assert!(unannounced.has_no_start());
    unannounced.moved_at(80 * MINUTE);
    assert_eq!(unannounced.start(), 80 * MINUTE);
}

#[test]
fn a_course_is_in_the_order_of_its_observations() {
    let rows = vec![
        row(GameStatus::Finished, 100 * MINUTE, 200 * MINUTE),
        row(GameStatus::Live, 101 * MINUTE, 101 * MINUTE),
        row(GameStatus::Scheduled, 100 * MINUTE, 1),
    ];
    let timeline = course(nfl(), rows).expect("a course");
    let statuses: Vec<_> = timeline.entries.iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [GameStatus::Scheduled, GameStatus::Live, GameStatus::Finished]);
    assert_eq!(timeline.game.status, GameStatus::Finished);
    assert_eq!(course(nfl(), Vec::new()), None);
}

proptest! {
    /// Windows are read apart and in any order: what comes of them is the same as of all rows together.
    #[test]
    fn parts_come_to_the_same_as_the_whole(
        rows in prop::collection::vec((0..7_usize, 0..50_i64, 0..1000_i64), 1..20),
        split in 0..20_usize,
    ) {
        let mut seen = std::collections::BTreeSet::new();
        let rows: Vec<Row> = rows
            .into_iter()
            .filter(|(.., observed_at)| seen.insert(*observed_at))
            .map(|(status, time, observed_at)| row(GameStatus::ALL[status], time * MINUTE, observed_at))
            .collect();
        let (a, b) = rows.split_at(split.min(rows.len()));
        let of = |rows: &[Row]| {
            let mut games = Games::new();
            add_rows(&mut games, rows.to_vec(), Span::ALL);
            games
        };
        let mut together = of(b);
        add_games(&mut together, &of(a));
        prop_assert_eq!(together, of(&rows));
    }
}
