//! The rows of registered webhooks.

use std::time::Duration;

use game_model::{EventFilter, SealedSecret, TeamFilter, TeamQuery, Webhook, WebhookId};
use influx_schema::{from_nanoseconds, nanoseconds};
use rusqlite::{Connection, Error, OptionalExtension, Result};
use serde::{Deserialize, Serialize};
use tracing::warn;

use crate::history::readable;

/// A webhook and its number.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub number: i64,
    pub webhook: Webhook,
}

/// A filter as it is kept: by names.
#[derive(Debug, Serialize, Deserialize)]
struct Filter {
    leagues: Vec<String>,
    teams: Vec<String>,
    kinds: Vec<String>,
    pregame_minutes: u32,
}

impl From<&EventFilter> for Filter {
    fn from(filter: &EventFilter) -> Self {
        Self {
            leagues: filter.leagues.iter().map(|league| league.key.into()).collect(),
            teams: filter.teams.queries().iter().map(TeamQuery::as_str).map(Into::into).collect(),
            kinds: filter.kinds.iter().map(|kind| kind.as_str().into()).collect(),
            pregame_minutes: filter.pregame_minutes,
        }
    }
}

/// The filter of its names; none where one of them is not known, as another version of the service may have kept it.
fn filter(json: &str) -> Option<EventFilter> {
    let Filter { leagues, teams, kinds, pregame_minutes } = serde_json::from_str(json).ok()?;
    Some(EventFilter {
        leagues: leagues.iter().map(|league| league.parse().ok()).collect::<Option<_>>()?,
        teams: teams.iter().collect::<TeamFilter>(),
        kinds: kinds.iter().map(|kind| kind.parse().ok()).collect::<Option<_>>()?,
        pregame_minutes,
    })
}

fn json(filter: &EventFilter) -> Result<String> {
    serde_json::to_string(&Filter::from(filter)).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

fn milliseconds(delay: Duration) -> i64 {
    i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)
}

/// What `paused` says: a person wants it so, and the service holds it. Any of them pauses for an older service.
const PAUSED: i64 = 1;
const HELD: i64 = 2;

fn pauses(webhook: &Webhook) -> i64 {
    (i64::from(webhook.paused) * PAUSED) | (i64::from(webhook.held) * HELD)
}

const COLUMNS: &str = "number, id, url, filter, delay_ms, paused, secret, created_at";

/// The webhook of a row; none where it is damaged, or of a version that says more than this one knows.
fn row(row: &rusqlite::Row<'_>) -> Result<Option<Row>> {
    Ok(readable(row.get(0)?, read(row))?.flatten())
}

fn read(row: &rusqlite::Row<'_>) -> Result<Option<Row>> {
    let id = WebhookId(row.get(1)?);
    let Some(filter) = filter(row.get_ref(3)?.as_str()?) else {
        warn!(webhook = %id, "what a webhook wants can not be read: nothing is queued for it; register it again");
        return Ok(None);
    };
    let pauses: i64 = row.get(5)?;
    Ok(Some(Row {
        number: row.get(0)?,
        webhook: Webhook {
            id,
            url: row.get(2)?,
            filter,
            delay: Duration::from_millis(row.get(4)?),
            paused: pauses & PAUSED != 0,
            held: pauses & HELD != 0,
            secret: SealedSecret(row.get(6)?),
            created_at: from_nanoseconds(row.get(7)?),
        },
    }))
}

/// All that can be read, in the order in which they were registered.
pub(super) fn all(db: &Connection) -> Result<Vec<Row>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks ORDER BY number");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([], row)?;
    rows.filter_map(Result::transpose).collect()
}

pub(super) fn one(db: &Connection, id: &WebhookId) -> Result<Option<Row>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([&id.0], row).optional()?.flatten())
}

pub(super) fn count(db: &Connection) -> Result<usize> {
    let count: u64 = db.prepare_cached("SELECT count(*) FROM webhooks")?.query_row([], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Adds a webhook, and says whether its id was free.
pub(super) fn insert(db: &Connection, webhook: &Webhook) -> Result<bool> {
    let sql = "INSERT INTO webhooks (id, url, filter, delay_ms, paused, secret, created_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING";
    let row = (
        &webhook.id.0,
        &webhook.url,
        json(&webhook.filter)?,
        milliseconds(webhook.delay),
        pauses(webhook),
        &webhook.secret.0,
        nanoseconds(webhook.created_at),
    );
    Ok(db.prepare_cached(sql)?.execute(row)? > 0)
}

pub(super) fn update(db: &Connection, row: &Row) -> Result<()> {
    let sql = "UPDATE webhooks SET url = ?2, filter = ?3, delay_ms = ?4, paused = ?5, secret = ?6
               WHERE number = ?1";
    let Row { number, webhook } = row;
    let row = (
        number,
        &webhook.url,
        json(&webhook.filter)?,
        milliseconds(webhook.delay),
        pauses(webhook),
        &webhook.secret.0,
    );
    db.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

pub(super) fn delete(db: &Connection, id: &WebhookId) -> Result<bool> {
    Ok(db.prepare_cached("DELETE FROM webhooks WHERE id = ?1")?.execute([&id.0])? > 0)
}
