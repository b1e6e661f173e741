//! Measurement and tags of a line.

use game_model::{GameStatus, League};
use influxdb_line_protocol::{ParsedLine, parse_lines};

use super::{DecodeError, shown};
use crate::series::tag;

/// The tags that a point can have, in their order.
const KNOWN: [&str; 10] = [
    "away_conference",
    "away_division",
    "away_team",
    "game_id",
    "home_conference",
    "home_division",
    "home_team",
    "season",
    "status",
    "week",
];

/// The tags of a [`Point`](crate::Point)'s series, by their keys; none where it is no series.
pub fn series_tags(series: &str) -> Option<Vec<(String, String)>> {
    let line = format!("{series} x=0i");
    let parsed = parse_lines(&line).next()?.ok()?;
    let tags = parsed.series.tag_set.iter().flatten();
    Some(tags.map(|(key, value)| (key.to_string(), value.to_string())).collect())
}

/// Measurement and tags of a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tags {
    pub league: League,
    pub status: GameStatus,
    /// In the order of [`KNOWN`].
    values: [Option<String>; KNOWN.len()],
}

impl Tags {
    pub fn read(line: &ParsedLine<'_>) -> Result<Self, DecodeError> {
        let league = league(&line.series.measurement)?;
        let mut values: [Option<String>; KNOWN.len()] = Default::default();
        for (key, value) in line.series.tag_set.iter().flatten() {
            let place = KNOWN.iter().position(|known| key == known).ok_or_else(|| {
                DecodeError(format!("the tag {} is none of ours; known are {}", shown(key), KNOWN.join(", ")))
            })?;
            if values[place].replace(value.to_string()).is_some() {
                return Err(DecodeError(format!("the tag {key} is there twice; once is allowed")));
            }
        }
        for needed in ["away_team", "game_id", "home_team"] {
            if value(&values, needed).is_none() {
                return Err(DecodeError(format!(
                    "the tag {needed} is missing; every point has away_team, game_id, home_team and status"
                )));
            }
        }
        let word = value(&values, "status").unwrap_or_default();
        let status = GameStatus::ALL.into_iter().find(|status| status.as_str() == word).ok_or_else(|| {
            let allowed = GameStatus::ALL.map(GameStatus::as_str).join(", ");
            DecodeError(format!("the tag status is {}; allowed are {allowed}", shown(word)))
        })?;
        Ok(Self { league, status, values })
    }

    /// The value of one of the known tags.
    pub fn get(&self, key: &str) -> Option<&str> {
        value(&self.values, key)
    }

    /// Measurement and tags as a point has them.
    pub fn series(&self) -> String {
        let mut series = format!("{}_scores", self.league.key);
        for (key, value) in KNOWN.iter().zip(&self.values) {
            tag(&mut series, key, value.as_deref().unwrap_or_default());
        }
        series
    }
}

fn value<'a>(values: &'a [Option<String>; KNOWN.len()], key: &str) -> Option<&'a str> {
    let place = KNOWN.iter().position(|known| *known == key)?;
    values[place].as_deref()
}

fn league(measurement: &str) -> Result<League, DecodeError> {
    let league = League::all().find(|league| measurement.strip_suffix("_scores") == Some(league.key));
    league.ok_or_else(|| {
        let known: Vec<_> = League::all().map(|league| format!("{}_scores", league.key)).collect();
        DecodeError(format!("the measurement is {}; allowed are {}", shown(measurement), known.join(", ")))
    })
}
