//! Games and observations as rows of values.

use game_model::{PastGame, PastTeam, Season};
use influx_schema::{Point, nanoseconds, series_tags};

use super::value::Value;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Time,
}

/// A column: its name and what it holds.
pub(super) type Column = (&'static str, Kind);

/// The columns of [`Observations::row`].
pub(super) const OBSERVATION: [Column; 18] = [
    ("game_id", Kind::Text),
    ("sport", Kind::Text),
    ("season", Kind::Text),
    ("week", Kind::Text),
    ("status", Kind::Text),
    ("home_team", Kind::Text),
    ("away_team", Kind::Text),
    ("home_conference", Kind::Text),
    ("home_division", Kind::Text),
    ("away_conference", Kind::Text),
    ("away_division", Kind::Text),
    ("home_score", Kind::Number),
    ("away_score", Kind::Number),
    ("period", Kind::Text),
    ("time_remaining", Kind::Text),
    ("venue", Kind::Text),
    ("observed_at", Kind::Time),
    ("point_time", Kind::Time),
];

/// The columns of [`game`]: those of the API.
#[cfg(feature = "parquet")]
pub(super) const GAME: [Column; 17] = [
    ("game_id", Kind::Text),
    ("sport", Kind::Text),
    ("season", Kind::Text),
    ("week", Kind::Text),
    ("home_team", Kind::Text),
    ("away_team", Kind::Text),
    ("home_score", Kind::Number),
    ("away_score", Kind::Number),
    ("status", Kind::Text),
    ("time", Kind::Time),
    ("period", Kind::Text),
    ("start_time", Kind::Time),
    ("observed_at", Kind::Time),
    ("home_team_id", Kind::Text),
    ("away_team_id", Kind::Text),
    ("home_team_name", Kind::Text),
    ("away_team_name", Kind::Text),
];

/// Observations as rows. The tags of a series are read once for all points that follow each other in it.
#[derive(Default)]
pub(super) struct Observations {
    series: String,
    tags: Vec<(String, String)>,
}

impl Observations {
    /// The values of a point.
    pub fn row<'a>(&'a mut self, point: &'a Point) -> [Value<'a>; OBSERVATION.len()] {
        if self.series != point.series {
            self.series.clone_from(&point.series);
            self.tags = series_tags(&point.series).unwrap_or_default();
        }
        let tag = |key: &str| {
            let tag = self.tags.iter().find(|(known, _)| known == key);
            Value::Text(tag.map(|(_, value)| value.as_str()))
        };
        let sport = point.series.split_once("_scores").map(|(sport, _)| sport);
        [
            tag("game_id"),
            Value::Text(sport),
            tag("season"),
            tag("week"),
            tag("status"),
            tag("home_team"),
            tag("away_team"),
            tag("home_conference"),
            tag("home_division"),
            tag("away_conference"),
            tag("away_division"),
            Value::Number(point.home_score),
            Value::Number(point.away_score),
            Value::Text(point.period.as_deref()),
            Value::Text(Some(&point.time_remaining)),
            Value::Text(point.venue.as_deref()),
            Value::Time(point.observed_at),
            Value::Time(point.timestamp),
        ]
    }
}

/// The values of a game; `period` is its period as text.
#[cfg(feature = "parquet")]
pub(super) fn game<'a>(game: &'a PastGame, period: Option<&'a str>) -> [Value<'a>; GAME.len()] {
    let (home, away) = (&game.home.team, &game.away.team);
    let time = if game.status.moves_with_time() { game.observed_at } else { game.start };
    [
        Value::Text(Some(&game.id.0)),
        Value::Text(Some(game.league.key)),
        Value::Text(game.season.as_ref().map(|Season { label, .. }| label.as_str())),
        Value::Text(game.week.as_deref()),
        Value::Text(Some(name(home))),
        Value::Text(Some(name(away))),
        Value::Number(game.home.score.into()),
        Value::Number(game.away.score.into()),
        Value::Text(Some(game.status.as_str())),
        Value::Time(nanoseconds(time)),
        Value::Text(period),
        Value::Time(nanoseconds(game.start)),
        Value::Time(nanoseconds(game.observed_at)),
        Value::Text(Some(&home.id)),
        Value::Text(Some(&away.id)),
        Value::Text(Some(&home.name)),
        Value::Text(Some(&away.name)),
    ]
}

/// The name under which the API tells of a team.
#[cfg(feature = "parquet")]
fn name(team: &PastTeam) -> &str {
    if team.nickname.is_empty() { &team.name } else { &team.nickname }
}
