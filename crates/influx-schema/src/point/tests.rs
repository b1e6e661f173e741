//! Timestamps, what is left out, and when two points say the same.

use game_model::{Clock, Game, GameStatus, Period, PeriodField};

use super::Point;
use crate::series::tests::game;

const START: i64 = 1_662_915_600_000_000_000;
const SEEN: i64 = START + 7_000;

fn in_status(status: GameStatus) -> Game {
    Game { status, ..game("nfl") }
}

#[test]
fn a_moving_game_is_stamped_with_its_observation_and_others_with_their_start() {
    for status in GameStatus::ALL {
        let point = Point::observe(&in_status(status), SEEN, None);
        let expected = if status.moves_with_time() { SEEN } else { START };
        assert_eq!((point.timestamp, point.observed_at), (expected, SEEN), "{status}");
    }
}

#[test]
fn a_correction_comes_right_after_what_it_corrects() {
    let finished = in_status(GameStatus::Finished);
    assert_eq!(Point::observe(&finished, SEEN, Some(START + 3)).timestamp, START + 4);
    assert_eq!(Point::observe(&finished, SEEN, Some(START - 3)).timestamp, START, "never before the start");
    assert_eq!(Point::observe(&finished, SEEN, Some(i64::MAX)).timestamp, i64::MAX, "held at the end");
}

#[test]
fn the_period_is_left_out_before_the_game() {
    let clock =
        Clock { number: 1, period: Some(Period::Regulation(1)), display: "15:00".into(), ..Clock::default() };
    for status in GameStatus::ALL {
        let point = Point::observe(&Game { status, clock: clock.clone(), ..game("nfl") }, SEEN, None);
        let before = matches!(status, GameStatus::Scheduled | GameStatus::Postponed);
        assert_eq!(point.period.is_none(), before, "{status}");
    }
}

#[test]
fn the_period_has_the_name_that_its_sport_has_for_it() {
    assert_eq!(Point::observe(&game("nfl"), SEEN, None).period_field, PeriodField::Quarter);
    assert_eq!(Point::observe(&game("nhl"), SEEN, None).period_field, PeriodField::Period);
}

#[test]
fn an_empty_venue_is_unknown() {
    let nowhere = Game { venue: Some(String::new()), ..game("nfl") };
    assert_eq!(Point::observe(&nowhere, SEEN, None).venue, None);
}

#[test]
fn points_are_the_same_but_for_time() {
    let point = Point::observe(&game("nfl"), SEEN, None);
    let later = Point { observed_at: SEEN + 1, timestamp: SEEN + 1, ..point.clone() };
    assert!(point.same_but_for_time(&later));
    let others = [
        Point { series: "nfl_scores".into(), ..point.clone() },
        Point { away_score: 99, ..point.clone() },
        Point { home_score: 99, ..point.clone() },
        Point { period_field: PeriodField::Period, ..point.clone() },
        Point { period: None, ..point.clone() },
        Point { time_remaining: "0:01".into(), ..point.clone() },
        Point { venue: None, ..point.clone() },
    ];
    for other in others {
        assert!(!point.same_but_for_time(&other), "{other:?}");
    }
}
