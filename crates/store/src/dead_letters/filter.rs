//! Which dead letters are meant.

use chrono::{DateTime, Utc};
use game_model::League;
use influx_schema::nanoseconds;
use rusqlite::ToSql;

/// Which dead letters are meant: those that pass every part that is set. The default means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetterFilter {
    /// Only these ids.
    pub ids: Option<Vec<i64>>,
    /// Only points of this league.
    pub league: Option<League>,
    /// Only what this server refused.
    pub server: Option<String>,
    /// Only where the reason contains this, letters of either case.
    pub reason: Option<String>,
    /// Only what was set aside then or later.
    pub since: Option<DateTime<Utc>>,
    /// Only what was set aside before.
    pub until: Option<DateTime<Utc>>,
}

/// A filter as parameters of a statement.
pub(super) struct Bound {
    ids: Option<String>,
    measurement: Option<Vec<u8>>,
    server: Option<String>,
    reason: Option<String>,
    since: Option<i64>,
    until: Option<i64>,
}

impl Bound {
    /// What a row must meet.
    pub const CONDITION: &str = "(:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
        AND (:measurement IS NULL OR substr(line, 1, length(:measurement)) = :measurement)
        AND (:server IS NULL OR server = :server)
        AND (:reason IS NULL OR instr(lower(reason), lower(:reason)) > 0)
        AND (:since IS NULL OR set_aside_at >= :since)
        AND (:until IS NULL OR set_aside_at < :until)";

    pub fn new(filter: &DeadLetterFilter) -> Self {
        Self {
            ids: filter.ids.as_ref().map(|ids| format!("{ids:?}")),
            measurement: filter.league.map(|league| format!("{}_scores,", league.key).into_bytes()),
            server: filter.server.clone(),
            reason: filter.reason.clone(),
            since: filter.since.map(nanoseconds),
            until: filter.until.map(nanoseconds),
        }
    }

    pub fn parameters(&self) -> Vec<(&str, &dyn ToSql)> {
        vec![
            (":ids", &self.ids),
            (":measurement", &self.measurement),
            (":server", &self.server),
            (":reason", &self.reason),
            (":since", &self.since),
            (":until", &self.until),
        ]
    }
}
