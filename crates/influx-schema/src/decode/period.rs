//! Periods as the field writes them.

use game_model::{League, OvertimeNames, Period};

/// What is allowed, for a sentence.
pub(super) const ALLOWED: &str = "are 1, 2, ..., OT, 2OT, ..., SO";

/// The period that is displayed so.
pub(super) fn parse(text: &str) -> Option<Period> {
    let period = match text.strip_suffix("OT") {
        Some("") => Period::Overtime(1),
        Some(count) => Period::Overtime(count.parse().ok()?),
        None if text == "SO" => Period::Shootout,
        None => Period::Regulation(text.parse().ok()?),
    };
    (period.to_string() == text).then_some(period)
}

/// ESPN's number of the period.
pub(super) fn number(league: League, period: Period) -> u32 {
    let beyond = match period {
        Period::Regulation(n) => return n,
        Period::Overtime(n) => n,
        Period::Shootout if league.overtime == OvertimeNames::ExtraTime => 3,
        Period::Shootout => 2,
    };
    league.regulation_periods.saturating_add(beyond)
}
