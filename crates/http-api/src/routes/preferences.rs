//! `GET` and `POST /api/v1/user/teams`: the teams that a user follows.

mod given;
mod unknown;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use game_model::{PreferencesError, TeamPreferences};

use crate::app::{App, query_of};
use crate::body::{MAX_BODY, json, read_json};
use crate::error::{ApiError, shown};
use crate::favorites::{DEFAULT_USER, Favorites};
use crate::query::described::UserAlone;
use crate::query::user_alone;
use crate::wire::preferences::{SavedTeams, UserTeams};
use crate::wire::problem::Problem;
use given::Given;

/// Teams, by the key of their league.
type Teams = BTreeMap<String, Vec<String>>;

/// What is said to those who save while many others do.
const TOO_MANY: &str = "too many preferences are being saved at once; try again";

/// Leagues that answers name even where they are not tracked: clients count on it.
pub(crate) const ALWAYS_TOLD: [&str; 2] = ["nfl", "nhl"];

/// What clients were always told that a team costs a day.
const CALLS_PER_TEAM: u64 = 12;

/// What clients were always told is free a day.
const FREE_CALLS: u64 = 100;

pub(crate) fn estimated_daily_calls(teams: usize) -> u64 {
    CALLS_PER_TEAM * teams as u64
}

pub(crate) fn within_free_tier(calls: u64) -> bool {
    calls <= FREE_CALLS
}

/// The teams that a user follows
///
/// Games of the `default` user's teams are marked in the lists of games.
#[utoipa::path(
    get,
    path = "/api/v1/user/teams",
    tag = "teams",
    params(UserAlone),
    responses(
        (
            status = 200,
            description = "The teams; none of a user that nobody knows.",
            body = UserTeams,
            example = json!({"user_id": "ann", "nfl_teams": ["ne"], "nhl_teams": ["nhl-bos"]}),
        ),
        (
            status = 400,
            description = "A parameter is wrong.",
            body = Problem,
            example = json!({"detail": "user_id was given twice with different values; give it once"}),
        ),
    ),
)]
pub(crate) async fn read(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let user_id = user_alone(query_of(&uri))?.unwrap_or_else(|| DEFAULT_USER.into());
    let chosen = app.api.preferences.teams(&user_id).await.map_err(|error| unavailable("read", &error))?;
    if user_id == DEFAULT_USER && app.favorites.error().is_some() {
        app.set_favorites(Favorites::new(&chosen));
    }
    Ok(json(&UserTeams { user_id, teams: told(&app, &chosen.teams) }))
}

/// Saves the teams that a user follows
///
/// They replace those of before, of every league. A team that nobody knows is saved too, and named in `warnings`.
#[utoipa::path(
    post,
    path = "/api/v1/user/teams",
    tag = "teams",
    params(UserAlone),
    request_body(
        content = Given,
        description = "The teams, by league.",
        example = json!({"user_id": "ann", "nfl_teams": ["ne"], "nhl_teams": ["nhl-bos"]}),
    ),
    responses(
        (
            status = 200,
            description = "Saved.",
            body = SavedTeams,
            example = json!({
                "success": true, "user_id": "ann",
                "teams_saved": {"nfl_teams": ["ne"], "nhl_teams": ["nhl-bos"]},
                "estimated_daily_api_calls": 24, "within_free_tier": true,
            }),
        ),
        (
            status = 400,
            description = "A parameter is wrong.",
            body = Problem,
            example = json!({"detail": "user_id is \"ann\" in the address and \"bob\" in the body; give it once"}),
        ),
        (
            status = 413,
            description = "The body is too large.",
            body = Problem,
            example = json!({"detail": ApiError::TooLarge { limit: MAX_BODY }.to_string()}),
        ),
        (
            status = 422,
            description = "The body is wrong. Nothing is saved.",
            body = Problem,
            example = json!({"detail": "user_id is 7; allowed is a string"}),
        ),
        (
            status = 429,
            description = "Too many at once.",
            body = Problem,
            example = json!({"detail": TOO_MANY}),
        ),
    ),
)]
pub(crate) async fn save(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let of_address = user_alone(query_of(&uri))?;
    let mut given = Given::parse(&read_json(&headers, body).await?)?;
    let user_id = match (of_address, given.user.take()) {
        (Some(address), Some(body)) if address != body => {
            return Err(ApiError::BadParameter(format!(
                "user_id is {} in the address and {} in the body; give it once",
                shown(&address),
                shown(&body)
            )));
        }
        (address, body) => address.or(body).unwrap_or_else(|| DEFAULT_USER.into()),
    };
    let teams = given.teams;
    // A task of its own: whatever becomes of the request, what is saved is what is in memory.
    let saved = tokio::spawn(save_all(app.clone(), user_id.clone(), teams.clone())).await;
    saved.unwrap_or_else(|_| Err(ApiError::Unavailable("the teams could not be saved; try again".into())))?;
    let calls = estimated_daily_calls(teams.values().map(Vec::len).sum());
    Ok(json(&SavedTeams {
        success: true,
        user_id,
        teams_saved: told(&app, &teams),
        estimated_daily_api_calls: calls,
        within_free_tier: within_free_tier(calls),
        warnings: unknown::warnings(&teams),
    }))
}

async fn save_all(app: Arc<App>, user: String, teams: Teams) -> Result<(), ApiError> {
    let Ok(_place) = app.saves.try_acquire() else {
        return Err(ApiError::TooMany(TOO_MANY));
    };
    let _alone = app.saving.lock().await;
    let chosen = TeamPreferences { teams };
    let favorites = (user == DEFAULT_USER).then(|| Favorites::new(&chosen));
    app.api.preferences.save_teams(&user, chosen).await.map_err(|error| unavailable("saved", &error))?;
    if let Some(favorites) = favorites {
        app.set_favorites(favorites);
    }
    Ok(())
}

fn unavailable(what: &str, error: &PreferencesError) -> ApiError {
    ApiError::Unavailable(format!("the teams can not be {what}: {error}"))
}

/// `nfl_teams` and so on: of the leagues that are always told, the tracked ones, and those with teams.
fn told(app: &App, teams: &Teams) -> Teams {
    let mut told = BTreeSet::from(ALWAYS_TOLD);
    told.extend(app.leagues().iter().map(|league| league.key));
    told.extend(teams.keys().map(String::as_str));
    let teams = |league| teams.get(league).cloned().unwrap_or_default();
    told.into_iter().map(|league| (format!("{league}_teams"), teams(league))).collect()
}
