//! A team's games as Home Assistant's sensors read them. Nothing in them changes by time alone: what changes at every
//! look fills the recorder.

use game_model::{Game, League, TeamGame, TeamGames, TeamState};
use serde::Serialize;
use utoipa::ToSchema;

use super::game::{GameBody, PeriodBody, status_word};
use super::schemas::{home_away_or_none, status_or_none, team_state};

/// What a team is called.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NameBody {
    league: &'static str,
    team_id: String,
    team_name: String,
}

impl NameBody {
    pub(crate) fn new(league: League, team_id: String, team_name: String) -> Self {
        Self { league: league.code, team_id, team_name }
    }
}

/// The answer of `/api/v1/ha/game-status/{team}`. What does not apply is null.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusBody<'a> {
    /// As it was asked for.
    team: &'a str,
    #[schema(schema_with = team_state)]
    status: &'static str,
    #[schema(required)]
    game_id: Option<&'a str>,
    /// The opponent's abbreviation.
    #[schema(required)]
    opponent: Option<&'a str>,
    #[schema(required)]
    start_time: Option<&'a str>,
    #[serde(flatten)]
    name: NameBody,
    #[schema(schema_with = status_or_none, required)]
    game_status: Option<&'static str>,
    #[schema(schema_with = home_away_or_none, required)]
    home_away: Option<&'static str>,
    #[schema(required)]
    opponent_id: Option<&'a str>,
    #[schema(required)]
    opponent_name: Option<&'a str>,
    /// Of a game that is being played.
    #[schema(required)]
    score: Option<TeamScore>,
    /// Of a game that is being played.
    #[schema(required)]
    period: Option<PeriodBody<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct TeamScore {
    team: u32,
    opponent: u32,
}

impl<'a> StatusBody<'a> {
    pub(crate) fn new(team: &'a str, name: NameBody, games: &TeamGames<'a>) -> Self {
        let (state, found) = games.state();
        let game = found.map(|found| found.game);
        let sides = found.map(TeamGame::sides);
        let opponent = sides.map(|(_, opponent)| &opponent.team);
        let is_playing = state == TeamState::Playing;
        Self {
            team,
            status: state.as_str(),
            game_id: game.map(|game| game.id.0.as_str()),
            opponent: opponent.map(|team| team.abbreviation.as_str()),
            start_time: game.map(|game| game.start_text.as_str()),
            name,
            game_status: game.map(|game| status_word(game.status)),
            home_away: found.map(|found| if found.is_home { "home" } else { "away" }),
            opponent_id: opponent.map(|team| team.id.as_str()),
            opponent_name: opponent.map(|team| team.name.as_str()),
            score: sides
                .filter(|_| is_playing)
                .map(|(team, opponent)| TeamScore { team: team.score, opponent: opponent.score }),
            period: game.filter(|_| is_playing).map(PeriodBody::of),
        }
    }
}

/// The answer of `/api/v1/ha/game-context/{team}`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContextBody<'a> {
    /// As it was asked for.
    team: &'a str,
    #[schema(schema_with = team_state)]
    status: &'static str,
    #[schema(required)]
    current_game: Option<GameBody<'a>>,
    #[schema(required)]
    next_game: Option<GameBody<'a>>,
    #[serde(flatten)]
    name: NameBody,
    /// The last that is over, as long as a scoreboard that is looked after shows it.
    #[schema(required)]
    last_game: Option<GameBody<'a>>,
}

impl<'a> ContextBody<'a> {
    pub(crate) fn new(
        team: &'a str,
        name: NameBody,
        games: &TeamGames<'a>,
        body: impl Fn(&'a Game) -> GameBody<'a>,
    ) -> Self {
        let of = |found: Option<TeamGame<'a>>| found.map(|found| body(found.game));
        Self {
            team,
            status: games.state().0.as_str(),
            current_game: of(games.current),
            next_game: of(games.next),
            name,
            last_game: of(games.last),
        }
    }
}
