//! Which slates of a league cover the days that are looked after.

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{SeasonPhase, SlateId, SlateKind, eastern_date};

/// The days ahead whose slates are kept.
pub(crate) const LOOK_AHEAD: TimeDelta = TimeDelta::days(7);

/// A slate that ended not longer ago than this may hold a game that is still being played.
pub(crate) const LOOK_BACK: TimeDelta = TimeDelta::days(1);

/// The length of a week of which only the end is known.
const WEEK: TimeDelta = TimeDelta::days(7);

/// The weeks of a season, in their order, with the moment each ends.
pub(crate) type Weeks = [(SlateId, DateTime<Utc>)];

/// The slates that cover the time from [`LOOK_BACK`] ago to [`LOOK_AHEAD`] from now, in their order.
///
/// Where the weeks are not known, it is the one after the current one.
pub(crate) fn wanted(
    kind: SlateKind,
    weeks: &Weeks,
    current: Option<SlateId>,
    now: DateTime<Utc>,
) -> Vec<SlateId> {
    match kind {
        SlateKind::Day => eastern_date(now - LOOK_BACK)
            .iter_days()
            .take_while(|day| *day <= eastern_date(now + LOOK_AHEAD))
            .map(SlateId::Day)
            .collect(),
        SlateKind::Week if weeks.is_empty() => next_week(current).into_iter().collect(),
        SlateKind::Week => weeks_between(weeks, now - LOOK_BACK, now + LOOK_AHEAD),
    }
}

/// Whether a slate is over.
pub(crate) fn is_past(id: SlateId, weeks: &Weeks, current: Option<SlateId>, now: DateTime<Utc>) -> bool {
    match id {
        SlateId::Day(day) => day < eastern_date(now),
        SlateId::Week { .. } => match weeks.iter().find(|(week, _)| *week == id) {
            Some((_, end)) => *end <= now,
            None => current.is_some_and(|current| id < current),
        },
    }
}

fn weeks_between(weeks: &Weeks, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<SlateId> {
    let starts = std::iter::once(None).chain(weeks.iter().map(|(_, end)| Some(*end)));
    weeks
        .iter()
        .zip(starts)
        .filter(|((id, end), start)| is_played(*id) && *end > from && start.unwrap_or(*end - WEEK) < to)
        .map(|((id, _), _)| *id)
        .collect()
}

/// Whether games are played in the week's phase of the season: asking for the others is an error to ESPN.
fn is_played(id: SlateId) -> bool {
    !matches!(id, SlateId::Week { phase, .. } if SeasonPhase::from_espn(phase) == SeasonPhase::Off)
}

fn next_week(current: Option<SlateId>) -> Option<SlateId> {
    match current? {
        SlateId::Week { year, phase, number } => Some(SlateId::Week { year, phase, number: number + 1 }),
        SlateId::Day(_) => None,
    }
}
