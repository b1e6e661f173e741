//! ESPN's dates and the US-Eastern days they fall on.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::America::New_York;

/// ESPN's form of a moment, `2022-09-11T17:00Z`.
pub(crate) const ESPN_DATE: &str = "%Y-%m-%dT%H:%MZ";

/// The moment that one of ESPN's dates names.
pub(crate) fn moment(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, ESPN_DATE)
        .map(|at| at.and_utc())
        .or_else(|_| text.parse::<DateTime<Utc>>())
        .ok()
}

/// The US-Eastern day on which one of ESPN's dates falls.
pub(crate) fn day_of(text: &str) -> Option<NaiveDate> {
    moment(text).map(game_model::eastern_date)
}

/// The moment of an hour and minute of a US-Eastern day.
pub(crate) fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    let local = day.and_time(time);
    // Clocks are set at night: no hour of a game is there twice, or not at all.
    local.and_local_timezone(New_York).earliest().map_or_else(|| local.and_utc(), |at| at.to_utc())
}
