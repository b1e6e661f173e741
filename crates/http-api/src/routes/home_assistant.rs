//! `GET /api/v1/ha/game-status/{team}` and `GET /api/v1/ha/game-context/{team}`: from memory alone.

mod asked;
mod games;

use std::slice;

use axum::http::Uri;
use axum::response::Response;
use bytes::Bytes;
use cache::{AnswerKind, Serialized};

use super::cached;
use crate::app::App;
use crate::body::to_bytes;
use crate::error::ApiError;
use crate::route::Route;
use crate::wire::game::GameBody;
use crate::wire::home_assistant::{ContextBody, StatusBody};
use asked::Asked;
pub(crate) use games::{TeamGame, TeamGames, TeamState};

pub(crate) fn status(app: &App, uri: &Uri) -> Result<Response, ApiError> {
    answer(app, uri, Route::HaStatus, AnswerKind::TeamStatus, |asked, games| {
        to_bytes(&StatusBody::new(asked.name(), asked.team(), games))
    })
}

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
