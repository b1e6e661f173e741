//! Years of seasons.

use super::*;

#[test]
fn the_nearest_number_of_years_counts() {
    let expected = [(0, 0), (182, 0), (183, 1), (-182, 0), (-183, -1), (547, 1), (1461, 4), (-1461, -4)];
    for (days, expected) in expected {
        assert_eq!(years(days), expected, "{days} days");
    }
}

#[test]
fn names_of_seasons_of_one_year_and_of_two_move() {
    assert_eq!(renamed("2022", 4).as_deref(), Some("2026"));
    assert_eq!(renamed("1998-99", 1).as_deref(), Some("1999-00"));
    assert_eq!(renamed("2026 MLS", -1).as_deref(), Some("2025 MLS"));
    assert_eq!(renamed("Preseason", 1), None);
}

#[test]
fn every_season_on_a_scoreboard_moves_and_what_says_none_still_says_none() {
    let mut board = json!({
        "leagues": [{"season": {"year": 2022, "displayName": "2022"}}],
        "season": {"year": 2022, "type": 2},
        "events": [{"season": {"year": 2022, "type": 2}}, {}],
    });
    move_by(&mut board, 3 * 365);
    let expected = json!({
        "leagues": [{"season": {"year": 2025, "displayName": "2025"}}],
        "season": {"year": 2025, "type": 2},
        "events": [{"season": {"year": 2025, "type": 2}}, {}],
    });
    assert_eq!(board, expected);
}
