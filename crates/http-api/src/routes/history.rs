//! What was observed, asked for: games, the course of a game, seasons of teams, standings.
//!
//! These routes may wait for a disk or a server, at most [`WITHIN`]; they hold up nothing but themselves.

mod ask;
mod lines;
mod pages;

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use bytes::Bytes;
use game_model::{GameId, HistoryPage, League, PastGame, TeamSeason, Told};

use crate::answers::{Body, Scope};
use crate::app::App;
use crate::body::to_bytes;
use crate::error::{ApiError, shown};
use crate::query::decoded_part;
use crate::query::history::{Format, HistoryParameters, name_of};
use crate::route::Route;
use crate::wire::past::{GamePage, PastGameBody, Schedule, Standings, TeamStats, TimelineBody};
use ask::{Made, answered, ask};

pub(crate) async fn games(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    answered(&app, &uri, async |parameters: HistoryParameters, answer| {
        if parameters.format != Format::Json {
            return Ok(Made::Once(lines::games(&app, parameters).await?));
        }
        let HistoryParameters { games, page, .. } = parameters;
        let answer = answer.of(Scope { league: games.league, begins: games.season });
        let page_size = games.limit;
        let Told { source, found } = ask(app.api.history.games(games.clone())).await?;
        let HistoryPage { games: rows, total } = found;
        let total_pages = total.div_ceil(page_size);
        if total == 0 {
            return Err(ApiError::NotFound(pages::nothing_found(&games)));
        }
        if page > total_pages {
            return Err(ApiError::NotFound(format!("there is no page {page}; the last is {total_pages}")));
        }
        let rows = rows.iter().map(PastGameBody::new).collect();
        let json = to_bytes(&GamePage { games: rows, total, page, page_size, total_pages });
        let link = pages::link(&uri, page, total_pages);
        Ok(answer.is(Body { source, json, link }))
    })
    .await
}

pub(crate) async fn timeline(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    answered(&app, &uri, async |parameters: HistoryParameters, answer| {
        let league = parameters.games.league;
        let id = named(Route::Timeline, "game_id", &uri)?;
        let answer = answer.of(Scope { league, begins: None });
        let Told { source, found } = ask(app.api.history.timelines(league, GameId(id.clone()))).await?;
        let timeline = only(found, |timeline| timeline.game.league, "game", &id)?;
        if parameters.format != Format::Json {
            return Ok(Made::Once(lines::timeline(&timeline, source, &parameters)));
        }
        let json = to_bytes(&TimelineBody::new(&timeline, parameters.every_poll));
        Ok(answer.is(Body { source, json, link: None }))
    })
    .await
}

pub(crate) async fn schedule(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    team_season(&app, &uri, Route::Schedule, |season| to_bytes(&Schedule::new(season))).await
}

pub(crate) async fn team_stats(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    team_season(&app, &uri, Route::TeamStats, |season| to_bytes(&TeamStats::new(season))).await
}

async fn team_season(
    app: &App,
    uri: &Uri,
    route: Route,
    json: fn(&TeamSeason) -> Bytes,
) -> Result<Response, ApiError> {
    answered(app, uri, async |parameters: HistoryParameters, answer| {
        let (league, begins) = (parameters.games.league, parameters.games.season);
        let team = named(route, "team", uri)?;
        let answer = answer.of(Scope { league, begins });
        let Told { source, found } = ask(app.api.history.team_seasons(league, team.clone(), begins)).await?;
        let of_season = begins.map(|year| format!(" in a season that began in {year}")).unwrap_or_default();
        let season = only(found, |season| season.league, "team", &team).map_err(|error| match error {
            ApiError::NotFound(sentence) => ApiError::NotFound(sentence + &of_season),
            other => other,
        })?;
        Ok(answer.is(Body { source, json: json(&season), link: None }))
    })
    .await
}

pub(crate) async fn standings(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    answered(&app, &uri, async |parameters: HistoryParameters, answer| {
        let begins = parameters.games.season;
        let league = match (parameters.games.league, app.leagues()) {
            (Some(league), _) | (None, &[league]) => league,
            (None, leagues) => {
                let keys = keys(leagues.iter().copied());
                return Err(ApiError::BadParameter(format!("league is missing; allowed are {keys}")));
            }
        };
        let answer = answer.of(Scope { league: Some(league), begins });
        let Told { source, found } = ask(app.api.history.league_season(league, begins)).await?;
        if found.is_empty() {
            return Err(ApiError::NotFound(no_games(league, begins)));
        }
        Ok(answer.is(Body { source, json: standings_of(league, &found), link: None }))
    })
    .await
}

fn standings_of(league: League, games: &[PastGame]) -> Bytes {
    to_bytes(&Standings::new(league, games))
}

fn no_games(league: League, begins: Option<i32>) -> String {
    let season = begins.map(|year| format!(" of the season that began in {year}")).unwrap_or_default();
    format!("no game of {league}{season} is known")
}

/// What the path names, decoded.
fn named(route: Route, parameter: &str, uri: &Uri) -> Result<String, ApiError> {
    let given = route.named_in(uri.path()).unwrap_or_default();
    let name = decoded_part(given).ok_or_else(|| {
        ApiError::BadParameter(format!("{parameter} is {}, which is not UTF-8 once decoded", shown(given)))
    })?;
    name_of(parameter, &name).map_err(ApiError::BadParameter)
}

/// The only one that was found: where there are several, the request has to say which league it means.
fn only<T>(found: Vec<T>, league: impl Fn(&T) -> League, what: &str, name: &str) -> Result<T, ApiError> {
    let name = shown(name);
    let leagues = keys(found.iter().map(league));
    let several = found.len() > 1;
    match found.into_iter().next() {
        Some(only) if !several => Ok(only),
        Some(_) => Err(ApiError::BadParameter(format!(
            "{name} means several {what}s, of {leagues}; add league=, or give the id of one"
        ))),
        None => Err(ApiError::NotFound(format!("no {what} {name} is known to history"))),
    }
}

fn keys(leagues: impl Iterator<Item = League>) -> String {
    let mut keys: Vec<&str> = leagues.map(|league| league.key).collect();
    keys.dedup();
    keys.join(", ")
}
