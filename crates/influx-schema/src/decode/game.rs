//! The game that a point tells of, as far as a point tells of it.

use chrono::{DateTime, Utc};
use game_model::{Clock, Game, GameId, GameStatus, League, Side, Team, Week, WeekNames};

use super::fields::Fields;
use super::period;
use super::tags::Tags;
use crate::{RUN_OF_CORRECTIONS, from_nanoseconds};

/// What a point says of its game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenGame {
    tags: Tags,
    fields: Fields,
    timestamp: i64,
}

impl SeenGame {
    pub(super) fn new(tags: Tags, fields: Fields, timestamp: i64) -> Self {
        Self { tags, fields, timestamp }
    }

    /// The league.
    pub fn league(&self) -> League {
        self.tags.league
    }

    /// ESPN's id of the game.
    pub fn id(&self) -> GameId {
        GameId(self.tags.get("game_id").unwrap_or_default().to_owned())
    }

    /// The state of the game.
    pub fn status(&self) -> GameStatus {
        self.tags.status
    }

    /// When the game was observed so, in nanoseconds since the epoch.
    pub fn observed_at(&self) -> i64 {
        self.fields.observed_at.unwrap_or_default()
    }

    /// The announced start; none where the point was stamped with the time of its observation.
    pub fn start(&self) -> Option<DateTime<Utc>> {
        // What corrects a point comes within the run of its start.
        let start = self.timestamp - self.timestamp.rem_euclid(RUN_OF_CORRECTIONS);
        (!self.tags.status.moves_with_time()).then(|| from_nanoseconds(start))
    }

    /// The game as this point saw it. What a point does not tell is taken from `known`, the game as another look
    /// saw it, and from the table of leagues. A start that nobody told is `start_unless_told`.
    pub fn game(&self, known: Option<&Game>, start_unless_told: DateTime<Utc>) -> Game {
        let Self { tags, fields, .. } = self;
        let league = tags.league;
        let week = tags.get("week");
        let told = self.start();
        let start = told.or(known.map(|known| known.start)).unwrap_or(start_unless_told);
        let same_start = known.filter(|known| known.start == start);
        Game {
            id: self.id(),
            league,
            season: tags.get("season").map(|label| {
                let same =
                    known.and_then(|known| known.season.as_ref()).filter(|season| season.label == label);
                same.cloned().unwrap_or_else(|| league.season_told(label, week))
            }),
            week: week.map(|label| {
                let same = known.and_then(|known| known.week.as_ref()).filter(|week| week.label == label);
                same.cloned()
                    .unwrap_or_else(|| Week { number: week_number(league, label), label: label.to_owned() })
            }),
            status: tags.status,
            start,
            start_text: same_start.map_or_else(|| start_text(start), |known| known.start_text.clone()),
            // No point tells whether its start is a placeholder.
            start_confirmed: same_start.is_some_and(|known| known.start_confirmed),
            home: self.side("home", fields.home_score, known.map(|known| &known.home)),
            away: self.side("away", fields.away_score, known.map(|known| &known.away)),
            clock: Clock {
                number: fields.period.as_ref().map_or(0, |(_, period)| period::number(league, *period)),
                period: fields.period.as_ref().map(|(_, period)| *period),
                display: match tags.status {
                    GameStatus::Finished => String::new(),
                    _ => fields.time_remaining.clone().unwrap_or_default(),
                },
                ..Clock::default()
            },
            venue: fields.venue.clone().or_else(|| known?.venue.clone()),
        }
    }

    fn side(&self, side: &str, score: Option<u32>, known: Option<&Side>) -> Side {
        let league = self.tags.league;
        let tag = |name: &str| self.tags.get(&format!("{side}_{name}")).unwrap_or_default();
        let nickname = tag("team");
        let (team, record) = match known.filter(|known| known.team.nickname == nickname) {
            Some(known) => (known.team.clone(), known.record),
            None => (Team::told(league, nickname, tag("division")), None),
        };
        Side { team, score: score.unwrap_or_default(), record }
    }
}

/// ESPN's number of a week, the inverse of [`League::week`].
fn week_number(league: League, label: &str) -> u32 {
    // Football's first week of the preseason has a name of its own.
    let named = u32::from(league.week_names == WeekNames::Nfl);
    match label {
        "hall_of_fame" | "wild_card" => 1,
        "divisional" => 2,
        "conference" => 3,
        "pro_bowl" => 4,
        "super_bowl" => 5,
        _ => match label.strip_prefix("pre_") {
            Some(number) => number.parse::<u32>().unwrap_or_default().saturating_add(named),
            None => label.trim_start_matches("post_").parse().unwrap_or_default(),
        },
    }
}

/// A start in ESPN's own form.
fn start_text(start: DateTime<Utc>) -> String {
    start.format("%Y-%m-%dT%H:%MZ").to_string()
}
