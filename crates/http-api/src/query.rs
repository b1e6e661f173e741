//! Parameters of a request, validated. What is wrong is told by name and value, with what is allowed.
//!
//! A parameter that nobody knows is ignored: pages add some to get around caches. One that is given twice with
//! different values is refused, the list of teams aside, which grows by each.

pub(crate) mod described;
pub(crate) mod events;
pub(crate) mod history;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use game_model::League;
use percent_encoding::percent_decode_str;

use crate::error::{ApiError, shown};

/// Names of teams may take so many bytes together; all teams of all leagues fit in.
pub(crate) const MAX_TEAM_IDS: usize = 8 * 1024;

/// Hours ahead unless told otherwise.
pub(crate) const DEFAULT_HOURS: u32 = 24;

/// The longest look ahead, in hours.
pub(crate) const MAX_HOURS: u32 = 720;

/// A user's id has at most so many characters.
pub(crate) const MAX_USER_ID: usize = 128;

/// What games are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GamesQuery {
    /// The league; none for all.
    pub(crate) league: Option<League>,
    /// The teams, trimmed and in lower case, separated by commas.
    pub(crate) teams: String,
    /// Hours ahead.
    pub(crate) hours: u32,
}

impl GamesQuery {
    /// Reads a query. `tracked` are the leagues that may be asked for.
    pub(crate) fn parse(query: &str, tracked: &[League]) -> Result<Self, ApiError> {
        let mut teams = String::with_capacity(query.len());
        let (mut league, mut hours) = (Once::default(), Once::default());
        let mut problems = Problems::default();
        for (name, value) in parameters(query) {
            match &*name {
                "league" | "sport" => problems.note(league_of(&name, value, tracked, &mut league)),
                "team_ids" => problems.note(value.map(|value| push_teams(&mut teams, &value))),
                "hours" => problems.note(value.and_then(|value| hours.set("hours", hours_of(&value)?))),
                _ => {}
            }
        }
        if teams.len() > MAX_TEAM_IDS {
            let length = teams.len();
            problems.push(format!(
                "team_ids takes {length} bytes; allowed are {MAX_TEAM_IDS}, or none for every team"
            ));
        }
        problems.none()?;
        let hours = hours.value.unwrap_or(DEFAULT_HOURS);
        Ok(Self { league: league.value.flatten(), teams, hours })
    }
}

/// Reads the league of a query; none for all.
pub(crate) fn league_alone(query: &str, tracked: &[League]) -> Result<Option<League>, ApiError> {
    let mut league = Once::default();
    let mut problems = Problems::default();
    for (name, value) in parameters(query) {
        if matches!(&*name, "league" | "sport") {
            problems.note(league_of(&name, value, tracked, &mut league));
        }
    }
    problems.none()?;
    Ok(league.value.flatten())
}

/// Reads the user of a query; none where it names none.
pub(crate) fn user_alone(query: &str) -> Result<Option<String>, ApiError> {
    let mut user = Once::default();
    let mut problems = Problems::default();
    for (name, value) in parameters(query) {
        if name == "user_id" {
            problems.note(value.and_then(|value| user.set("user_id", user_of(&value)?)));
        }
    }
    problems.none()?;
    Ok(user.value.flatten())
}

/// The id of a user, trimmed; none where it is empty.
pub(crate) fn user_of(given: &str) -> Result<Option<String>, String> {
    let id = given.trim();
    if id.chars().count() > MAX_USER_ID || id.chars().any(char::is_control) {
        let id = shown(id);
        return Err(format!(
            "user_id is {id}; allowed are up to {MAX_USER_ID} characters, none of them a control character"
        ));
    }
    Ok((!id.is_empty()).then(|| id.to_owned()))
}

fn league_of(
    name: &str,
    value: Result<Cow<'_, str>, String>,
    tracked: &[League],
    league: &mut Once<Option<League>>,
) -> Result<(), String> {
    let value = value?;
    let asked = value.trim();
    if asked.is_empty() {
        return Ok(());
    }
    let found = tracked.iter().find(|league| league.key.eq_ignore_ascii_case(asked));
    let Some(&found) = found else {
        let known = tracked.iter().map(|league| league.key).collect::<Vec<_>>().join(", ");
        return Err(format!("{name} is {}; allowed are {known}, or none for all of them", shown(asked)));
    };
    league.set(name, Some(found))
}

fn hours_of(value: &str) -> Result<u32, String> {
    let hours = value.trim().parse().ok().filter(|hours| (1..=MAX_HOURS).contains(hours));
    hours.ok_or_else(|| format!("hours is {}; allowed are whole numbers from 1 to {MAX_HOURS}", shown(value)))
}

fn push_teams(teams: &mut String, value: &str) {
    for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if !teams.is_empty() {
            teams.push(',');
        }
        if name.is_ascii() {
            let start = teams.len();
            teams.push_str(name);
            teams[start..].make_ascii_lowercase();
        } else {
            teams.push_str(&name.to_lowercase());
        }
    }
}

/// A parameter that can have one value.
#[derive(Debug)]
pub(crate) struct Once<T> {
    pub(crate) value: Option<T>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { value: None }
    }
}

impl<T: PartialEq> Once<T> {
    pub(crate) fn set(&mut self, name: &str, value: T) -> Result<(), String> {
        match &self.value {
            Some(before) if *before != value => {
                Err(format!("{name} was given twice with different values; give it once"))
            }
            _ => {
                self.value = Some(value);
                Ok(())
            }
        }
    }
}

/// All that is wrong with a query.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    pub(crate) fn push(&mut self, problem: String) {
        self.0.push(problem);
    }

    pub(crate) fn note(&mut self, outcome: Result<(), String>) {
        if let Err(problem) = outcome {
            self.push(problem);
        }
    }

    pub(crate) fn none(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiError::BadParameter(self.0.join("; "))) }
    }
}

/// The parameters in their order. A value that is not UTF-8 is a problem of its parameter.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Result<Cow<'_, str>, String>)> {
    query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = decoded(name).unwrap_or(Cow::Borrowed(name));
        let value = decoded(value)
            .ok_or_else(|| format!("{name} is {}, which is not UTF-8 once decoded", shown(value)));
        (name, value)
    })
}

/// A part of a path: there a plus is a plus.
pub(crate) fn decoded_part(given: &str) -> Option<Cow<'_, str>> {
    if !given.contains('%') {
        return Some(Cow::Borrowed(given));
    }
    let decoded = percent_decode_str(given).decode_utf8().ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}

pub(crate) fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.as_bytes().contains(&b'%') && !text.as_bytes().contains(&b'+') {
        return Some(Cow::Borrowed(text));
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(Cow::Owned(decoded.into_owned()))
}
