//! One bucket or database: its retention, the types of its fields, its lines and points.

use std::collections::BTreeMap;
use std::time::SystemTime;

use influxdb_line_protocol::{FieldValue, ParsedLine, parse_lines};
use serde_json::Value;

use crate::Kind;

/// One point as queries see it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    /// The measurement.
    pub measurement: String,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// The fields.
    pub fields: BTreeMap<String, Value>,
}

/// The fields of each series and timestamp (ns).
pub(crate) type Points = BTreeMap<(String, i64), BTreeMap<String, String>>;

/// Why a line is not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is no line protocol; the parser's reason.
    Malformed(String),
    /// A field has another type than before.
    Conflict { measurement: String, field: String, is: &'static str, was: &'static str },
    /// It is older than the retention.
    Old,
}

/// One bucket or database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Database {
    /// Its id (InfluxDB 2).
    pub id: String,
    /// How long it keeps points, in seconds; 0 for ever.
    pub retention: u64,
    /// The lines stored.
    pub lines: Vec<String>,
    /// The points stored.
    pub points: Points,
    /// The same as queries see them, by timestamp and series.
    pub stored: BTreeMap<(i64, String), Stored>,
    /// The type of each field of each measurement.
    pub types: BTreeMap<(String, String), &'static str>,
}

impl Database {
    /// Stores a line whose timestamp is in units of so many nanoseconds.
    pub fn store(&mut self, kind: Kind, line: &str, unit: i64) -> Result<(), Refusal> {
        let parsed = parse(line)?;
        let measurement = parsed.series.measurement.to_string();
        let now = now();
        let timestamp = parsed.timestamp.map_or(now, |timestamp| timestamp.saturating_mul(unit));
        let kept = i64::try_from(self.retention).unwrap_or(i64::MAX).saturating_mul(1_000_000_000);
        // InfluxDB 3 takes old points, and leaves them out of the answers to queries.
        if kind == Kind::V2 && kept > 0 && timestamp < now.saturating_sub(kept) {
            return Err(Refusal::Old);
        }
        for (field, value) in &parsed.field_set {
            let key = (measurement.clone(), field.to_string());
            let is = type_of(value);
            if let Some(&was) = self.types.get(&key).filter(|&&was| was != is) {
                return Err(Refusal::Conflict { measurement, field: key.1, is, was });
            }
        }
        self.lines.push(line.to_owned());
        let series = parsed.series.to_string();
        let tags = parsed.series.tag_set.iter().flatten();
        let tags = tags.map(|(key, value)| (key.to_string(), value.to_string())).collect();
        let stored = self.stored.entry((timestamp, series.clone()));
        let stored =
            stored.or_insert(Stored { measurement: measurement.clone(), tags, fields: BTreeMap::new() });
        for (name, value) in &parsed.field_set {
            let (name, value) = (name.to_string(), json(value));
            match kind {
                Kind::V2 => _ = stored.fields.insert(name, value),
                Kind::V3 => _ = stored.fields.entry(name).or_insert(value),
            }
        }
        let point = self.points.entry((series, timestamp)).or_default();
        for (name, value) in &parsed.field_set {
            self.types.insert((measurement.clone(), name.to_string()), type_of(value));
            let (name, value) = (name.to_string(), value.to_string());
            match kind {
                Kind::V2 => _ = point.insert(name, value),
                // Which of two points with one timestamp wins is not defined: the worse one does.
                Kind::V3 => _ = point.entry(name).or_insert(value),
            }
        }
        Ok(())
    }
}

/// Reads one line.
pub(crate) fn parse(line: &str) -> Result<ParsedLine<'_>, Refusal> {
    match parse_lines(line).next() {
        Some(Ok(parsed)) => Ok(parsed),
        Some(Err(error)) => Err(Refusal::Malformed(error.to_string())),
        None => Err(Refusal::Malformed("missing fields".into())),
    }
}

fn json(value: &FieldValue<'_>) -> Value {
    match value {
        FieldValue::I64(value) => (*value).into(),
        FieldValue::U64(value) => (*value).into(),
        FieldValue::F64(value) => (*value).into(),
        FieldValue::String(value) => value.to_string().into(),
        FieldValue::Boolean(value) => (*value).into(),
    }
}

fn type_of(value: &FieldValue<'_>) -> &'static str {
    match value {
        FieldValue::I64(_) => "integer",
        FieldValue::U64(_) => "unsigned",
        FieldValue::F64(_) => "float",
        FieldValue::String(_) => "string",
        FieldValue::Boolean(_) => "boolean",
    }
}

fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_nanos()).unwrap_or(i64::MAX)
}
