//! Dates in texts made for people: `Sun, September 11th at 1:00 PM EDT`, `9/11 - 1:00 PM EDT`, `Sep 8-14`.
//!
//! A text is replaced only where it is exactly what ESPN makes of the date beside it.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::America::New_York;
use serde_json::{Value, json};

use super::{items, moved_moment};
use crate::eastern::moment;

/// Weeks end in the small hours of the day after their last one.
const SMALL_HOURS: TimeDelta = TimeDelta::hours(6);

/// Moves the dates in the texts of a scoreboard whose other dates have yet to be moved.
pub(super) fn move_by(scoreboard: &mut Value, days: i64) {
    for event in items(scoreboard, "events") {
        let Some(start) = event["date"].as_str().and_then(moment) else { continue };
        let Some(moved) = moved_moment(start, days) else { continue };
        move_details(event, start, moved);
        items(event, "competitions").for_each(|competition| move_details(competition, start, moved));
    }
    for league in items(scoreboard, "leagues") {
        items(league, "calendar")
            .flat_map(|phase| items(phase, "entries"))
            .for_each(|week| move_week(week, days));
    }
}

/// Moves what the status of an event or a competition says of its start.
fn move_details(of: &mut Value, start: DateTime<Utc>, moved: DateTime<Utc>) {
    let Some(status) = of.pointer_mut("/status/type") else { return };
    replace(status, "detail", &long(start), &long(moved));
    replace(status, "shortDetail", &short(start), &short(moved));
}

fn move_week(week: &mut Value, days: i64) {
    let ends = |name: &str| {
        let at = week[name].as_str().and_then(moment)?;
        Some((at, moved_moment(at, days)?))
    };
    if let Some(((start, moved_start), (end, moved_end))) = ends("startDate").zip(ends("endDate")) {
        replace(week, "detail", &span(start, end), &span(moved_start, moved_end));
    }
}

fn replace(within: &mut Value, name: &str, old: &str, new: &str) {
    if within[name].as_str() == Some(old) {
        within[name] = json!(new);
    }
}

/// `Sun, September 11th at 1:00 PM EDT`
fn long(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&New_York);
    let ending = match at.day() {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    format!("{}{ending} at {}", at.format("%a, %B %-d"), at.format("%-I:%M %p %Z"))
}

/// `9/11 - 1:00 PM EDT`
fn short(at: DateTime<Utc>) -> String {
    at.with_timezone(&New_York).format("%-m/%-d - %-I:%M %p %Z").to_string()
}

/// `Sep 8-14`, `Aug 31-Sep 6`
fn span(start: DateTime<Utc>, end: DateTime<Utc>) -> String {
    let first = start.with_timezone(&New_York).date_naive();
    let last = (end - SMALL_HOURS).with_timezone(&New_York).date_naive();
    let last = if first.month() == last.month() { last.format("%-d") } else { last.format("%b %-d") };
    format!("{}-{last}", first.format("%b %-d"))
}

#[cfg(test)]
mod tests;
