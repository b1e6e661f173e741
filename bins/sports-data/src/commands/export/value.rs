//! A value of a row, whatever the form of the file.

use chrono::SecondsFormat;
use influx_schema::from_nanoseconds;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Text(Option<&'a str>),
    Number(i64),
    /// Nanoseconds since the epoch.
    Time(i64),
}

impl Value<'_> {
    /// As text; empty where nothing is known.
    pub fn to_text(self) -> String {
        match self {
            Self::Text(text) => text.unwrap_or_default().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Time(ns) => from_nanoseconds(ns).to_rfc3339_opts(SecondsFormat::AutoSi, true),
        }
    }

    /// Appends it as JSON.
    pub fn to_json(self, out: &mut Vec<u8>) {
        // Writing into memory does not fail, and no value does.
        let _ = match self {
            Self::Text(text) => serde_json::to_writer(out, &text),
            Self::Number(number) => serde_json::to_writer(out, &number),
            Self::Time(_) => serde_json::to_writer(out, &self.to_text()),
        };
    }
}
