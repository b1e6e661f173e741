//! The table of leagues: everything that differs between two leagues is a column here.

mod names;
mod nfl;
mod nhl;
mod table;

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Period, Season, SeasonPhase, Week};

pub use names::teams_like;

/// A league: a cheap handle on one row of the table of leagues.
///
/// Dereferences to its [`LeagueFacts`]. Two handles are equal when their keys are.
///
/// ```
/// use game_model::League;
/// let nfl: League = "NFL".parse().unwrap();
/// assert_eq!(nfl.path, "football/nfl");
/// ```
#[derive(Clone, Copy)]
pub struct League(&'static LeagueFacts);

/// One row of the table of leagues.
#[derive(Debug)]
pub struct LeagueFacts {
    /// Lower-case short name, used in ids and measurements: `nfl`.
    pub key: &'static str,
    /// Short name as shown to people: `NFL`.
    pub code: &'static str,
    /// Full name.
    pub name: &'static str,
    /// ESPN's path below `/apis/site/v2/sports/`: `football/nfl`.
    pub path: &'static str,
    /// Number of periods of a game that is not prolonged.
    pub regulation_periods: u32,
    /// What the periods after regulation are called.
    pub overtime: OvertimeNames,
    /// The points between two sides that one score can level: football's touchdown with two more points 8,
    /// basketball's long shot 3, elsewhere a goal or a run.
    pub one_score: u32,
    /// Name of the field that holds the period in InfluxDB.
    pub period_field: PeriodField,
    /// Whether a game has a clock (baseball has none).
    pub has_clock: bool,
    /// How ESPN's year of a season names the season.
    pub season_names: SeasonNames,
    /// Whether and how weeks are named.
    pub week_names: WeekNames,
    /// How a record such as `5-2-1` is read.
    pub record_form: RecordForm,
    /// Whether one scoreboard covers a day or a week.
    pub slate: SlateKind,
    /// Today's teams, in the order in which they are listed; empty where only ESPN knows them.
    pub teams: &'static [TeamFacts],
    /// Teams that old games still name.
    pub former_teams: &'static [TeamFacts],
}

/// What is known of a team without asking ESPN.
#[derive(Debug)]
pub struct TeamFacts {
    /// ESPN's numeric id.
    pub espn_id: u32,
    /// ESPN's abbreviation, upper case, as games carry it.
    pub abbreviation: &'static str,
    /// The abbreviation that the list of teams shows, where it differs from ESPN's.
    pub listed_as: Option<&'static str>,
    /// Full name: `New England Patriots`.
    pub name: &'static str,
    /// Nickname: `Patriots`.
    pub nickname: &'static str,
    /// `AFC`, `NFC`, `Eastern`, `Western`.
    pub conference: &'static str,
    /// `East`, `Atlantic`, ...
    pub division: &'static str,
    /// Primary and secondary colour of the list of teams, `#rrggbb`.
    pub colors: (&'static str, &'static str),
}

impl TeamFacts {
    /// The abbreviation under which the list of teams shows this team.
    pub fn listed_abbreviation(&self) -> &'static str {
        self.listed_as.unwrap_or(self.abbreviation)
    }
}

/// What the periods after regulation are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OvertimeNames {
    /// `OT`, `2OT`, ...: football, basketball.
    Overtime,
    /// One overtime and then a shootout, except in the postseason, where overtimes count on: hockey.
    OvertimeThenShootout,
    /// Two extra periods of one overtime, then a penalty shootout: soccer.
    ExtraTime,
    /// The count goes on: the tenth inning of baseball is `10`.
    CountOn,
}

/// Name of the field that holds the period in InfluxDB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodField {
    /// `quarter`: football.
    Quarter,
    /// `period`: every other sport.
    Period,
}

impl PeriodField {
    /// The field's key in line protocol.
    pub fn key(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::Period => "period",
        }
    }
}

/// How ESPN's year of a season names the season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeasonNames {
    /// One year, or named by its first alone: NFL 2025 is `2025`.
    OneYear,
    /// The year in which it ends: NHL 2026 is `2025-26`.
    EndsIn,
    /// The year in which it starts: Premier League 2025 is `2025-26`.
    StartsIn,
}

/// Whether and how weeks are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeekNames {
    /// No weeks.
    None,
    /// `1` ... `18`, `hall_of_fame`, `pre_1` ..., `wild_card` ... `super_bowl`.
    Nfl,
    /// `1`, `2`, ..., and `pre_1`, `post_1` outside the regular season.
    Numbered,
}

/// How the parts of a record such as `5-2-1` are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordForm {
    /// wins-losses
    WinsLosses,
    /// wins-losses[-ties]
    WinsLossesTies,
    /// wins-losses-overtime losses
    WinsLossesOvertimeLosses,
    /// wins-ties-losses: soccer writes its draws in the middle.
    WinsTiesLosses,
}

/// Whether one scoreboard of a league covers a day or a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlateKind {
    /// A US-Eastern day.
    Day,
    /// A week of a season.
    Week,
}

impl League {
    /// Every league of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        table::LEAGUES.iter().map(Self)
    }

    /// The league's id of a team as clients know it: `nfl-ne`.
    pub fn team_id(self, abbreviation: &str) -> String {
        format!("{}-{}", self.key, abbreviation.to_lowercase())
    }

    /// The facts of the team with ESPN's numeric id, today's or a former one.
    pub fn team_by_espn_id(self, espn_id: &str) -> Option<&'static TeamFacts> {
        let id: u32 = espn_id.parse().ok()?;
        self.known_teams().find(|team| team.espn_id == id)
    }

    /// Today's teams and the former ones.
    pub fn known_teams(self) -> impl Iterator<Item = &'static TeamFacts> {
        self.0.teams.iter().chain(self.0.former_teams)
    }

    /// The season that ESPN's year and type of season name.
    pub fn season(self, year: i32, espn_type: i32) -> Season {
        let label = match self.season_names {
            SeasonNames::OneYear => year.to_string(),
            SeasonNames::EndsIn => format!("{}-{:02}", year.saturating_sub(1), year.rem_euclid(100)),
            SeasonNames::StartsIn => format!("{year}-{:02}", year.saturating_add(1).rem_euclid(100)),
        };
        Season { year, label, phase: SeasonPhase::from_espn(espn_type) }
    }

    /// ESPN's year of the season that begins in this year.
    pub fn year_of_season(self, begins: i32) -> i32 {
        match self.season_names {
            SeasonNames::OneYear | SeasonNames::StartsIn => begins,
            SeasonNames::EndsIn => begins.saturating_add(1),
        }
    }

    /// The week of the season's phase with ESPN's number, or none where the league has no weeks.
    pub fn week(self, phase: SeasonPhase, number: u32) -> Option<Week> {
        let prefix = match phase {
            SeasonPhase::Preseason => "pre_",
            SeasonPhase::Postseason => "post_",
            _ => "",
        };
        let label = match (self.week_names, phase, number) {
            (WeekNames::None, ..) => return None,
            (WeekNames::Nfl, SeasonPhase::Preseason, 1) => "hall_of_fame".into(),
            (WeekNames::Nfl, SeasonPhase::Preseason, n @ 2..) => format!("pre_{}", n - 1),
            (WeekNames::Nfl, SeasonPhase::Postseason, 1) => "wild_card".into(),
            (WeekNames::Nfl, SeasonPhase::Postseason, 2) => "divisional".into(),
            (WeekNames::Nfl, SeasonPhase::Postseason, 3) => "conference".into(),
            (WeekNames::Nfl, SeasonPhase::Postseason, 4) => "pro_bowl".into(),
            (WeekNames::Nfl, SeasonPhase::Postseason, 5) => "super_bowl".into(),
            _ => format!("{prefix}{number}"),
        };
        Some(Week { number, label })
    }

    /// What ESPN's number of a period means; none before the first.
    pub fn period(self, number: u32, phase: Option<SeasonPhase>) -> Option<Period> {
        let regulation = self.regulation_periods;
        let beyond = number.saturating_sub(regulation);
        Some(match (number, self.overtime) {
            (0, _) => return None,
            (n, _) if n <= regulation => Period::Regulation(n),
            (n, OvertimeNames::CountOn) => Period::Regulation(n),
            (_, OvertimeNames::Overtime) => Period::Overtime(beyond),
            (_, OvertimeNames::OvertimeThenShootout) => match (beyond, phase) {
                (1, _) | (_, Some(SeasonPhase::Postseason)) => Period::Overtime(beyond),
                _ => Period::Shootout,
            },
            (_, OvertimeNames::ExtraTime) if beyond <= 2 => Period::Overtime(1),
            (_, OvertimeNames::ExtraTime) => Period::Shootout,
        })
    }
}

impl Deref for League {
    type Target = LeagueFacts;

    fn deref(&self) -> &LeagueFacts {
        self.0
    }
}

impl PartialEq for League {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for League {}

impl PartialOrd for League {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for League {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(other.key)
    }
}

impl std::hash::Hash for League {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl fmt::Debug for League {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "League({})", self.key)
    }
}

impl fmt::Display for League {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// A name that no row of the table of leagues has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown league {name:?}; known are {}", known_leagues())]
pub struct UnknownLeague {
    /// What was given.
    pub name: String,
}

fn known_leagues() -> String {
    League::all().map(|league| league.key).collect::<Vec<_>>().join(", ")
}

impl FromStr for League {
    type Err = UnknownLeague;

    /// Finds a league by its key, in any letter case.
    fn from_str(name: &str) -> Result<Self, UnknownLeague> {
        Self::all()
            .find(|league| league.key.eq_ignore_ascii_case(name.trim()))
            .ok_or_else(|| UnknownLeague { name: name.to_owned() })
    }
}

impl Serialize for League {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key)
    }
}

impl<'de> Deserialize<'de> for League {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
