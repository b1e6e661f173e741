//! What somebody wants to be saved, validated: all problems are told at once.

use std::collections::BTreeMap;

use game_model::League;
use serde_json::{Map, Value};
use utoipa::openapi::schema::{AllOfBuilder, AnyOfBuilder, ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::error::{ApiError, shown};
use crate::openapi::parameters::text;
use crate::query::described::NO_CONTROL;
use crate::query::{MAX_USER_ID, user_of};

/// A user follows at most so many teams of a league.
const MAX_TEAMS: usize = 256;

/// A team's name has at most so many characters.
const MAX_NAME: usize = 64;

/// What somebody wants to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    /// The user; none where the body names none.
    pub(crate) user: Option<String>,
    /// Teams, by the key of their league.
    pub(crate) teams: BTreeMap<String, Vec<String>>,
}

impl PartialSchema for Given {
    /// A user, and teams of one league at least.
    fn schema() -> RefOr<Schema> {
        let teams = || {
            ArrayBuilder::new()
                .schema_type([Type::Array, Type::Null].into_iter().collect::<SchemaType>())
                .items(text(MAX_NAME))
                .max_items(Some(MAX_TEAMS))
        };
        let user = text(MAX_USER_ID)
            .schema_type([Type::String, Type::Null].into_iter().collect::<SchemaType>())
            .pattern(Some(NO_CONTROL));
        let keys = || League::all().map(|league| format!("{}_teams", league.key));
        let all = keys()
            .fold(ObjectBuilder::new().property("user_id", user), |all, key| all.property(key, teams()));
        let one = keys().fold(AnyOfBuilder::new(), |one, key| {
            one.item(ObjectBuilder::new().schema_type(SchemaType::AnyValue).required(key))
        });
        AllOfBuilder::new().item(all).item(one).into()
    }
}

impl ToSchema for Given {}

impl Given {
    /// Reads a body. Keys that mean nothing here are ignored, but not `xyz_teams` of an unknown league.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let body: Value = serde_json::from_slice(body).map_err(|error| {
            ApiError::BadBody(format!(r#"the body is not JSON ({error}); send {{"nfl_teams": ["ne"]}}"#))
        })?;
        let Value::Object(body) = body else {
            return Err(ApiError::BadBody(r#"the body is no object; send {"nfl_teams": ["ne"]}"#.into()));
        };
        let mut problems = Vec::new();
        let user = user(&body).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let mut teams = BTreeMap::new();
        for (key, value) in &body {
            let Some(league) = key.strip_suffix("_teams") else { continue };
            match league.parse::<League>().map_err(|error| format!("{key}: {error}")) {
                Ok(league) => match names(key, value) {
                    Ok(names) => drop(teams.insert(league.key.to_owned(), names)),
                    Err(problem) => problems.push(problem),
                },
                Err(problem) => problems.push(problem),
            }
        }
        if teams.is_empty() && problems.is_empty() {
            let keys = body.keys().map(|key| shown(key)).collect::<Vec<_>>().join(", ");
            let keys = if keys.is_empty() { "nothing".into() } else { keys };
            problems.push(format!(
                r#"the body names no teams but {keys}; send {{"nfl_teams": ["ne"], "nhl_teams": []}}"#
            ));
        }
        if problems.is_empty() {
            Ok(Self { user, teams })
        } else {
            Err(ApiError::BadBody(problems.join("; ")))
        }
    }
}

fn user(body: &Map<String, Value>) -> Result<Option<String>, String> {
    match body.get("user_id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => user_of(id),
        Some(other) => Err(format!("user_id is {}; allowed is a string", shown(&other.to_string()))),
    }
}

fn names(key: &str, value: &Value) -> Result<Vec<String>, String> {
    let wrong = |what: &Value| {
        let what = shown(&what.to_string());
        format!(
            "{key} holds {what}; allowed is a list of up to {MAX_TEAMS} strings of up to {MAX_NAME} characters"
        )
    };
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) if list.len() <= MAX_TEAMS => list,
        other => return Err(wrong(other)),
    };
    let name = |value: &Value| match value.as_str().map(str::trim) {
        Some(name) if name.chars().count() <= MAX_NAME => Ok(name.to_owned()),
        _ => Err(wrong(value)),
    };
    let names: Result<Vec<String>, String> = list.iter().map(name).collect();
    Ok(names?.into_iter().filter(|name| !name.is_empty()).collect())
}
