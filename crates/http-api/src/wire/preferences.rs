//! The teams that a user follows, as clients get them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// The answer of `GET /api/v1/user/teams`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserTeams {
    pub(crate) user_id: String,
    /// `nfl_teams` and so on, each a list of teams.
    #[serde(flatten)]
    pub(crate) teams: BTreeMap<String, Vec<String>>,
}

/// The answer of `POST /api/v1/user/teams`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedTeams {
    pub(crate) success: bool,
    pub(crate) user_id: String,
    /// `nfl_teams` and so on, each a list of teams.
    pub(crate) teams_saved: BTreeMap<String, Vec<String>>,
    pub(crate) estimated_daily_api_calls: u64,
    pub(crate) within_free_tier: bool,
    /// Sentences on teams that no game can be marked for; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) warnings: Vec<String>,
}
