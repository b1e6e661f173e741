//! What users chose.

use std::collections::BTreeMap;

use async_trait::async_trait;

/// The teams that a user follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamPreferences {
    /// Ids of teams as the user gave them, by the key of their league.
    pub teams: BTreeMap<String, Vec<String>>,
}

/// Why preferences could not be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PreferencesError {
    /// A sentence for people that says what to do.
    pub message: String,
}

/// Where preferences are kept.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Preferences: Send + Sync {
    /// The teams that the user follows; empty for a user never seen.
    async fn teams(&self, user_id: &str) -> Result<TeamPreferences, PreferencesError>;

    /// Replaces the teams that the user follows.
    async fn save_teams(&self, user_id: &str, teams: TeamPreferences) -> Result<(), PreferencesError>;
}
