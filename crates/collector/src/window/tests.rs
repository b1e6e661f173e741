//! Tests of the slates that cover the days to look after.

use super::*;
use crate::test_support::{day, utc, week};

fn season() -> Vec<(SlateId, DateTime<Utc>)> {
    vec![
        (week(2, 17), utc("2025-12-31T08:00")),
        (week(2, 18), utc("2026-01-07T08:00")),
        (week(3, 1), utc("2026-01-14T08:00")),
        (week(3, 2), utc("2026-01-21T08:00")),
        (week(4, 1), utc("2026-08-01T07:00")),
    ]
}

#[test]
fn days_are_those_of_the_eastern_calendar_from_yesterday_on() {
    // 03:00 UTC is still the evening before in New York.
    let days = wanted(SlateKind::Day, &[], None, utc("2026-01-11T03:00"));
    assert_eq!(days.len(), 9);
    assert_eq!(days.first(), Some(&day("2026-01-09")));
    assert_eq!(days.last(), Some(&day("2026-01-17")));
    assert!(is_past(day("2026-01-09"), &[], None, utc("2026-01-11T03:00")));
    assert!(!is_past(day("2026-01-10"), &[], None, utc("2026-01-11T03:00")));
    assert!(is_past(day("2026-01-10"), &[], None, utc("2026-01-11T05:00")));
}

#[test]
fn weeks_are_those_that_overlap_the_days_in_view() {
    let weeks = |at| wanted(SlateKind::Week, &season(), None, utc(at));
    assert_eq!(weeks("2026-01-03T12:00"), [week(2, 18), week(3, 1)]);
    // The week before stays in view for a day.
    assert_eq!(weeks("2026-01-07T12:00"), [week(2, 18), week(3, 1), week(3, 2)]);
    assert_eq!(weeks("2026-01-09T12:00"), [week(3, 1), week(3, 2)]);
}

#[test]
fn the_first_week_of_a_season_begins_seven_days_before_its_end() {
    let weeks = |at| wanted(SlateKind::Week, &season(), None, utc(at));
    assert_eq!(weeks("2025-12-16T12:00"), []);
    assert_eq!(weeks("2025-12-18T12:00"), [week(2, 17)]);
}

#[test]
fn the_weeks_without_games_are_not_asked_for() {
    assert_eq!(wanted(SlateKind::Week, &season(), None, utc("2026-03-01T12:00")), []);
}

#[test]
fn without_a_calendar_the_next_number_is_asked_for() {
    let now = utc("2026-01-03T12:00");
    assert_eq!(wanted(SlateKind::Week, &[], Some(week(2, 7)), now), [week(2, 8)]);
    assert_eq!(wanted(SlateKind::Week, &[], None, now), []);
    assert!(is_past(week(2, 6), &[], Some(week(2, 7)), now));
    assert!(is_past(week(1, 9), &[], Some(week(2, 7)), now));
    assert!(!is_past(week(2, 8), &[], Some(week(2, 7)), now));
}

#[test]
fn a_week_is_over_at_its_end() {
    assert!(is_past(week(2, 18), &season(), None, utc("2026-01-07T08:00")));
    assert!(!is_past(week(2, 18), &season(), None, utc("2026-01-07T07:59")));
}
