//! The parameters of requests as the description of the interface tells them.

use serde_json::json;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use super::{DEFAULT_HOURS, GamesQuery, MAX_HOURS, MAX_TEAM_IDS, MAX_USER_ID};
use crate::openapi::leagues::TrackedLeague;
use crate::openapi::parameters::{number, query, text};

/// No character of an id is a control character.
pub(crate) const NO_CONTROL: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

fn tracked_league() -> RefOr<Schema> {
    Ref::from_schema_name(TrackedLeague::name()).into()
}

/// The parameter `league`, with the leagues that it may name.
pub(super) fn league(schema: impl Into<RefOr<Schema>>) -> Parameter {
    let description = "The league, in any letter case; none for all of them. `sport` is its older name, and means the \
                       same.";
    query("league", description, schema, "nfl")
}

fn team_ids() -> Parameter {
    let description = "Teams, separated by commas, as `nfl-ne`, `ne` or ESPN's number, in any letter case; none for \
                       every team. Given several times, all of them count.";
    query("team_ids", description, text(MAX_TEAM_IDS), "nfl-ne,nhl-bos")
}

/// The parameters of `/api/v1/games/live`.
pub(crate) enum LiveParameters {}

impl IntoParams for LiveParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![league(tracked_league()), team_ids()]
    }
}

impl IntoParams for GamesQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let hours = number(MAX_HOURS.into()).default(Some(json!(DEFAULT_HOURS)));
        let hours = query("hours", "Games that start within so many hours.", hours, 72);
        vec![league(tracked_league()), team_ids(), hours]
    }
}

/// The parameter of `/api/v1/teams`.
pub(crate) enum LeagueAlone {}

impl IntoParams for LeagueAlone {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![league(tracked_league())]
    }
}

/// The parameter of `/api/v1/user/teams`.
pub(crate) enum UserAlone {}

impl IntoParams for UserAlone {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = text(MAX_USER_ID).pattern(Some(NO_CONTROL)).default(Some(json!("default")));
        vec![query("user_id", "The user; none for the one whose games are marked.", schema, "ann")]
    }
}
