//! Dates moved by whole days, so that an old scoreboard is today's.

mod seasons;
mod texts;

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

/// Moves a scoreboard by so many days: every date, those that its texts name, and the years of its seasons.
pub(crate) fn move_by(scoreboard: &mut Value, days: i64) {
    if days != 0 {
        texts::move_by(scoreboard, days);
        seasons::move_by(scoreboard, days);
        shift(scoreboard, days);
    }
}

/// Moves every date in the value by so many days. The time of day stays what a clock in New York shows.
fn shift(value: &mut Value, days: i64) {
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

/// The items of a list in the value; none where it has no such list.
fn items<'a>(value: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> + use<'a> {
    value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
}

#[cfg(test)]
mod tests;
