//! `GET /api/v1/ha/game-status/{team}` and `GET /api/v1/ha/game-context/{team}`: from memory alone.

mod asked;

use std::slice;

use axum::http::Uri;
use axum::response::Response;
use bytes::Bytes;
use cache::{AnswerKind, Serialized};
use game_model::TeamGames;

use super::cached;
use crate::app::App;
use crate::body::to_bytes;
use crate::error::ApiError;
use crate::query::described::LeagueAlone;
use crate::route::Route;
use crate::wire::game::GameBody;
use crate::wire::home_assistant::{ContextBody, StatusBody};
use crate::wire::problem::Problem;
use asked::Asked;

/// What a team is doing
///
/// For sensors of Home Assistant: from memory, and nothing in it changes by time alone.
#[utoipa::path(
    get,
    path = "/api/v1/ha/game-status/{team}",
    tag = "home assistant",
    params(
        ("team" = String, Path, description = "A team by any of its names: `nfl-ne`, `ne`, ESPN's number, or its nickname.", example = "nfl-ne"),
        LeagueAlone,
    ),
    responses(
        (
            status = 200,
            description = "Whether it plays, has a game ahead, or none.",
            body = StatusBody,
            headers(("X-Cache"), ("Age")),
            example = json!({
                "team": "ne", "status": "upcoming", "game_id": "401772510", "opponent": "BUF",
                "start_time": "2026-11-29T18:00Z", "league": "NFL", "team_id": "nfl-ne",
                "team_name": "New England Patriots", "game_status": "scheduled", "home_away": "home",
                "opponent_id": "nfl-buf", "opponent_name": "Buffalo Bills", "score": null, "period": null,
            }),
        ),
        (
            status = 400,
            description = "The team's name means several teams, or the league is none.",
            body = Problem,
            example = json!({"detail": "\"rangers\" means teams of nhl, mlb; add league="}),
        ),
        (
            status = 404,
            description = "No team is called so.",
            body = Problem,
            example = json!({"detail": "there is no team \"nobody\" in nfl, nhl; GET /api/v1/teams lists them"}),
        ),
    ),
)]
pub(crate) fn status(app: &App, uri: &Uri) -> Result<Response, ApiError> {
    answer(app, uri, Route::HaStatus, AnswerKind::TeamStatus, |asked, games| {
        to_bytes(&StatusBody::new(asked.name(), asked.team(), games))
    })
}

/// A team's games of now
///
/// Its game of now, its next and its last in full.
#[utoipa::path(
    get,
    path = "/api/v1/ha/game-context/{team}",
    tag = "home assistant",
    params(
        ("team" = String, Path, description = "A team by any of its names: `nfl-ne`, `ne`, ESPN's number, or its nickname.", example = "nfl-ne"),
        LeagueAlone,
    ),
    responses(
        (
            status = 200,
            description = "The games; null where there is none.",
            body = ContextBody,
            headers(("X-Cache"), ("Age")),
            example = json!({
                "team": "ne", "status": "none", "current_game": null, "next_game": null, "league": "NFL",
                "team_id": "nfl-ne", "team_name": "New England Patriots", "last_game": null,
            }),
        ),
        (
            status = 400,
            description = "The team's name means several teams, or the league is none.",
            body = Problem,
            example = json!({"detail": "\"rangers\" means teams of nhl, mlb; add league="}),
        ),
        (
            status = 404,
            description = "No team is called so.",
            body = Problem,
            example = json!({"detail": "there is no team \"nobody\" in nfl, nhl; GET /api/v1/teams lists them"}),
        ),
    ),
)]
pub(crate) fn context(app: &App, uri: &Uri) -> Result<Response, ApiError> {
    answer(app, uri, Route::HaContext, AnswerKind::TeamContext, |asked, games| {
        let favorites = app.favorites.get();
        let body = |game| GameBody::new(game, favorites.include(game));
        to_bytes(&ContextBody::new(asked.name(), asked.team(), games, body))
    })
}

/// The answer about the team that is named, serialized once per scoreboard and name.
fn answer(
    app: &App,
    uri: &Uri,
    route: Route,
    kind: AnswerKind,
    make: impl FnOnce(&Asked<'_>, &TeamGames<'_>) -> Bytes,
) -> Result<Response, ApiError> {
    let asked = Asked::of(app, uri, route)?;
    let (league, now) = (asked.league(), app.now());
    let leagues = slice::from_ref(&league);
    let key = format!("{}:{}", league.key, asked.name());
    let answer = app.api.cache.answer(kind, leagues, &key, now, |views| {
        let all = views.iter().flat_map(|view| &view.games).map(AsRef::as_ref);
        let games = TeamGames::among(all, |team| asked.is(team), now);
        Serialized { body: make(&asked, &games), valid_until: games.valid_until() }
    });
    Ok(cached(app, answer, leagues))
}
