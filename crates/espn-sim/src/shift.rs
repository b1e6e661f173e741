//! Dates moved by whole days, so that an old scoreboard is today's.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::America::New_York;
use serde_json::Value;

use crate::eastern::{day_of, moment};

/// The form of a day, `2025-10-07`.
const DAY: &str = "%Y-%m-%d";

/// The US-Eastern day of a scoreboard: the one it names, else the one on which most of its events are; of several
/// the first.
pub(crate) fn day_of_slate(scoreboard: &Value) -> Option<NaiveDate> {
    if let Some(day) = scoreboard["day"]["date"].as_str().and_then(|day| day.parse().ok()) {
        return Some(day);
    }
    let mut events: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    let dates = scoreboard["events"].as_array()?.iter().filter_map(|event| event["date"].as_str());
    for day in dates.filter_map(day_of) {
        *events.entry(day).or_default() += 1;
    }
    events.into_iter().max_by_key(|(day, count)| (*count, std::cmp::Reverse(*day))).map(|(day, _)| day)
}

/// Moves every date in the value by so many days. The time of day stays what a clock in New York shows.
pub(crate) fn shift(value: &mut Value, days: i64) {
    match value {
        Value::String(text) => {
            if let Some(moved) = shifted(text, days) {
                *text = moved;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| shift(value, days)),
        Value::Object(fields) => fields.values_mut().for_each(|value| shift(value, days)),
        _ => {}
    }
}

/// The text with its date moved; none where it is no date.
fn shifted(text: &str, days: i64) -> Option<String> {
    // Few texts begin as a date does; parsing all others would take most of the time.
    let bytes = text.as_bytes();
    if bytes.len() < 10 || bytes.len() > 32 || bytes[4] != b'-' || !bytes[0].is_ascii_digit() {
        return None;
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, DAY) {
        return Some(moved(day, days)?.format(DAY).to_string());
    }
    let at = moved_moment(moment(text)?, days)?;
    let form = if text.len() == "2022-09-11T17:00Z".len() {
        crate::eastern::ESPN_DATE
    } else {
        "%Y-%m-%dT%H:%M:%SZ"
    };
    Some(at.format(form).to_string())
}

fn moved(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let by = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) }
}

fn moved_moment(at: DateTime<Utc>, days: i64) -> Option<DateTime<Utc>> {
    let there = at.with_timezone(&New_York).naive_local();
    let moved = moved(there.date(), days)?.and_time(there.time());
    let local = New_York.from_local_datetime(&moved).earliest();
    // In the hour that a spring night skips, the clock shows an hour more.
    let local = local.or_else(|| New_York.from_local_datetime(&(moved + TimeDelta::hours(1))).earliest())?;
    Some(local.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
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
}
