//! The teams that users follow.

use std::collections::{BTreeMap, BTreeSet};

use game_model::TeamPreferences;
use rusqlite::{Connection, Error, OptionalExtension, Result};
use tracing::warn;

use crate::writer::{Batch, Work};

/// Replaces the teams that a user follows.
pub(crate) struct SaveTeams {
    pub user: String,
    pub teams: BTreeMap<String, Vec<String>>,
}

impl Work for SaveTeams {
    type Output = ();

    fn apply(&self, batch: &mut Batch<'_>) -> Result<()> {
        let teams = serde_json::to_string(&self.teams)
            .map_err(|error| Error::ToSqlConversionFailure(error.into()))?;
        let sql = "INSERT INTO preferences (user, teams) VALUES (?1, ?2)
                   ON CONFLICT (user) DO UPDATE SET teams = excluded.teams";
        batch.db.prepare_cached(sql)?.execute((&self.user, teams))?;
        Ok(())
    }
}

/// The teams that any user follows, each once; what can no longer be read counts as none.
pub(crate) fn followed(db: &Connection) -> Result<TeamPreferences> {
    let mut teams: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut users = db.prepare_cached("SELECT teams FROM preferences")?;
    let kept = users.query_map([], |row| row.get::<_, String>(0))?;
    for kept in kept {
        let chosen: BTreeMap<String, Vec<String>> = serde_json::from_str(&kept?).unwrap_or_default();
        for (league, names) in chosen {
            teams.entry(league).or_default().extend(names);
        }
    }
    let teams = teams.into_iter().map(|(league, names)| (league, names.into_iter().collect()));
    Ok(TeamPreferences { teams: teams.collect() })
}

/// The teams that the user follows; none for a user never seen, or where they can no longer be read.
pub(crate) fn teams(db: &Connection, user: &str) -> Result<TeamPreferences> {
    let kept: Option<String> = db
        .prepare_cached("SELECT teams FROM preferences WHERE user = ?1")?
        .query_row([user], |row| row.get(0))
        .optional()?;
    let teams = kept.map_or_else(BTreeMap::new, |json| {
        serde_json::from_str(&json).unwrap_or_else(|error| {
            warn!(user, %error, "the teams that a user follows can not be read: they count as none");
            BTreeMap::new()
        })
    });
    Ok(TeamPreferences { teams })
}
