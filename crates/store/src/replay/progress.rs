//! How far a replay got, kept in the database.

use chrono::{DateTime, Utc};
use influx_schema::{from_nanoseconds, nanoseconds};
use rusqlite::{Connection, OptionalExtension, Result, named_params};

use super::{ReplayRange, league_key};

/// How far a replay got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReplayProgress {
    /// The last row of history that was sent.
    pub(super) through: i64,
    /// Rows that were sent.
    pub sent: u64,
    /// When the last of them was; none before the first.
    pub updated_at: Option<DateTime<Utc>>,
}

pub(super) fn load(db: &Connection, range: &ReplayRange, target: &str) -> Result<ReplayProgress> {
    let sql = "SELECT through, sent, updated_at FROM replays
               WHERE since = :since AND until = :until AND league = :league AND target = :target";
    let parameters = named_params! {
        ":since": nanoseconds(range.from),
        ":until": nanoseconds(range.to),
        ":league": league_key(range),
        ":target": target,
    };
    let kept = db.query_row(sql, parameters, |row| {
        let updated_at = Some(from_nanoseconds(row.get(2)?));
        Ok(ReplayProgress { through: row.get(0)?, sent: row.get(1)?, updated_at })
    });
    Ok(kept.optional()?.unwrap_or_default())
}

pub(super) fn save(
    db: &Connection,
    range: &ReplayRange,
    target: &str,
    progress: ReplayProgress,
) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO replays (since, until, league, target, through, sent, updated_at)
               VALUES (:since, :until, :league, :target, :through, :sent, :updated_at)";
    db.prepare_cached(sql)?.execute(named_params! {
        ":since": nanoseconds(range.from),
        ":until": nanoseconds(range.to),
        ":league": league_key(range),
        ":target": target,
        ":through": progress.through,
        ":sent": progress.sent,
        ":updated_at": progress.updated_at.map_or(0, nanoseconds),
    })?;
    Ok(())
}

pub(super) fn forget(db: &Connection, range: &ReplayRange, target: &str) -> Result<()> {
    let sql = "DELETE FROM replays
               WHERE since = :since AND until = :until AND league = :league AND target = :target";
    db.execute(
        sql,
        named_params! {
            ":since": nanoseconds(range.from),
            ":until": nanoseconds(range.to),
            ":league": league_key(range),
            ":target": target,
        },
    )?;
    Ok(())
}
