//! `GET` and `POST /api/v1/user/teams`: the teams that a user follows.

mod given;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use game_model::{PreferencesError, TeamPreferences};

use crate::app::{App, query_of};
use crate::body::{json, read_json};
use crate::error::ApiError;
use crate::favorites::{DEFAULT_USER, Favorites};
use crate::query::user_alone;
use crate::wire::object::Object;
use given::Given;

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

pub(crate) async fn read(State(app): State<Arc<App>>, uri: Uri) -> Result<Response, ApiError> {
    let user = user_alone(query_of(&uri))?.unwrap_or_else(|| DEFAULT_USER.into());
    let chosen = app.api.preferences.teams(&user).await.map_err(|error| unavailable("read", &error))?;
    if user == DEFAULT_USER && app.favorites.error().is_some() {
        app.set_favorites(Favorites::new(&chosen));
    }
    Ok(json(&put_teams(&app, Object::default().with("user_id", user), &chosen.teams)))
}

pub(crate) async fn save(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let given = Given::parse(&read_json(&headers, body).await?)?;
    let Given { user, teams } = given.clone();
    // A task of its own: whatever becomes of the request, what is saved is what is in memory.
    let saved = tokio::spawn(save_all(app.clone(), given)).await;
    saved.unwrap_or_else(|_| Err(ApiError::Unavailable("the teams could not be saved; try again".into())))?;
    let calls = estimated_daily_calls(teams.values().map(Vec::len).sum());
    let answer = Object::default()
        .with("success", true)
        .with("user_id", user)
        .with(
            "teams_saved",
            serde_json::to_value(put_teams(&app, Object::default(), &teams)).unwrap_or_default(),
        )
        .with("estimated_daily_api_calls", calls)
        .with("within_free_tier", within_free_tier(calls));
    Ok(json(&answer))
}

async fn save_all(app: Arc<App>, Given { user, teams }: Given) -> Result<(), ApiError> {
    let Ok(_place) = app.saves.try_acquire() else {
        return Err(ApiError::TooMany("too many preferences are being saved at once; try again"));
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

/// Adds `nfl_teams` and so on: of the leagues that are always told, the tracked ones, and those with teams.
fn put_teams(app: &App, object: Object, teams: &BTreeMap<String, Vec<String>>) -> Object {
    let mut told = BTreeSet::from(ALWAYS_TOLD);
    told.extend(app.leagues().iter().map(|league| league.key));
    told.extend(teams.keys().map(String::as_str));
    told.into_iter().fold(object, |object, league| {
        object.with(format!("{league}_teams"), teams.get(league).cloned().unwrap_or_default())
    })
}
