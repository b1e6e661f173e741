//! A point as it is compared: what the service observed, what the server gives back, what was set aside.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, ensure};
use influxdb_line_protocol::{FieldValue, parse_lines};

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// An integer.
    Integer(i64),
    /// A text.
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// The fields of a point by their names.
pub type Fields = BTreeMap<String, Value>;

/// A point. Series and time are its key: a server keeps one point for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Measurement and tags in one form, whatever they came from.
    pub series: String,
    /// Nanoseconds since the epoch.
    pub time: i64,
    /// Its fields.
    pub fields: Fields,
}

impl Point {
    /// The key.
    pub fn key(&self) -> (&str, i64) {
        (&self.series, self.time)
    }

    /// Reads a line of line protocol with the official parser.
    pub fn parse(line: &str) -> anyhow::Result<Self> {
        let mut parsed = parse_lines(line);
        let first = parsed.next().context("there is no line")?;
        let first = first.with_context(|| format!("no line protocol: {line}"))?;
        ensure!(parsed.next().is_none(), "more than one line: {line}");
        let tags = first.series.tag_set.iter().flatten();
        let tags = tags.map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let mut fields = Fields::new();
        for (key, value) in &first.field_set {
            let value = match value {
                FieldValue::I64(value) => Value::Integer(*value),
                FieldValue::String(value) => Value::Text(value.to_string()),
                other => anyhow::bail!("{key} is neither integer nor text but {other:?} in {line}"),
            };
            fields.insert(key.to_string(), value);
        }
        let time = first.timestamp.with_context(|| format!("no timestamp: {line}"))?;
        Ok(Self { series: series(&first.series.measurement, &tags), time, fields })
    }
}

/// Measurement and tags in the form in which they are compared.
pub(crate) fn series(measurement: &str, tags: &BTreeMap<String, String>) -> String {
    let mut text = measurement.to_owned();
    for (key, value) in tags {
        text.extend([",", key, "=", value]);
    }
    text
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {}", self.series, self.fields, self.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_without_its_escapes() {
        let line = r#"nhl_scores,away_team=Maple\ Leafs,game_id=7 home_score=3i,venue="A \"B\" \\ C" 12"#;
        let point = Point::parse(line).expect("a line");
        assert_eq!(point.key(), ("nhl_scores,away_team=Maple Leafs,game_id=7", 12));
        let venue = Value::Text(r#"A "B" \ C"#.into());
        assert_eq!(point.fields, Fields::from([("home_score".into(), 3.into()), ("venue".into(), venue)]));
    }

    #[test]
    fn what_is_no_point_is_an_error() {
        for line in ["", "nfl_scores", "nfl_scores a=1i", "nfl_scores a=1.5 1", "a b=1i 1\na b=1i 2"] {
            assert!(Point::parse(line).is_err(), "{line}");
        }
    }
}
