//! Records and standings.

use game_model::{
    League, PastGame, RecordForm, Standing, Tally, TeamResults, TeamSeason, standings, team_results,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{PastGameBody, name, season};

/// Digits of a percentage after the point.
const PRECISION: f64 = 10_000.0;

fn rounded(share: f64) -> f64 {
    (share * PRECISION).round() / PRECISION
}

/// A record in the form that the league's records have.
#[derive(Debug, Serialize, ToSchema)]
struct TallyBody {
    games_played: u32,
    wins: u32,
    losses: u32,
    ties: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    overtime_losses: Option<u32>,
    win_percentage: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    points: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    points_percentage: Option<f64>,
    points_for: u32,
    points_against: u32,
    point_differential: i64,
}

impl TallyBody {
    fn new(league: League, tally: &Tally) -> Self {
        let points = tally.points(league);
        let apart = league.record_form == RecordForm::WinsLossesOvertimeLosses;
        Self {
            games_played: tally.games(),
            wins: tally.wins,
            losses: tally.losses,
            ties: tally.ties,
            overtime_losses: apart.then_some(tally.overtime_losses),
            win_percentage: rounded(tally.win_percentage()),
            points: points.map(|points| points.won),
            points_percentage: points.map(|points| rounded(points.percentage())),
            points_for: tally.points_for,
            points_against: tally.points_against,
            point_differential: tally.differential(),
        }
    }
}

/// The answer of `/api/v1/games/schedule/{team}`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Schedule<'a> {
    team: &'a str,
    team_id: &'a str,
    sport: &'static str,
    season: &'a str,
    games: Vec<PastGameBody<'a>>,
    statistics: Statistics<'a>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Statistics<'a> {
    team: &'a str,
    season: &'a str,
    #[serde(flatten)]
    tally: TallyBody,
}

impl<'a> Schedule<'a> {
    /// The games of a team's season, and what those of the regular season come to.
    pub(crate) fn new(found: &'a TeamSeason) -> Self {
        let results = team_results(&found.games, &found.team.franchise);
        let (team, season) = (name(&found.team), label(&found.games));
        Self {
            team,
            team_id: &found.team.id,
            sport: found.league.key,
            season,
            games: found.games.iter().map(PastGameBody::new).collect(),
            statistics: Statistics { team, season, tally: TallyBody::new(found.league, &results.overall) },
        }
    }
}

/// The label of the season that the games are of.
fn label(games: &[PastGame]) -> &str {
    games.iter().find_map(season).unwrap_or_default()
}

/// The answer of `/api/v1/teams/{team}/stats`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TeamStats<'a> {
    team: &'a str,
    team_id: &'a str,
    team_name: &'a str,
    sport: &'static str,
    season: &'a str,
    record: TallyBody,
    home: TallyBody,
    away: TallyBody,
    postseason: TallyBody,
    #[schema(required)]
    streak: Option<StreakBody>,
    last_five: Vec<&'static str>,
    points_for: u32,
    points_against: u32,
    point_differential: i64,
}

#[derive(Debug, Serialize, ToSchema)]
struct StreakBody {
    outcome: &'static str,
    games: u32,
}

impl<'a> TeamStats<'a> {
    /// What a team's season comes to.
    pub(crate) fn new(found: &'a TeamSeason) -> Self {
        let results = team_results(&found.games, &found.team.franchise);
        let TeamResults { overall, home, away, postseason, streak, last_five } = &results;
        let tally = |tally| TallyBody::new(found.league, tally);
        Self {
            team: name(&found.team),
            team_id: &found.team.id,
            team_name: &found.team.name,
            sport: found.league.key,
            season: label(&found.games),
            record: tally(overall),
            home: tally(home),
            away: tally(away),
            postseason: tally(postseason),
            streak: streak.map(|streak| StreakBody { outcome: streak.outcome.as_str(), games: streak.games }),
            last_five: last_five.iter().map(|outcome| outcome.as_str()).collect(),
            points_for: overall.points_for,
            points_against: overall.points_against,
            point_differential: overall.differential(),
        }
    }
}

/// The answer of `/api/v1/standings`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Standings {
    sport: &'static str,
    season: String,
    #[serde(rename = "standings")]
    places: Vec<StandingBody>,
}

#[derive(Debug, Serialize, ToSchema)]
struct StandingBody {
    rank: u32,
    team: String,
    team_id: String,
    team_name: String,
    #[schema(required)]
    conference: Option<&'static str>,
    #[schema(required)]
    division: Option<&'static str>,
    #[schema(required)]
    conference_rank: Option<u32>,
    #[schema(required)]
    division_rank: Option<u32>,
    regulation_wins: u32,
    #[serde(flatten)]
    tally: TallyBody,
}

impl Standings {
    /// The standings that the games of a league's season come to.
    pub(crate) fn new(league: League, games: &[PastGame]) -> Self {
        let body = |standing: Standing| StandingBody {
            rank: standing.rank,
            team: name(&standing.team).to_owned(),
            team_id: standing.team.id,
            team_name: standing.team.name,
            conference: standing.conference,
            division: standing.division,
            conference_rank: standing.conference_rank,
            division_rank: standing.division_rank,
            regulation_wins: standing.regulation_wins,
            tally: TallyBody::new(league, &standing.tally),
        };
        Self {
            sport: league.key,
            season: label(games).to_owned(),
            places: standings(league, games).into_iter().map(body).collect(),
        }
    }
}
