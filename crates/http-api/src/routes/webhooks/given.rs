//! What somebody wants of a webhook, validated: all problems are told at once.

#[cfg(test)]
mod tests;

use std::time::Duration;

use game_model::{EventFilter, EventKind, League, WebhookSecret};
use serde_json::{Map, Value};

use super::teams;
use crate::error::{ApiError, shown};

/// A secret has so many characters.
pub(super) const MIN_SECRET: usize = 16;
pub(super) const MAX_SECRET: usize = 256;

/// A delivery waits so long at most: 1 h.
pub(super) const MAX_DELAY: f64 = 3_600.0;

/// A start is told so many minutes before at most: a day.
pub(super) const MAX_MINUTES: u64 = 1_440;

/// A webhook names at most so many teams, a team's name has at most so many characters.
pub(super) const MAX_TEAMS: usize = 256;
pub(super) const MAX_NAME: usize = 64;

/// What events is to be.
pub(super) const EVENTS: &str =
    r#"a list such as ["game_started", "score_changed", "game_ended"], or ["*"] for every event"#;

/// What secret is to be.
pub(super) const SECRET: &str = "a string of 16 to 256 characters, with which deliveries are signed";

/// Why a change changes nothing.
pub(super) const NOTHING: &str = "the body changes nothing; send one or more of url, events, team, sport, \
                                  delay_seconds, pregame_minutes, paused and secret, such as {\"paused\": true}";

/// What somebody wants of a webhook; what is none was not said.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Given {
    pub(super) url: Option<String>,
    /// Empty: every kind.
    pub(super) kinds: Option<Vec<EventKind>>,
    /// As they were named; empty: every team.
    pub(super) teams: Option<Vec<String>>,
    /// The same, as one text.
    pub(super) named_teams: Option<String>,
    /// Empty: every league.
    pub(super) leagues: Option<Vec<League>>,
    pub(super) delay: Option<Duration>,
    pub(super) pregame_minutes: Option<u32>,
    pub(super) paused: Option<bool>,
    pub(super) secret: Option<WebhookSecret>,
}

/// Nothing, if there are no problems.
pub(super) fn none(problems: &[String]) -> Result<(), ApiError> {
    if problems.is_empty() { Ok(()) } else { Err(ApiError::BadBody(problems.join("; "))) }
}

impl Given {
    /// Reads a body, and tells what is wrong with its fields. Keys that mean nothing here are ignored.
    pub(super) fn parse(body: &[u8], tracked: &[League]) -> Result<(Self, Vec<String>), ApiError> {
        const SEND: &str = r#"send an object such as {"url": "http://homeassistant.local:8123/api/webhook/my-id", "events": ["score_changed"], "secret": "16 characters at least"}"#;
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| ApiError::BadBody(format!("the body is not JSON ({error}); {SEND}")))?;
        let Value::Object(body) = body else {
            return Err(ApiError::BadBody(format!("the body is no object; {SEND}")));
        };
        let mut problems = Vec::new();
        let mut given = Self::default();
        let mut note = |outcome: Result<(), String>| problems.extend(outcome.err());
        note(text(&body, "url").map(|url| given.url = url));
        note(kinds(&body).map(|kinds| given.kinds = kinds));
        note(team_names(&body).map(|names| given.teams = names));
        note(leagues(&body, tracked).map(|leagues| given.leagues = leagues));
        note(delay(&body).map(|delay| given.delay = delay));
        note(minutes(&body).map(|minutes| given.pregame_minutes = minutes));
        note(paused(&body).map(|paused| given.paused = paused));
        note(secret(&body).map(|secret| given.secret = secret));
        given.named_teams =
            given.teams.as_ref().map(|names| names.join(", ")).filter(|names| !names.is_empty());
        Ok((given, problems))
    }

    /// Whether it says which events are wanted.
    pub(super) fn changes_filter(&self) -> bool {
        self.kinds.is_some()
            || self.teams.is_some()
            || self.leagues.is_some()
            || self.pregame_minutes.is_some()
    }

    /// The events that are wanted: those of `before`, but for what is said here.
    pub(super) fn filter(
        &self,
        before: EventFilter,
        tracked: &[League],
        problems: &mut Vec<String>,
    ) -> EventFilter {
        let leagues = self.leagues.clone().unwrap_or(before.leagues);
        let among = if leagues.is_empty() { tracked } else { &leagues };
        let teams = match &self.teams {
            Some(names) => teams::find(names, among, problems),
            None => before.teams,
        };
        EventFilter {
            teams,
            leagues,
            kinds: self.kinds.clone().unwrap_or(before.kinds),
            pregame_minutes: self.pregame_minutes.unwrap_or(before.pregame_minutes),
        }
    }
}

fn wrong(key: &str, value: &Value, allowed: &str) -> String {
    format!("{key} is {}; allowed is {allowed}", shown(&value.to_string()))
}

fn text(body: &Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
        Some(other) => Err(wrong(key, other, "a string")),
    }
}

fn kinds(body: &Map<String, Value>) -> Result<Option<Vec<EventKind>>, String> {
    let names = match body.get("events") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(names)) if !names.is_empty() => names,
        Some(other) => return Err(wrong("events", other, EVENTS)),
    };
    if names.iter().any(|name| name == "*") {
        return Ok(Some(Vec::new()));
    }
    let (mut kinds, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        match name.as_str().and_then(|name| name.parse::<EventKind>().ok()) {
            Some(kind) if kinds.contains(&kind) => {}
            Some(kind) => kinds.push(kind),
            None => unknown.push(shown(name.as_str().unwrap_or(&name.to_string()))),
        }
    }
    if unknown.is_empty() {
        return Ok(Some(kinds));
    }
    let (count, known) = (unknown.len(), EventKind::ALL.map(EventKind::as_str).join(", "));
    unknown.truncate(3);
    let more = if count > 3 { " and more" } else { "" };
    Err(format!("events holds {}{more}; known are {known}, and * for all", unknown.join(", ")))
}

fn team_names(body: &Map<String, Value>) -> Result<Option<Vec<String>>, String> {
    let allowed = format!(
        "the name of a team (\"Patriots\", \"nfl-ne\"), several with commas between, or a list of up to {MAX_TEAMS} \
         of up to {MAX_NAME} characters"
    );
    let Some(value) = body.get("team") else { return Ok(None) };
    let names: Option<Vec<String>> = match value {
        Value::Null => Some(Vec::new()),
        Value::String(names) => Some(names.split(',').map(|name| name.trim().to_owned()).collect()),
        Value::Array(names) => {
            names.iter().map(|name| name.as_str().map(|name| name.trim().to_owned())).collect()
        }
        _ => None,
    };
    let names = names.ok_or_else(|| wrong("team", value, &allowed))?;
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    if names.len() > MAX_TEAMS || names.iter().any(|name| name.chars().count() > MAX_NAME) {
        return Err(wrong("team", value, &allowed));
    }
    Ok(Some(names))
}

fn leagues(body: &Map<String, Value>, tracked: &[League]) -> Result<Option<Vec<League>>, String> {
    let Some((key, value)) = ["sport", "league"].iter().find_map(|&key| Some((key, body.get(key)?))) else {
        return Ok(None);
    };
    let known = || tracked.iter().map(|league| league.key).collect::<Vec<_>>().join(", ");
    let name = match value {
        Value::Null => return Ok(Some(Vec::new())),
        Value::String(name) if name.trim().is_empty() => return Ok(Some(Vec::new())),
        Value::String(name) => name.trim(),
        other => return Err(wrong(key, other, &format!("one of {}, or none for all of them", known()))),
    };
    let found = tracked.iter().find(|league| league.key.eq_ignore_ascii_case(name));
    let found = found.ok_or_else(|| {
        format!("{key} is {}; allowed are {}, or none for all of them", shown(name), known())
    })?;
    Ok(Some(vec![*found]))
}

fn delay(body: &Map<String, Value>) -> Result<Option<Duration>, String> {
    let value = match body.get("delay_seconds") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let seconds = value.as_f64().filter(|seconds| (0.0..=MAX_DELAY).contains(seconds));
    let seconds =
        seconds.ok_or_else(|| wrong("delay_seconds", value, &format!("a number from 0 to {MAX_DELAY}")))?;
    Ok(Some(Duration::from_secs_f64(seconds)))
}

fn minutes(body: &Map<String, Value>) -> Result<Option<u32>, String> {
    let value = match body.get("pregame_minutes") {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let minutes = value.as_u64().filter(|minutes| (1..=MAX_MINUTES).contains(minutes));
    let minutes = minutes.and_then(|minutes| u32::try_from(minutes).ok());
    let allowed = format!("a whole number from 1 to {MAX_MINUTES}");
    minutes.map(Some).ok_or_else(|| wrong("pregame_minutes", value, &allowed))
}

fn paused(body: &Map<String, Value>) -> Result<Option<bool>, String> {
    match body.get("paused") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(paused)) => Ok(Some(*paused)),
        Some(other) => Err(wrong("paused", other, "true or false")),
    }
}

/// A problem never shows what was given: it may be a secret of somebody else.
fn secret(body: &Map<String, Value>) -> Result<Option<WebhookSecret>, String> {
    match body.get("secret") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(secret)) => match secret.chars().count() {
            MIN_SECRET..=MAX_SECRET => Ok(Some(WebhookSecret::new(secret.clone()))),
            length => Err(format!("secret has {length} characters; needed is {SECRET}")),
        },
        Some(_) => Err(format!("secret is no string; needed is {SECRET}")),
    }
}
