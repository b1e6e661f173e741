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
use crate::query::history::described::{
    GamesParameters, StandingsParameters, TeamSeasonParameters, TimelineParameters,
};
use crate::query::history::{Format, HistoryParameters, name_of};
use crate::route::Route;
use crate::wire::past::{
    ENTRY_COLUMNS, GAME_COLUMNS, GamePage, PastGameBody, Schedule, Standings, TeamStats, TimelineBody,
};
use crate::wire::problem::Problem;
use ask::{Made, answered, ask};

/// Every game that was ever observed
///
/// Each once, as it was last seen. In pages as JSON; as lines all of them, sent as they are read.
#[utoipa::path(
    get,
    path = "/api/v1/games/history",
    tag = "history",
    params(GamesParameters),
    responses(
        (
            status = 200,
            description = "The games. Lines carry no `X-Cache`.",
            headers(("X-Cache"), ("X-History-Source"), ("Link")),
            content(
                (GamePage = "application/json", example = json!({
                    "games": [{
                        "game_id": "401772510", "sport": "nfl", "season": "2025", "week": "12",
                        "home_team": "Falcons", "away_team": "Saints", "home_score": 24, "away_score": 26,
                        "status": "finished", "time": "2025-11-23T18:00:00.000Z", "quarter": "4",
                        "start_time": "2025-11-23T18:00Z", "observed_at": "2025-11-23T21:12:40.118Z",
                        "home_team_id": "nfl-atl", "away_team_id": "nfl-no",
                        "home_team_name": "Atlanta Falcons", "away_team_name": "New Orleans Saints",
                    }],
                    "total": 1, "page": 1, "page_size": 100, "total_pages": 1,
                })),
                (String = "text/csv", example = json!(format!("{}\r\n", GAME_COLUMNS.join(",")))),
                (String = "application/x-ndjson", example = json!("{\"game_id\":\"401772510\"}\n")),
            ),
        ),
        (status = 400, description = "A parameter is wrong.", body = Problem, example = json!({"detail": "page_size is \"0\"; allowed are whole numbers from 1 to 1000"})),
        (status = 404, description = "Nothing is known that is as asked for.", body = Problem, example = json!({"detail": "no game with the team \"Nobody\" is known; leave out team, or find its name at /api/v1/teams"})),
        (status = 503, description = "History can not be read now.", body = Problem, example = json!({"detail": "history did not answer within 5 s; try again, or ask for less"})),
    ),
)]
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

/// The course of a game
///
/// An entry per change of score, period or status, or per poll.
#[utoipa::path(
    get,
    path = "/api/v1/games/timeline/{game_id}",
    tag = "history",
    params(TimelineParameters),
    responses(
        (
            status = 200,
            description = "The course of the game. Lines carry no `X-Cache`.",
            headers(("X-Cache"), ("X-History-Source")),
            content(
                (TimelineBody = "application/json", example = json!({
                    "game_id": "401772510", "sport": "nfl", "season": "2025", "home_team": "Falcons",
                    "away_team": "Saints", "status": "finished",
                    "timeline": [{
                        "time": "2025-11-23T18:04:11.002Z", "home_score": 7, "away_score": 0, "quarter": "1",
                        "time_remaining": "11:21", "status": "live",
                    }],
                    "final_score": {"home": 24, "away": 26}, "duration_minutes": 189,
                })),
                (String = "text/csv", example = json!(format!("{}\r\n", ENTRY_COLUMNS.join(",")))),
                (String = "application/x-ndjson", example = json!("{\"time\":\"2025-11-23T18:04:11.002Z\"}\n")),
            ),
        ),
        (status = 400, description = "A parameter is wrong.", body = Problem, example = json!({"detail": "every is \"day\"; allowed are change, poll"})),
        (status = 404, description = "Nothing is known that is as asked for.", body = Problem, example = json!({"detail": "no game \"1\" is known to history; ids of games stand at /api/v1/games/history"})),
        (status = 503, description = "History can not be read now.", body = Problem, example = json!({"detail": "history did not answer within 5 s; try again, or ask for less"})),
    ),
)]
pub(crate) async fn timeline(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    answered(&app, &uri, async |parameters: HistoryParameters, answer| {
        let league = parameters.games.league;
        let id = named(Route::Timeline, "game_id", &uri)?;
        let answer = answer.of(Scope { league, begins: None });
        let Told { source, found } = ask(app.api.history.timelines(league, GameId(id.clone()))).await?;
        let timeline =
            only(found, |timeline| timeline.game.league, "game", &id).map_err(|error| match error {
                ApiError::NotFound(sentence) => ApiError::NotFound(format!("{sentence}; {IDS_STAND}")),
                other => other,
            })?;
        if parameters.format != Format::Json {
            return Ok(Made::Once(lines::timeline(&timeline, source, &parameters)));
        }
        let json = to_bytes(&TimelineBody::new(&timeline, parameters.every_poll));
        Ok(answer.is(Body { source, json, link: None }))
    })
    .await
}

/// A team's season
///
/// Its games, and what those of the regular season come to. The newest season that is known, unless one is named.
#[utoipa::path(
    get,
    path = "/api/v1/games/schedule/{team}",
    tag = "history",
    params(TeamSeasonParameters),
    responses(
        (
            status = 200,
            description = "The season.",
            headers(("X-Cache"), ("X-History-Source")),
            body = Schedule,
            example = json!({
                "team": "Falcons", "team_id": "nfl-atl", "sport": "nfl", "season": "2025",
                "games": [{
                    "game_id": "401772510", "sport": "nfl", "season": "2025", "week": "12",
                    "home_team": "Falcons", "away_team": "Saints", "home_score": 24, "away_score": 26,
                    "status": "finished", "time": "2025-11-23T18:00:00.000Z", "quarter": "4",
                    "start_time": "2025-11-23T18:00Z", "observed_at": "2025-11-23T21:12:40.118Z",
                    "home_team_id": "nfl-atl", "away_team_id": "nfl-no",
                    "home_team_name": "Atlanta Falcons", "away_team_name": "New Orleans Saints",
                }],
                "statistics": {
                    "team": "Falcons", "season": "2025",
                    "games_played": 11, "wins": 5, "losses": 6, "ties": 0, "win_percentage": 0.4545,
                    "points_for": 240, "points_against": 251, "point_differential": -11,
                },
            }),
        ),
        (status = 400, description = "A parameter is wrong.", body = Problem, example = json!({"detail": "\"Panthers\" means several teams, of nfl, nhl; add league=, or give the id of one"})),
        (status = 404, description = "Nothing is known that is as asked for.", body = Problem, example = json!({"detail": "no team \"Nobody\" is known to history; find its name at /api/v1/teams"})),
        (status = 503, description = "History can not be read now.", body = Problem, example = json!({"detail": "history did not answer within 5 s; try again, or ask for less"})),
    ),
)]
pub(crate) async fn schedule(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    team_season(&app, &uri, Route::Schedule, |season| to_bytes(&Schedule::new(season))).await
}

/// What a team's season comes to
///
/// At home and away, in the postseason, its streak and its last five games.
#[utoipa::path(
    get,
    path = "/api/v1/teams/{team}/stats",
    tag = "history",
    params(TeamSeasonParameters),
    responses(
        (
            status = 200,
            description = "What it comes to.",
            headers(("X-Cache"), ("X-History-Source")),
            body = TeamStats,
            example = json!({
                "team": "Falcons", "team_id": "nfl-atl", "team_name": "Atlanta Falcons", "sport": "nfl",
                "season": "2025",
                "record": {"games_played": 11, "wins": 5, "losses": 6, "ties": 0, "win_percentage": 0.4545,
                    "points_for": 240, "points_against": 251, "point_differential": -11,},
                "home": {"games_played": 11, "wins": 5, "losses": 6, "ties": 0, "win_percentage": 0.4545,
                    "points_for": 240, "points_against": 251, "point_differential": -11,},
                "away": {"games_played": 11, "wins": 5, "losses": 6, "ties": 0, "win_percentage": 0.4545,
                    "points_for": 240, "points_against": 251, "point_differential": -11,},
                "postseason": {"games_played": 11, "wins": 5, "losses": 6, "ties": 0, "win_percentage": 0.4545,
                    "points_for": 240, "points_against": 251, "point_differential": -11,},
                "streak": {"outcome": "W", "games": 2}, "last_five": ["W", "W", "L", "L", "T"],
                "points_for": 240, "points_against": 251, "point_differential": -11,
            }),
        ),
        (status = 400, description = "A parameter is wrong.", body = Problem, example = json!({"detail": "season is \"soon\"; allowed are forms like 2025, 2025-26 and 2025-2026"})),
        (status = 404, description = "Nothing is known that is as asked for.", body = Problem, example = json!({"detail": "no team \"Nobody\" is known to history; find its name at /api/v1/teams"})),
        (status = 503, description = "History can not be read now.", body = Problem, example = json!({"detail": "history did not answer within 5 s; try again, or ask for less"})),
    ),
)]
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
        let given = [("season", begins.is_some()), ("league", league.is_some())];
        let given: Vec<&str> =
            given.into_iter().filter_map(|(name, is_given)| is_given.then_some(name)).collect();
        let without = (!given.is_empty()).then(|| format!("leave out {}", given.join(" or ")));
        let loosen: Vec<String> = without.into_iter().chain([pages::TEAMS_STAND.to_owned()]).collect();
        let of_season = begins.map(|year| format!(" in a season that began in {year}")).unwrap_or_default();
        let season = only(found, |season| season.league, "team", &team).map_err(|error| match error {
            ApiError::NotFound(sentence) => {
                ApiError::NotFound(format!("{sentence}{of_season}; {}", loosen.join(", or ")))
            }
            other => other,
        })?;
        Ok(answer.is(Body { source, json: json(&season), link: None }))
    })
    .await
}

/// The standings of a season
///
/// Computed from the games that were observed, by the league's rules for percentages and points.
#[utoipa::path(
    get,
    path = "/api/v1/standings",
    tag = "history",
    params(StandingsParameters),
    responses(
        (
            status = 200,
            description = "The standings.",
            headers(("X-Cache"), ("X-History-Source")),
            body = Standings,
            example = json!({
                "sport": "nfl", "season": "2025",
                "standings": [{
                    "rank": 1, "team": "Falcons", "team_id": "nfl-atl", "team_name": "Atlanta Falcons",
                    "conference": "NFC", "division": "South", "conference_rank": 1, "division_rank": 1,
                    "regulation_wins": 5,
                    "games_played": 11, "wins": 5, "losses": 6, "ties": 0, "win_percentage": 0.4545,
                    "points_for": 240, "points_against": 251, "point_differential": -11,
                }],
            }),
        ),
        (status = 400, description = "A parameter is wrong.", body = Problem, example = json!({"detail": "league is missing; allowed are nfl, nhl"})),
        (status = 404, description = "Nothing is known that is as asked for.", body = Problem, example = json!({"detail": "no game of NFL of the season that began in 1999 is known; leave out season for the newest"})),
        (status = 503, description = "History can not be read now.", body = Problem, example = json!({"detail": "history did not answer within 5 s; try again, or ask for less"})),
    ),
)]
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
    let hint =
        if begins.is_some() { "; leave out season for the newest that is known" } else { ", in any season" };
    format!("no game of {league}{season} is known{hint}")
}

/// Where to find the ids of games.
const IDS_STAND: &str = "ids of games stand at /api/v1/games/history";

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
