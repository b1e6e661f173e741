//! The rows of deliveries.

use game_model::{Attempted, Delivery, DeliveryId, DeliveryState, EventNumber, LoggedEvent, WebhookId};
use influx_schema::{from_nanoseconds, nanoseconds};
use rusqlite::{Connection, OptionalExtension, Result, params};

use crate::events::read_event;
use crate::history::readable;

/// Settled deliveries of a webhook that are kept to be looked at; older ones go.
const SETTLED_KEPT: u32 = 200;

/// Which deliveries are asked for.
pub(super) enum Asked {
    /// Those that wait, of all webhooks.
    Waiting { after: DeliveryId },
    /// Those of one webhook that wait.
    WaitingFor { webhook: WebhookId, after: DeliveryId },
    /// The newest of one webhook, whatever became of them.
    Newest { webhook: WebhookId, before: Option<DeliveryId> },
}

/// Queues an event for a webhook.
pub(super) fn add(
    db: &Connection,
    webhook: i64,
    event: EventNumber,
    queued_at: i64,
    next_attempt_at: i64,
) -> Result<()> {
    let sql = "INSERT INTO deliveries (webhook, event, state, queued_at, next_attempt_at, attempts)
               VALUES (?1, ?2, ?3, ?4, ?5, 0)";
    let row = (webhook, event.0, DeliveryState::Pending.as_str(), queued_at, next_attempt_at);
    db.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

/// The deliveries that are asked for. One whose event can not be read is left out.
pub(super) fn list(db: &Connection, asked: &Asked, limit: usize) -> Result<Vec<Delivery>> {
    let select = "SELECT d.id, w.id, e.number, e.event, d.state, d.queued_at, d.next_attempt_at, d.attempts,
                  d.last_error, d.settled_at
                  FROM deliveries d JOIN webhooks w ON w.number = d.webhook JOIN events e ON e.number = d.event";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let theirs = |db: &Connection, id: &WebhookId| {
        let sql = "SELECT number FROM webhooks WHERE id = ?1";
        db.prepare_cached(sql)?.query_row([&id.0], |row| row.get::<_, i64>(0)).optional()
    };
    let (choice, first, second) = match asked {
        Asked::Waiting { after } => {
            ("d.settled_at IS NULL AND d.id > ?1 AND ?2 IS NOT NULL ORDER BY d.id", after.0, 0)
        }
        Asked::WaitingFor { webhook, after } => match theirs(db, webhook)? {
            Some(number) => {
                ("d.settled_at IS NULL AND d.id > ?1 AND d.webhook = ?2 ORDER BY d.id", after.0, number)
            }
            None => return Ok(Vec::new()),
        },
        Asked::Newest { webhook, before } => match theirs(db, webhook)? {
            Some(number) => {
                let before = before.map_or(u64::MAX >> 1, |before| before.0);
                ("d.id < ?1 AND d.webhook = ?2 ORDER BY d.id DESC", before, number)
            }
            None => return Ok(Vec::new()),
        },
    };
    let mut statement = db.prepare_cached(&format!("{select} WHERE {choice} LIMIT ?3"))?;
    // An event goes to many webhooks, whose deliveries follow each other: it is read once for all of them.
    let mut known = None;
    let rows = statement.query_map((first, second, limit), |row| delivery(row, &mut known))?;
    rows.filter_map(Result::transpose).collect()
}

fn delivery(row: &rusqlite::Row<'_>, known: &mut Option<LoggedEvent>) -> Result<Option<Delivery>> {
    Ok(readable(row.get(0)?, read(row, known))?.flatten())
}

fn read(row: &rusqlite::Row<'_>, known: &mut Option<LoggedEvent>) -> Result<Option<Delivery>> {
    let number = EventNumber(row.get(2)?);
    let event = match known {
        Some(event) if event.number == number => event.clone(),
        _ => {
            let Some(event) = read_event(number, row.get_ref(3)?.as_bytes()?) else {
                return Ok(None);
            };
            known.insert(LoggedEvent { number, event }).clone()
        }
    };
    let settled_at: Option<i64> = row.get(9)?;
    let state = match row.get_ref(4)?.as_str()? {
        "delivered" => DeliveryState::Delivered,
        _ if settled_at.is_some() => DeliveryState::Failed,
        _ => DeliveryState::Pending,
    };
    Ok(Some(Delivery {
        id: DeliveryId(row.get(0)?),
        webhook: WebhookId(row.get(1)?),
        event,
        state,
        queued_at: from_nanoseconds(row.get(5)?),
        next_attempt_at: from_nanoseconds(row.get(6)?),
        attempts: row.get(7)?,
        last_error: row.get(8)?,
        settled_at: settled_at.map(from_nanoseconds),
    }))
}

/// Keeps what became of an attempt; of a delivery that no longer waits, nothing.
pub(super) fn settle(db: &Connection, id: DeliveryId, attempted: &Attempted, now: i64) -> Result<()> {
    let (state, next, error) = match attempted {
        Attempted::Delivered => (DeliveryState::Delivered, None, None),
        Attempted::Retry { at, error } => (DeliveryState::Pending, Some(nanoseconds(*at)), Some(error)),
        Attempted::GivenUp { error } => (DeliveryState::Failed, None, Some(error)),
    };
    let settled_at = (state != DeliveryState::Pending).then_some(now);
    let sql = "UPDATE deliveries SET state = ?2, next_attempt_at = coalesce(?3, next_attempt_at),
               attempts = attempts + 1, last_error = coalesce(?4, last_error), settled_at = ?5
               WHERE id = ?1 AND settled_at IS NULL RETURNING webhook";
    let row = params![id.0, state.as_str(), next, error, settled_at];
    let webhook: Option<i64> = db.prepare_cached(sql)?.query_row(row, |row| row.get(0)).optional()?;
    if let (Some(webhook), true) = (webhook, settled_at.is_some()) {
        forget_old(db, webhook)?;
    }
    Ok(())
}

fn forget_old(db: &Connection, webhook: i64) -> Result<()> {
    let sql = format!(
        "DELETE FROM deliveries WHERE webhook = ?1 AND settled_at IS NOT NULL AND id <= (
             SELECT id FROM deliveries WHERE webhook = ?1 ORDER BY id DESC LIMIT 1 OFFSET {SETTLED_KEPT})"
    );
    db.prepare_cached(&sql)?.execute([webhook])?;
    Ok(())
}
