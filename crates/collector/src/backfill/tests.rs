//! Which slates seasons have.

use game_model::{League, SlateId};

use super::season::{assumed, current_year, opening, slates_of};
use super::*;
use crate::test_support::{board, nfl, nfl_game, nhl, utc, week};

fn league(key: &str) -> League {
    key.parse().unwrap()
}

fn ids(slates: &[SeasonSlate]) -> Vec<SlateId> {
    slates.iter().map(|slate| slate.id).collect()
}

#[test]
fn the_weeks_of_a_season_are_those_of_its_calendar_in_which_games_are_played() {
    let mut shown = board(nfl(), Slate::Current, Some(week(2, 5)), Vec::new());
    let weeks = [week(1, 1), week(2, 1), week(3, 5), week(4, 1)];
    shown.weeks = weeks.map(|id| (id, utc("2025-09-10T07:00"))).to_vec();
    assert_eq!(ids(&slates_of(nfl(), 2025, &shown).unwrap()), weeks[..3]);
    assert_eq!(slates_of(nfl(), 2024, &shown), None, "the calendar is of another season");
}

#[test]
fn without_a_calendar_the_weeks_are_those_of_every_season() {
    let weeks = ids(&assumed(nfl(), 2025));
    assert_eq!((weeks.len(), weeks[0], weeks[26]), (27, week(1, 1), week(3, 5)));
    assert_eq!(assumed(league("ncaaf"), 2025).len(), 23, "there is no preseason");
}

#[test]
fn every_season_contains_the_slate_that_tells_its_calendar() {
    for league in League::all() {
        let slates = ids(&assumed(league, 2025));
        assert!(slates.contains(&opening(league, 2025)), "{league}");
    }
}

#[test]
fn the_current_season_is_the_one_that_is_shown() {
    let now = utc("2026-07-20T12:00");
    let empty = |league| board(league, Slate::Current, None, Vec::new());
    let mut of_days = empty(nhl());
    of_days.days = Some(game_model::SeasonDays { year: 2027, days: Vec::new(), are_listed: true });
    assert_eq!(current_year(nhl(), &of_days, now), 2027);
    let of_week = board(nfl(), Slate::Current, Some(week(2, 5)), Vec::new());
    assert_eq!(current_year(nfl(), &of_week, now), 2025);
    let of_games = board(
        nfl(),
        Slate::Current,
        None,
        vec![nfl_game("1", 3, "2025-09-21T17:00", game_model::GameStatus::Finished)],
    );
    assert_eq!(current_year(nfl(), &of_games, now), 2025);
    // Nothing says it: by the day.
    let years = [
        ("nhl", "2026-02-01T00:00", 2026),
        ("nhl", "2026-10-01T00:00", 2027),
        ("nfl", "2026-02-08T23:30", 2025),
        ("nfl", "2026-09-10T00:00", 2026),
        ("mlb", "2026-02-20T00:00", 2026),
        ("epl", "2026-05-01T00:00", 2025),
    ];
    for (key, moment, year) in years {
        assert_eq!(current_year(league(key), &empty(league(key)), utc(moment)), year, "{key} {moment}");
    }
}

#[test]
fn days_choose_the_weeks_they_are_in() {
    let slate = SeasonSlate { id: week(2, 5), ends: Some(utc("2025-10-08T07:00")), has_games: true };
    let day = |text: &str| Some(text.parse().unwrap());
    assert!(slate.touches(None, None) && slate.touches(day("2025-10-05"), day("2025-10-05")));
    assert!(!slate.touches(day("2025-10-09"), None) && !slate.touches(None, day("2025-09-30")));
}
