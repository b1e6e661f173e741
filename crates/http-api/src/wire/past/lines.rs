//! Games and looks at them as lines of values, separated by commas (RFC 4180).

#[cfg(test)]
mod tests;

use super::{EntryBody, PastGameBody, PeriodBody};

/// The names of [`PastGameBody::values`].
pub(crate) const GAME_COLUMNS: [&str; 17] = [
    "game_id",
    "sport",
    "season",
    "week",
    "home_team",
    "away_team",
    "home_score",
    "away_score",
    "status",
    "time",
    "period",
    "start_time",
    "observed_at",
    "home_team_id",
    "away_team_id",
    "home_team_name",
    "away_team_name",
];

/// The names of [`EntryBody::values`].
pub(crate) const ENTRY_COLUMNS: [&str; 6] =
    ["time", "home_score", "away_score", "period", "time_remaining", "status"];

impl PeriodBody {
    fn value(&self) -> &str {
        let (Self::Quarter(value) | Self::Period(value)) = self;
        value.as_deref().unwrap_or_default()
    }
}

impl PastGameBody<'_> {
    /// The values of the game, what is unknown empty.
    pub(crate) fn values(&self) -> [String; 17] {
        let or_empty = |text: Option<&str>| text.unwrap_or_default().to_owned();
        [
            self.game_id.into(),
            self.sport.into(),
            or_empty(self.season),
            or_empty(self.week),
            self.home_team.into(),
            self.away_team.into(),
            self.home_score.to_string(),
            self.away_score.to_string(),
            self.status.into(),
            self.time.clone(),
            self.period.value().into(),
            self.start_time.into(),
            self.observed_at.clone(),
            self.home_team_id.into(),
            self.away_team_id.into(),
            self.home_team_name.into(),
            self.away_team_name.into(),
        ]
    }
}

impl EntryBody<'_> {
    /// The values of the look.
    pub(crate) fn values(&self) -> [String; 6] {
        [
            self.time.clone(),
            self.home_score.to_string(),
            self.away_score.to_string(),
            self.period.value().into(),
            self.time_remaining.into(),
            self.status.into(),
        ]
    }
}

/// Appends a line; values that need quotes get them.
pub fn csv_line(out: &mut Vec<u8>, values: &[impl AsRef<str>]) {
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        let value = value.as_ref();
        if value.contains([',', '"', '\r', '\n']) {
            out.push(b'"');
            out.extend_from_slice(value.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(value.as_bytes());
        }
    }
    out.extend_from_slice(b"\r\n");
}
