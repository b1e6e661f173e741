//! Reading lines of this schema back, whole ones and those of an export that has a line for each field.

mod fields;
mod game;
mod period;
mod tags;
#[cfg(test)]
mod tests;

use influxdb_line_protocol::parse_lines;

pub use game::SeenGame;
pub use tags::series_tags;

use crate::Point;
use fields::Fields;
use tags::Tags;

/// Characters of a value that a sentence shows.
const SHOWN: usize = 60;

/// What is wrong with a line: a sentence that names the value, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(String);

/// A point, or a part of one: InfluxDB 1 and 2 export a line for each field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    tags: Tags,
    fields: Fields,
    timestamp: i64,
    /// Measurement and tags, written as [`Point`] writes them.
    series: String,
}

impl Piece {
    /// Reads a line; none where it says nothing: empty, a comment, or a statement that begins an export of
    /// InfluxDB 1.
    pub fn parse(line: &str) -> Result<Option<Self>, DecodeError> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || is_statement(line) {
            return Ok(None);
        }
        let mut lines = parse_lines(line);
        let (Some(parsed), None) = (lines.next(), lines.next()) else {
            return Err(DecodeError("it is no line protocol".into()));
        };
        let parsed = parsed.map_err(|error| DecodeError(format!("it is no line protocol: {error}")))?;
        let tags = Tags::read(&parsed)?;
        let fields = Fields::read(tags.league, &parsed)?;
        let timestamp = parsed.timestamp.ok_or_else(|| {
            DecodeError("it has no timestamp; allowed are nanoseconds since 1970-01-01".into())
        })?;
        if timestamp < 0 {
            return Err(DecodeError(format!(
                "the timestamp is {timestamp}; allowed are nanoseconds since 1970-01-01, not before"
            )));
        }
        let series = tags.series();
        Ok(Some(Self { tags, fields, timestamp, series }))
    }

    /// Measurement and tags, written as [`Point`] writes them.
    pub fn series(&self) -> &str {
        &self.series
    }

    /// The point's place in its series, in nanoseconds since the epoch.
    pub fn timestamp(&self) -> i64 {
        self.timestamp
    }

    /// Whether every field is there that a point always has.
    pub fn is_whole(&self) -> bool {
        self.fields.missing().is_none()
    }

    /// Adds the fields of another piece of the same point. Where both have a field, the other's counts, as it does
    /// to InfluxDB.
    pub fn add(&mut self, other: Self) {
        self.fields.add(other.fields);
    }

    /// The point and what it says of the game.
    pub fn finish(self) -> Result<(Point, SeenGame), DecodeError> {
        if let Some(missing) = self.fields.missing() {
            return Err(DecodeError(format!(
                "the field {missing} is missing; a point has away_score, home_score, observed_at and time_remaining"
            )));
        }
        let Self { tags, fields, timestamp, series } = self;
        let point = Point {
            series,
            away_score: fields.away_score.unwrap_or_default().into(),
            home_score: fields.home_score.unwrap_or_default().into(),
            observed_at: fields.observed_at.unwrap_or_default(),
            period_field: tags.league.period_field,
            period: fields.period.as_ref().map(|(text, _)| text.clone()),
            time_remaining: fields.time_remaining.clone().unwrap_or_default(),
            venue: fields.venue.clone(),
            timestamp,
        };
        Ok((point, SeenGame::new(tags, fields, timestamp)))
    }
}

/// Whether the line is one of those that `influx_inspect export` begins with.
fn is_statement(line: &str) -> bool {
    line.get(..16).is_some_and(|begin| begin.eq_ignore_ascii_case("CREATE DATABASE "))
}

/// A value as a sentence shows it.
fn shown(value: &str) -> String {
    let mut text: String = value.chars().take(SHOWN).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    format!("{text:?}")
}
