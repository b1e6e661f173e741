//! Games and teams as clients get them.

use game_model::{Colors, Game, GameStatus, League, RecordForm, Side, Team, TeamFacts};
use serde::Serialize;
use utoipa::ToSchema;

use super::schemas::status;

/// The answer of `/api/v1/games/live` and `/api/v1/games/upcoming`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GameList<'a> {
    pub(crate) games: Vec<GameBody<'a>>,
    pub(crate) count: usize,
    pub(crate) filtered_by_teams: Vec<&'a str>,
}

/// A game.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GameBody<'a> {
    id: &'a str,
    league: &'static str,
    #[schema(schema_with = status)]
    status: &'static str,
    start_time: &'a str,
    home_team: TeamBody<'a>,
    away_team: TeamBody<'a>,
    score: Score,
    period: PeriodBody<'a>,
    is_favorite: bool,
}

impl<'a> GameBody<'a> {
    /// The game, marked or not.
    pub(crate) fn new(game: &'a Game, is_favorite: bool) -> Self {
        Self {
            id: &game.id.0,
            league: game.league.code,
            status: status_word(game.status),
            start_time: &game.start_text,
            home_team: TeamBody::of_side(&game.home, game.league),
            away_team: TeamBody::of_side(&game.away, game.league),
            score: Score { home: game.home.score, away: game.away.score },
            period: PeriodBody::of(game),
            is_favorite,
        }
    }
}

/// The status in the words of this interface, which says `final` where `InfluxDB` says `finished`.
pub(crate) fn status_word(status: GameStatus) -> &'static str {
    match status {
        GameStatus::Finished => "final",
        other => other.as_str(),
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct Score {
    home: u32,
    away: u32,
}

/// Period and clock of a game.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeriodBody<'a> {
    current: u32,
    total: u32,
    time_remaining: &'a str,
}

impl<'a> PeriodBody<'a> {
    pub(crate) fn of(game: &'a Game) -> Self {
        Self {
            current: game.clock.number,
            total: game.league.regulation_periods,
            time_remaining: &game.clock.display,
        }
    }
}

/// The answer of `/api/v1/teams`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamList<'a> {
    pub(crate) league: &'a str,
    pub(crate) teams: Vec<TeamBody<'a>>,
    pub(crate) count: usize,
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamBody<'a> {
    id: std::borrow::Cow<'a, str>,
    name: &'a str,
    abbreviation: &'a str,
    logo: &'a str,
    colors: ColorsBody<'a>,
    #[schema(required)]
    record: Option<RecordBody>,
}

impl<'a> TeamBody<'a> {
    /// A team as a game shows it. Clients expect a record there, so an unknown one is 0-0.
    fn of_side(side: &'a Side, league: League) -> Self {
        let record = side.record.unwrap_or_default();
        let mut body =
            RecordBody { wins: record.wins, losses: record.losses, ties: None, overtime_losses: None };
        match league.record_form {
            RecordForm::WinsLosses => {}
            RecordForm::WinsLossesTies | RecordForm::WinsTiesLosses => body.ties = Some(record.ties),
            RecordForm::WinsLossesOvertimeLosses => body.overtime_losses = Some(record.overtime_losses),
        }
        Self { record: Some(body), ..Self::of_team(&side.team) }
    }

    /// A team that only games tell of.
    pub(crate) fn of_team(team: &'a Team) -> Self {
        Self {
            id: team.id.as_str().into(),
            name: &team.name,
            abbreviation: &team.abbreviation,
            logo: &team.logo,
            colors: (&team.colors).into(),
            record: None,
        }
    }

    /// A team of the table of leagues.
    pub(crate) fn listed(facts: &'static TeamFacts, league: League) -> Self {
        let (primary, secondary) = facts.colors;
        Self {
            id: league.team_id(facts.listed_abbreviation()).into(),
            name: facts.name,
            abbreviation: facts.listed_abbreviation(),
            logo: "",
            colors: ColorsBody { primary, secondary },
            record: None,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct ColorsBody<'a> {
    primary: &'a str,
    secondary: &'a str,
}

impl<'a> From<&'a Colors> for ColorsBody<'a> {
    fn from(colors: &'a Colors) -> Self {
        Self { primary: &colors.primary, secondary: &colors.secondary }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct RecordBody {
    wins: u32,
    losses: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ties: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    overtime_losses: Option<u32>,
}
