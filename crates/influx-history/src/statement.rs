//! Statements of `InfluxQL`, and the values that stand in them.
//!
//! What somebody typed or ESPN wrote becomes part of a statement as a value alone: bound where the server binds
//! values, quoted where it does not.

#[cfg(test)]
mod tests;

use std::fmt::Write;

use game_model::{GameId, League, WeekNames};
use serde_json::{Map, Value};

use crate::span::{Span, moment};

/// A statement, and the values of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    text: String,
    values: Vec<(&'static str, String)>,
}

/// The end of a league's points that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    First,
    Last,
}

impl Statement {
    /// Of each series of the league in this span the point that was observed last.
    pub fn newest(league: League, span: Span, before: Option<i64>) -> Self {
        let fields = fields(league);
        let from = Self::from(&format!("max(observed_at) AS observed_at, {fields}"), league);
        from.within(span).observed(before).by(&tags(league))
    }

    /// The first moment of each game's points in this span that is stamped with the time of its observation.
    pub fn first_moving(league: League, span: Span, before: Option<i64>) -> Self {
        let mut statement =
            Self::from("first(observed_at) AS observed_at", league).within(span).observed(before);
        statement.add("(status = 'live' OR status = 'delayed' OR status = 'suspended')");
        statement.by("game_id")
    }

    /// All points of a game in this span.
    pub fn course(league: League, game: &GameId, span: Span, before: Option<i64>) -> Self {
        let from = Self::from(&format!("observed_at, {}", fields(league)), league);
        let mut statement = from.within(span).observed(before);
        statement.add("game_id = $game");
        statement.values.push(("game", game.0.clone()));
        statement.by(&tags(league))
    }

    /// The first or the last point of the league.
    pub fn end(league: League, end: End, before: Option<i64>) -> Self {
        let function = match end {
            End::First => "first",
            End::Last => "last",
        };
        Self::from(&format!("{function}(observed_at) AS observed_at"), league).observed(before)
    }

    fn from(what: &str, league: League) -> Self {
        Self { text: format!("SELECT {what} FROM \"{}_scores\"", league.key), values: Vec::new() }
    }

    fn add(&mut self, condition: &str) {
        let word = if self.text.contains(" WHERE ") { "AND" } else { "WHERE" };
        // Writing to a string does not fail.
        let _ = write!(self.text, " {word} {condition}");
    }

    fn within(mut self, span: Span) -> Self {
        if span.from != Span::ALL.from {
            self.add(&format!("time >= '{}'", moment(span.from)));
        }
        if span.until != Span::ALL.until {
            self.add(&format!("time < '{}'", moment(span.until)));
        }
        self
    }

    /// That it was observed before the moment.
    fn observed(mut self, before: Option<i64>) -> Self {
        if let Some(before) = before {
            self.add(&format!("observed_at < {before}"));
        }
        self
    }

    fn by(mut self, tags: &str) -> Self {
        let _ = write!(self.text, " GROUP BY {tags}");
        self
    }

    /// With names for values, for a server that binds them.
    pub fn bound(&self) -> (&str, Map<String, Value>) {
        let values = self.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into()));
        (&self.text, values.collect())
    }

    /// With the values in it, for a server that does not bind them.
    pub fn quoted(&self) -> String {
        let mut parts = self.text.split('$');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
            let value = self.values.iter().find(|(name, _)| *name == &part[..end]);
            text.push_str(&value.map(|(_, value)| quote(value)).unwrap_or_default());
            text.push_str(&part[end..]);
        }
        text
    }

    /// Whether it has names for values.
    pub fn has_values(&self) -> bool {
        !self.values.is_empty()
    }
}

/// A string as it stands in a statement: `InfluxQL` knows no other escapes than these.
fn quote(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('\'');
    for c in value.chars() {
        match c {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

fn fields(league: League) -> String {
    format!("home_score, away_score, {}, time_remaining", league.period_field.key())
}

fn tags(league: League) -> String {
    let week = if league.week_names == WeekNames::None { "" } else { ", week" };
    format!("away_team, game_id, home_team, season, status{week}")
}
