//! ESPN's dates and the US-Eastern days they fall on.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

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
