//! `GET /api/v1/teams`: from the table of leagues, or from games where only those tell of teams.

use std::collections::BTreeMap;
use std::slice;
use std::sync::Arc;

use axum::http::Uri;
use axum::response::Response;
use cache::{AnswerKind, LeagueView};
use game_model::League;

use super::cached;
use crate::app::{App, query_of};
use crate::body::to_bytes;
use crate::error::ApiError;
use crate::query::described::LeagueAlone;
use crate::query::league_alone;
use crate::wire::game::{TeamBody, TeamList};
use crate::wire::problem::Problem;

/// The teams
///
/// Of a league, or of all that the service tracks. Where only games tell of a league's teams, those of its scoreboard.
#[utoipa::path(
    get,
    path = "/api/v1/teams",
    tag = "teams",
    params(LeagueAlone),
    responses(
        (
            status = 200,
            description = "The teams.",
            body = TeamList,
            headers(("X-Cache"), ("Age")),
            example = json!({
                "league": "nfl",
                "teams": [{
                    "id": "nfl-atl", "name": "Atlanta Falcons", "abbreviation": "ATL", "logo": "",
                    "colors": {"primary": "#a71930", "secondary": "#000000"}, "record": null,
                }],
                "count": 1,
            }),
        ),
        (status = 400, description = "A parameter is wrong.", body = Problem, example = json!({"detail": "league is \"xfl\"; allowed are nfl, nhl, or none for all of them"})),
    ),
)]
pub(crate) fn teams(app: &App, uri: &Uri) -> Result<Response, ApiError> {
    let asked = league_alone(query_of(uri), app.leagues())?;
    let leagues = asked.as_ref().map_or(app.leagues(), slice::from_ref);
    let name = asked.map_or("ALL", |league| league.key);
    // Those alone whose teams only games tell of: no scoreboard makes the others' teams any newer.
    let told_by_games: Vec<League> =
        leagues.iter().copied().filter(|league| league.teams.is_empty()).collect();
    let answer = app.api.cache.answer(AnswerKind::Teams, &told_by_games, name, app.now(), |views| {
        let teams: Vec<_> = leagues.iter().flat_map(|&league| of_league(league, views)).collect();
        to_bytes(&TeamList { league: name, count: teams.len(), teams }).into()
    });
    Ok(cached(app, answer, &told_by_games))
}

fn of_league(league: League, views: &[Arc<LeagueView>]) -> Vec<TeamBody<'_>> {
    if !league.teams.is_empty() {
        return league.teams.iter().map(|facts| TeamBody::listed(facts, league)).collect();
    }
    let games = views.iter().filter(|view| view.league == league).flat_map(|view| &view.games);
    let teams = games.flat_map(|game| game.sides()).map(|side| (side.team.name.as_str(), &side.team));
    teams.collect::<BTreeMap<_, _>>().into_values().map(TeamBody::of_team).collect()
}
