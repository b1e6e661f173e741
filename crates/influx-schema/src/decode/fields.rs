//! The fields of a line.

use game_model::{League, Period};
use influxdb_line_protocol::{FieldValue, ParsedLine};

use super::{DecodeError, period, shown};
use crate::LATEST;

/// 2000-01-01 in nanoseconds since the epoch: nothing was observed earlier, and seconds or milliseconds that were
/// taken for nanoseconds lie before it.
const EARLIEST_OBSERVATION: i64 = 946_684_800_000_000_000;

/// Characters of a text at most.
const LONGEST_TEXT: usize = 256;

/// The fields of a point, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub away_score: Option<u32>,
    pub home_score: Option<u32>,
    pub observed_at: Option<i64>,
    /// As it is written, and what it means.
    pub period: Option<(String, Period)>,
    pub time_remaining: Option<String>,
    pub venue: Option<String>,
}

impl Fields {
    pub fn read(league: League, line: &ParsedLine<'_>) -> Result<Self, DecodeError> {
        let period_key = league.period_field.key();
        let mut fields = Self::default();
        for (key, value) in &line.field_set {
            let twice = match key.as_str() {
                "away_score" => fields.away_score.replace(score(key, value)?).is_some(),
                "home_score" => fields.home_score.replace(score(key, value)?).is_some(),
                "observed_at" => fields.observed_at.replace(observed_at(value)?).is_some(),
                "time_remaining" => fields.time_remaining.replace(text(key, value)?).is_some(),
                "venue" => fields.venue.replace(text(key, value)?).is_some(),
                key if key == period_key => {
                    let text = text(key, value)?;
                    let period = period::parse(&text).ok_or_else(|| wrong(key, value, period::ALLOWED))?;
                    fields.period.replace((text, period)).is_some()
                }
                key => {
                    return Err(DecodeError(format!(
                        "the field {} is none of ours; known are away_score, home_score, observed_at, {period_key}, \
                         time_remaining, venue",
                        shown(key)
                    )));
                }
            };
            if twice {
                return Err(DecodeError(format!("the field {key} is there twice; once is allowed")));
            }
        }
        Ok(fields)
    }

    /// The first field that a point always has and that is not there.
    pub fn missing(&self) -> Option<&'static str> {
        let there = [
            ("away_score", self.away_score.is_some()),
            ("home_score", self.home_score.is_some()),
            ("observed_at", self.observed_at.is_some()),
            ("time_remaining", self.time_remaining.is_some()),
        ];
        there.into_iter().find(|(_, there)| !there).map(|(key, _)| key)
    }

    /// Takes what the other has.
    pub fn add(&mut self, other: Self) {
        let Self { away_score, home_score, observed_at, period, time_remaining, venue } = other;
        self.away_score = away_score.or(self.away_score);
        self.home_score = home_score.or(self.home_score);
        self.observed_at = observed_at.or(self.observed_at);
        self.period = period.or_else(|| self.period.take());
        self.time_remaining = time_remaining.or_else(|| self.time_remaining.take());
        self.venue = venue.or_else(|| self.venue.take());
    }
}

fn wrong(key: &str, value: &FieldValue<'_>, allowed: &str) -> DecodeError {
    let value = match value {
        FieldValue::String(text) => shown(text),
        other => other.to_string(),
    };
    DecodeError(format!("the field {key} is {value}; allowed {allowed}"))
}

fn score(key: &str, value: &FieldValue<'_>) -> Result<u32, DecodeError> {
    let score = match value {
        FieldValue::I64(score) => u32::try_from(*score).ok(),
        _ => None,
    };
    score.ok_or_else(|| wrong(key, value, "are whole numbers from 0i to 4294967295i"))
}

fn observed_at(value: &FieldValue<'_>) -> Result<i64, DecodeError> {
    match value {
        FieldValue::I64(at) if (EARLIEST_OBSERVATION..=LATEST).contains(at) => Ok(*at),
        _ => Err(wrong("observed_at", value, "are nanoseconds since 1970-01-01, from the year 2000 on")),
    }
}

fn text(key: &str, value: &FieldValue<'_>) -> Result<String, DecodeError> {
    match value {
        FieldValue::String(text) if text.chars().count() <= LONGEST_TEXT => Ok(text.to_string()),
        _ => Err(wrong(key, value, &format!("is a text of up to {LONGEST_TEXT} characters"))),
    }
}
