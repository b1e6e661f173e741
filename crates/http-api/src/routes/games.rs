//! `GET /api/v1/games/live` and `GET /api/v1/games/upcoming`: from memory alone.

use std::slice;
use std::sync::Arc;

use axum::http::Uri;
use axum::response::Response;
use cache::{AnswerKind, LeagueView, Serialized};
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, GameStatus, League, TeamFilter};

use super::cached;
use crate::app::{App, query_of};
use crate::body::to_bytes;
use crate::error::ApiError;
use crate::favorites::Favorites;
use crate::query::GamesQuery;
use crate::query::described::LiveParameters;
use crate::wire::game::{GameBody, GameList};
use crate::wire::problem::Problem;

/// A game whose start was announced for less than this ago and that has not begun is still to come: between the
/// announced start and the first play it would be in no list otherwise.
const LATE_START: TimeDelta = TimeDelta::hours(1);

/// Games that are on
///
/// Games under way or delayed, in ESPN's order, as they were last seen.
#[utoipa::path(
    get,
    path = "/api/v1/games/live",
    tag = "games",
    params(LiveParameters),
    responses(
        (
            status = 200,
            description = "The games; none is no error.",
            body = GameList,
            headers(("X-Cache"), ("Age")),
            example = json!({
            "games": [{
                "id": "401772510", "league": "NFL", "status": "live", "start_time": "2026-11-22T18:00Z",
                "home_team": {"id": "nfl-atl", "name": "Atlanta Falcons", "abbreviation": "ATL",
                            "logo": "https://a.espncdn.com/i/teamlogos/nfl/500/scoreboard/atl.png",
                            "colors": {"primary": "#a71930", "secondary": "#000000"},
                            "record": {"wins": 5, "losses": 6, "ties": 0}},
                "away_team": {"id": "nfl-no", "name": "New Orleans Saints", "abbreviation": "NO",
                            "logo": "https://a.espncdn.com/i/teamlogos/nfl/500/scoreboard/no.png",
                            "colors": {"primary": "#d3bc8d", "secondary": "#000000"},
                            "record": {"wins": 2, "losses": 9, "ties": 0}},
                "score": {"home": 24, "away": 26},
                "period": {"current": 4, "total": 4, "time_remaining": "0:48"},
                "is_favorite": false,
            }],
            "count": 1,
            "filtered_by_teams": ["nfl-no"],
        }),
        ),
        (status = 400, description = "A parameter is wrong.", body = Problem, example = json!({"detail": "league is \"xfl\"; allowed are nfl, nhl, or none for all of them"})),
    ),
)]
pub(crate) fn live(app: &App, uri: &Uri) -> Result<Response, ApiError> {
    let query = GamesQuery::parse(query_of(uri), app.leagues())?;
    let leagues = leagues(app, query.league.as_ref());
    let answer = app.api.cache.answer(AnswerKind::Live, leagues, &query.teams, app.now(), |views| {
        let games = matching(views, &query.teams, |game| game.status.is_on());
        list(games, &query.teams, &app.favorites.get()).into()
    });
    Ok(cached(app, answer, leagues))
}

/// Games to come
///
/// Games that start within the hours given, and those that are late by less than an hour.
#[utoipa::path(
    get,
    path = "/api/v1/games/upcoming",
    tag = "games",
    params(GamesQuery),
    responses(
        (
            status = 200,
            description = "The games; none is no error.",
            body = GameList,
            headers(("X-Cache"), ("Age")),
            example = json!({
            "games": [{
                "id": "401772510", "league": "NFL", "status": "scheduled", "start_time": "2026-11-22T18:00Z",
                "home_team": {"id": "nfl-atl", "name": "Atlanta Falcons", "abbreviation": "ATL",
                            "logo": "https://a.espncdn.com/i/teamlogos/nfl/500/scoreboard/atl.png",
                            "colors": {"primary": "#a71930", "secondary": "#000000"},
                            "record": {"wins": 5, "losses": 6, "ties": 0}},
                "away_team": {"id": "nfl-no", "name": "New Orleans Saints", "abbreviation": "NO",
                            "logo": "https://a.espncdn.com/i/teamlogos/nfl/500/scoreboard/no.png",
                            "colors": {"primary": "#d3bc8d", "secondary": "#000000"},
                            "record": {"wins": 2, "losses": 9, "ties": 0}},
                "score": {"home": 0, "away": 0},
                "period": {"current": 0, "total": 4, "time_remaining": "0:00"},
                "is_favorite": false,
            }],
            "count": 1,
            "filtered_by_teams": ["nfl-no"],
        }),
        ),
        (status = 400, description = "A parameter is wrong.", body = Problem, example = json!({"detail": "hours is \"0\"; allowed are whole numbers from 1 to 720"})),
    ),
)]
pub(crate) fn upcoming(app: &App, uri: &Uri) -> Result<Response, ApiError> {
    let query = GamesQuery::parse(query_of(uri), app.leagues())?;
    let leagues = leagues(app, query.league.as_ref());
    let now = app.now();
    let ahead = TimeDelta::hours(query.hours.into());
    let key = format!("{}:{}", query.hours, query.teams);
    let answer = app.api.cache.answer(AnswerKind::Upcoming, leagues, &key, now, |views| {
        let games = matching(views, &query.teams, |game| game.status == GameStatus::Scheduled);
        let valid_until = games.iter().filter_map(|game| next_change(game, now, ahead)).min();
        let due = games.into_iter().filter(|game| is_due(game, now, ahead)).collect();
        Serialized { body: list(due, &query.teams, &app.favorites.get()), valid_until }
    });
    Ok(cached(app, answer, leagues))
}

fn leagues<'a>(app: &'a App, asked: Option<&'a League>) -> &'a [League] {
    asked.map_or(app.leagues(), slice::from_ref)
}

fn matching<'a>(views: &'a [Arc<LeagueView>], teams: &str, wanted: impl Fn(&Game) -> bool) -> Vec<&'a Game> {
    let filter = TeamFilter::parse(teams);
    let games = views.iter().flat_map(|view| &view.games).map(Arc::as_ref);
    games.filter(|game| wanted(game) && filter.matches(game)).collect()
}

fn list(games: Vec<&Game>, teams: &str, favorites: &Favorites) -> bytes::Bytes {
    let games: Vec<_> = games.into_iter().map(|game| GameBody::new(game, favorites.include(game))).collect();
    let filtered_by_teams = teams.split(',').filter(|team| !team.is_empty()).collect();
    to_bytes(&GameList { count: games.len(), games, filtered_by_teams })
}

/// Whether a scheduled game starts within the hours ahead.
fn is_due(game: &Game, now: DateTime<Utc>, ahead: TimeDelta) -> bool {
    let until_start = game.start - now;
    until_start <= ahead && until_start > -LATE_START
}

/// When a scheduled game enters or leaves the hours ahead; none where it did both.
fn next_change(game: &Game, now: DateTime<Utc>, ahead: TimeDelta) -> Option<DateTime<Utc>> {
    [game.start - ahead, game.start + LATE_START].into_iter().find(|&change| change > now)
}
