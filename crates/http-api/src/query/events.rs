//! Parameters of the stream of events.

pub(crate) mod described;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use game_model::{EventFilter, EventKind, EventNumber, League};

use super::history::name_of;
use super::{Once, Problems, league_of, parameters};
use crate::error::{ApiError, shown};
use crate::routes::webhooks::teams;

/// A client names at most so many teams.
pub(crate) const MAX_TEAMS: usize = 256;

/// What of the events somebody wants.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventsQuery {
    /// Which of them.
    pub(crate) filter: EventFilter,
    /// The one that the client had last; none for those from now on.
    pub(crate) last: Option<EventNumber>,
}

impl EventsQuery {
    /// Reads a query and the header `Last-Event-ID`, which is newer than what the address says. `tracked` are the
    /// leagues that may be asked for.
    pub(crate) fn parse(query: &str, header: Option<&[u8]>, tracked: &[League]) -> Result<Self, ApiError> {
        let (mut filter, mut names, mut last) = (EventFilter::default(), Vec::new(), Once::default());
        let mut problems = Problems::default();
        for (name, value) in parameters(query) {
            match &*name {
                "league" | "sport" => {
                    problems
                        .note(value.and_then(|value| leagues(&name, &value, tracked, &mut filter.leagues)));
                }
                "team" | "team_ids" => {
                    problems.note(value.and_then(|value| team_names(&name, &value, &mut names)));
                }
                "kind" => problems.note(value.and_then(|value| kinds(&value, &mut filter.kinds))),
                "last_event_id" => problems.note(value.and_then(|value| match number(&name, &value)? {
                    Some(number) => last.set(&name, number),
                    None => Ok(()),
                })),
                _ => {}
            }
        }
        let mut last = last.value;
        if let Some(header) = header {
            let value = String::from_utf8_lossy(header);
            problems.note(number("Last-Event-ID", &value).map(|given| last = given.or(last)));
        }
        if names.len() > MAX_TEAMS {
            let count = names.len();
            problems
                .push(format!("team holds {count} names; allowed are {MAX_TEAMS}, or none for every team"));
        } else if !names.is_empty() {
            let among = if filter.leagues.is_empty() { tracked } else { &filter.leagues };
            let mut unknown = Vec::new();
            filter.teams = teams::find(&names, among, &mut unknown);
            for problem in unknown {
                problems.push(problem);
            }
        }
        problems.none()?;
        Ok(Self { filter, last })
    }
}

/// The parts of a list between its commas.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn leagues(name: &str, value: &str, tracked: &[League], leagues: &mut Vec<League>) -> Result<(), String> {
    for part in parts(value) {
        let mut found = Once::default();
        league_of(name, Ok(Cow::Borrowed(part)), tracked, &mut found)?;
        let found = found.value.flatten();
        leagues.extend(found.filter(|league| !leagues.contains(league)));
    }
    Ok(())
}

fn team_names(name: &str, value: &str, names: &mut Vec<String>) -> Result<(), String> {
    for part in parts(value) {
        names.push(name_of(name, part)?);
    }
    Ok(())
}

fn kinds(value: &str, kinds: &mut Vec<EventKind>) -> Result<(), String> {
    for part in parts(value) {
        let kind = part.parse().map_err(|_| {
            let known = EventKind::ALL.map(EventKind::as_str).join(", ");
            format!("kind is {}; allowed are {known}, or none for all of them", shown(part))
        })?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(())
}

/// The number of an event; none where nothing is given.
fn number(name: &str, value: &str) -> Result<Option<EventNumber>, String> {
    let value = value.trim();
    if value.is_empty() {
        return Ok(None);
    }
    value.parse().map(|number| Some(EventNumber(number))).map_err(|_| {
        format!(
            "{name} is {}; allowed is the id of an event of this stream, a whole number from 0 (everything that is kept) \
             to {}, or none for events from now on",
            shown(value),
            u64::MAX
        )
    })
}
