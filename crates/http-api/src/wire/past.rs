//! Games, records and standings of history as clients get them.

mod lines;
mod results;

pub use lines::csv_line;
pub(crate) use lines::{ENTRY_COLUMNS, GAME_COLUMNS};
pub(crate) use results::{Schedule, Standings, TeamStats};

use game_model::{League, PastGame, PastTeam, PeriodField, Timeline, TimelineEntry};
use serde::Serialize;
use utoipa::ToSchema;

use super::schemas::{past_status, time};
use super::timestamp;

/// The answer of `/api/v1/games/history`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GamePage<'a> {
    pub(crate) games: Vec<PastGameBody<'a>>,
    pub(crate) total: u64,
    pub(crate) page: u64,
    pub(crate) page_size: u64,
    pub(crate) total_pages: u64,
}

/// A period under the name that the league's periods have: `quarter` in football, `period` elsewhere.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PastPeriodBody)]
enum PeriodBody {
    Quarter(Option<String>),
    Period(Option<String>),
}

impl PeriodBody {
    fn new(league: League, value: Option<String>) -> Self {
        match league.period_field {
            PeriodField::Quarter => Self::Quarter(value),
            PeriodField::Period => Self::Period(value),
        }
    }
}

/// The name under which history tells of a team: its nickname where it has one.
fn name(team: &PastTeam) -> &str {
    if team.nickname.is_empty() { &team.name } else { &team.nickname }
}

/// A game of history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PastGameBody<'a> {
    game_id: &'a str,
    sport: &'static str,
    #[schema(required)]
    season: Option<&'a str>,
    #[schema(required)]
    week: Option<&'a str>,
    home_team: &'a str,
    away_team: &'a str,
    home_score: u32,
    away_score: u32,
    #[schema(schema_with = past_status)]
    status: &'static str,
    /// Of a game that moves, when it was seen so; of any other its start.
    #[schema(schema_with = time)]
    time: String,
    #[serde(flatten)]
    period: PeriodBody,
    start_time: &'a str,
    #[schema(schema_with = time)]
    observed_at: String,
    home_team_id: &'a str,
    away_team_id: &'a str,
    home_team_name: &'a str,
    away_team_name: &'a str,
}

impl<'a> PastGameBody<'a> {
    pub(crate) fn new(game: &'a PastGame) -> Self {
        let (home, away) = (&game.home.team, &game.away.team);
        let time = if game.status.moves_with_time() { game.observed_at } else { game.start };
        Self {
            game_id: &game.id.0,
            sport: game.league.key,
            season: season(game),
            week: game.week.as_deref(),
            home_team: name(home),
            away_team: name(away),
            home_score: game.home.score,
            away_score: game.away.score,
            status: game.status.as_str(),
            time: timestamp(time),
            period: PeriodBody::new(game.league, game.period.map(|period| period.to_string())),
            start_time: &game.start_text,
            observed_at: timestamp(game.observed_at),
            home_team_id: &home.id,
            away_team_id: &away.id,
            home_team_name: &home.name,
            away_team_name: &away.name,
        }
    }
}

/// The season of a game by its label.
fn season(game: &PastGame) -> Option<&str> {
    game.season.as_ref().map(|season| season.label.as_str())
}

/// The answer of `/api/v1/games/timeline/{game_id}`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimelineBody<'a> {
    game_id: &'a str,
    sport: &'static str,
    #[schema(required)]
    season: Option<&'a str>,
    home_team: &'a str,
    away_team: &'a str,
    #[schema(schema_with = past_status)]
    status: &'static str,
    pub(crate) timeline: Vec<EntryBody<'a>>,
    final_score: FinalScore,
    #[schema(required)]
    duration_minutes: Option<i64>,
}

/// The score of the row of history: of a game that is not finished, the newest.
#[derive(Debug, Serialize, ToSchema)]
struct FinalScore {
    home: u32,
    away: u32,
}

/// One look at a game.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryBody<'a> {
    #[schema(schema_with = time)]
    time: String,
    home_score: u32,
    away_score: u32,
    #[serde(flatten)]
    period: PeriodBody,
    time_remaining: &'a str,
    #[schema(schema_with = past_status)]
    status: &'static str,
}

impl<'a> EntryBody<'a> {
    fn new(league: League, entry: &'a TimelineEntry) -> Self {
        Self {
            time: timestamp(entry.observed_at),
            home_score: entry.home_score,
            away_score: entry.away_score,
            period: PeriodBody::new(league, entry.period.clone()),
            time_remaining: &entry.time_remaining,
            status: entry.status.as_str(),
        }
    }
}

impl<'a> TimelineBody<'a> {
    /// The course of a game, with every poll or with what changed alone.
    pub(crate) fn new(timeline: &'a Timeline, every_poll: bool) -> Self {
        let game = &timeline.game;
        let body = |entry| EntryBody::new(game.league, entry);
        Self {
            game_id: &game.id.0,
            sport: game.league.key,
            season: season(game),
            home_team: name(&game.home.team),
            away_team: name(&game.away.team),
            status: game.status.as_str(),
            timeline: if every_poll {
                timeline.entries.iter().map(body).collect()
            } else {
                timeline.changes().map(body).collect()
            },
            final_score: FinalScore { home: game.home.score, away: game.away.score },
            duration_minutes: timeline.duration_minutes(),
        }
    }
}
