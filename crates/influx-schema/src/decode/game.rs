//! The game that a point tells of, as far as a point tells of it.

use chrono::{DateTime, Utc};
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, Season, SeasonNames, SeasonPhase, Side, Team, TeamFacts,
    Week, WeekNames,
};

use super::fields::Fields;
use super::period;
use super::tags::Tags;
use crate::{RUN_OF_CORRECTIONS, from_nanoseconds};

/// The phase of a season that a point does not tell: games of it count for standings.
const UNKNOWN_PHASE: SeasonPhase = SeasonPhase::Other(0);

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
                same.cloned().unwrap_or_else(|| season(league, label, week))
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
            None => match facts(league, nickname, tag("division")) {
                Some(facts) => (known_team(league, facts), None),
                None => (unknown_team(league, nickname), None),
            },
        };
        Side { team, score: score.unwrap_or_default(), record }
    }
}

/// The team of that name, of that division where several were called so.
fn facts(league: League, nickname: &str, division: &str) -> Option<&'static TeamFacts> {
    let called = || league.known_teams().filter(|facts| facts.nickname == nickname);
    called().find(|facts| facts.division == division).or_else(|| called().next())
}

fn known_team(league: League, facts: &TeamFacts) -> Team {
    Team {
        id: league.team_id(facts.abbreviation),
        espn_id: facts.espn_id.to_string(),
        name: facts.name.to_owned(),
        nickname: facts.nickname.to_owned(),
        abbreviation: facts.abbreviation.to_owned(),
        logo: String::new(),
        colors: Colors { primary: facts.colors.0.to_owned(), secondary: facts.colors.1.to_owned() },
    }
}

/// A team of which the nickname alone is known: it stands for the abbreviation in the id.
fn unknown_team(league: League, nickname: &str) -> Team {
    Team {
        id: league.team_id(nickname),
        espn_id: String::new(),
        name: nickname.to_owned(),
        nickname: nickname.to_owned(),
        abbreviation: String::new(),
        logo: String::new(),
        colors: Colors::default(),
    }
}

/// The season of a label. Football's weeks tell the phase.
fn season(league: League, label: &str, week: Option<&str>) -> Season {
    let phase = match (league.week_names, week) {
        (WeekNames::None, _) | (_, None) => UNKNOWN_PHASE,
        (_, Some(week)) if week == "hall_of_fame" || week.starts_with("pre_") => SeasonPhase::Preseason,
        (_, Some(week)) if week.bytes().all(|byte| byte.is_ascii_digit()) => SeasonPhase::Regular,
        (_, Some(_)) => SeasonPhase::Postseason,
    };
    let mut season = Season { year: 0, label: label.to_owned(), phase };
    season.year = match league.season_names {
        SeasonNames::EndsIn => season.begins().saturating_add(1),
        SeasonNames::OneYear | SeasonNames::StartsIn => season.begins(),
    };
    season
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
