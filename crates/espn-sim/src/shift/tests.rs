//! Dates moved.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn moved_text(text: &str, days: i64) -> String {
    let mut value = json!(text);
    shift(&mut value, days);
    value.as_str().unwrap().to_owned()
}

#[test]
fn dates_of_every_form_move_and_all_else_stays() {
    assert_eq!(moved_text("2022-09-11T17:00Z", 7), "2022-09-18T17:00Z");
    assert_eq!(moved_text("2022-09-11T17:00:30Z", -11), "2022-08-31T17:00:30Z");
    assert_eq!(moved_text("2022-09-11", 30), "2022-10-11");
    for text in ["", "5-2-1", "2022", "Final/OT", "2022-13-41", "1234-567-8901 or so", "NFC"] {
        assert_eq!(moved_text(text, 7), text);
    }
    let mut value =
        json!({"day": {"date": "2022-09-11"}, "calendar": ["2022-09-11T04:00Z"], "n": 7, "x": null});
    shift(&mut value, 1);
    let expected =
        json!({"day": {"date": "2022-09-12"}, "calendar": ["2022-09-12T04:00Z"], "n": 7, "x": null});
    assert_eq!(value, expected);
}

#[test]
fn the_time_of_day_stays_across_the_end_of_daylight_saving_time() {
    // 00:30 in New York, before and after the clocks went back on 2025-11-02.
    assert_eq!(moved_text("2025-10-30T04:30Z", 7), "2025-11-06T05:30Z");
    // 02:30 in New York does not exist on 2026-03-08.
    assert_eq!(moved_text("2026-03-07T07:30Z", 1), "2026-03-08T07:30Z");
}

#[test]
fn the_day_of_a_slate_is_the_one_it_names_or_that_of_most_events() {
    let event = |date: &str| json!({"date": date});
    let of_week = json!({"events": [
        event("2022-09-09T00:20Z"), event("2022-09-11T17:00Z"), event("2022-09-11T20:25Z"),
        event("2022-09-13T00:15Z"), {},
    ]});
    assert_eq!(day_of_slate(&of_week), "2022-09-11".parse().ok());
    let named = json!({"day": {"date": "2022-09-25"}, "events": [event("2022-09-11T17:00Z")]});
    assert_eq!(day_of_slate(&named), "2022-09-25".parse().ok());
    let tie = json!({"events": [event("2022-09-12T17:00Z"), event("2022-09-11T17:00Z")]});
    assert_eq!(day_of_slate(&tie), "2022-09-11".parse().ok());
    assert_eq!(day_of_slate(&json!({"events": []})), None);
}

#[test]
fn a_scoreboard_moves_as_a_whole() {
    let mut board = json!({
        "season": {"year": 2022, "type": 2}, "week": {"number": 1},
        "events": [{"date": "2022-09-11T17:00Z", "status": {"type": {"shortDetail": "9/11 - 1:00 PM EDT"}}}],
    });
    let before = board.clone();
    move_by(&mut board, 0);
    assert_eq!(board, before);
    move_by(&mut board, 4 * 365);
    let expected = json!({
        "season": {"year": 2026, "type": 2}, "week": {"number": 1},
        "events": [{"date": "2026-09-10T17:00Z", "status": {"type": {"shortDetail": "9/10 - 1:00 PM EDT"}}}],
    });
    assert_eq!(board, expected);
}

#[test]
fn a_scoreboard_of_another_shape_keeps_it() {
    for odd in
        [json!(null), json!([1]), json!({"leagues": "x", "events": ["x", {"season": 3}, {"status": []}]})]
    {
        let mut moved = odd.clone();
        move_by(&mut moved, 400);
        assert_eq!(moved, odd);
    }
}

proptest! {
    /// An event that is moved by so many days is filed under the day so many days later.
    #[test]
    fn the_day_of_a_moved_date_is_the_moved_day(minutes in 0_i64..60_000_000, days in -20_000_i64..20_000) {
        let at = DateTime::<Utc>::from_timestamp(minutes * 60, 0).unwrap();
        let text = at.format(crate::eastern::ESPN_DATE).to_string();
        let moved = moved_text(&text, days);
        prop_assert_eq!(day_of(&moved).unwrap() - day_of(&text).unwrap(), TimeDelta::days(days));
    }
}
