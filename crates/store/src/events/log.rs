//! The rows of the log of events.

use std::sync::Arc;

use game_model::{Change, EventFilter, EventKind, EventNumber, EventPage, Game, GameEvent, LoggedEvent};
use influx_schema::nanoseconds;
use rusqlite::{Connection, Error, OptionalExtension, Result};
use tracing::warn;

use crate::webhooks;
use crate::writer::Batch;

/// Rows that one question looks at, at most.
const LOOKED_AT: usize = 1_000;

/// Adds an event with its deliveries, unless one with its id was told before, and says whether it did.
pub(crate) fn add(batch: &mut Batch<'_>, event: GameEvent) -> Result<bool> {
    let json = serde_json::to_string(&event).map_err(|error| Error::ToSqlConversionFailure(error.into()))?;
    let committed_at = nanoseconds(batch.now);
    let sql = "INSERT INTO events (id, league, game, kind, sequence, observed_at, committed_at, late, event)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING RETURNING number";
    let row = (
        &event.id.0,
        event.game.league.key,
        &event.game.id.0,
        event.kind().as_str(),
        event.sequence,
        nanoseconds(event.observed_at),
        committed_at,
        event.late,
        json,
    );
    let number: Option<u64> = batch.db.prepare_cached(sql)?.query_row(row, |row| row.get(0)).optional()?;
    let Some(number) = number else {
        return Ok(false);
    };
    let event = LoggedEvent { number: EventNumber(number), event: Arc::new(event) };
    webhooks::queue(batch, &event)?;
    batch.told.push(event);
    Ok(true)
}

/// Whether an event with the id of one of these was told.
pub(super) fn holds_any(db: &Connection, events: &[GameEvent]) -> Result<bool> {
    let mut statement = db.prepare_cached("SELECT 1 FROM events WHERE id = ?1")?;
    for event in events {
        if statement.exists([&event.id.0])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What was told of a game: kind, number, and the change where it can be read.
pub(super) fn told(db: &Connection, game: &Game) -> Result<Vec<(EventKind, u32, Option<Change>)>> {
    // By the ids, which begin with the game's: they are indexed.
    let first = format!("{}-{}-", game.league.key, game.id);
    let beyond = format!("{}-{}.", game.league.key, game.id);
    let sql = "SELECT kind, sequence, event FROM events WHERE id >= ?1 AND id < ?2 AND game = ?3";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query((first, beyond, &game.id.0))?;
    let mut told = Vec::new();
    while let Some(row) = rows.next()? {
        // A kind of another version of the service is none of this one's to number.
        if let Some(kind) = row.get_ref(0)?.as_str().ok().and_then(|kind| kind.parse().ok()) {
            let event = serde_json::from_slice::<GameEvent>(row.get_ref(2)?.as_bytes()?);
            told.push((kind, row.get(1)?, event.ok().map(|event| event.change)));
        }
    }
    Ok(told)
}

/// The number of the newest event that was ever committed.
pub(crate) fn newest(db: &Connection) -> Result<EventNumber> {
    let sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'";
    Ok(EventNumber(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?))
}

/// The number of the oldest event that is kept, or the one after the newest.
pub(super) fn oldest(db: &Connection) -> Result<EventNumber> {
    let oldest: Option<u64> =
        db.prepare_cached("SELECT min(number) FROM events")?.query_row([], |row| row.get(0))?;
    match oldest {
        Some(oldest) => Ok(EventNumber(oldest)),
        None => Ok(EventNumber(newest(db)?.0 + 1)),
    }
}

/// The events after this one that pass the filter.
pub(super) fn page(
    db: &Connection,
    after: EventNumber,
    filter: &EventFilter,
    limit: usize,
) -> Result<EventPage> {
    let sql = format!(
        "SELECT number, event, league, kind FROM events WHERE number > ?1 ORDER BY number LIMIT {LOOKED_AT}"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([after.0])?;
    let mut page = EventPage { through: after, ..EventPage::default() };
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        let number = EventNumber(row.get(0)?);
        let event = if may_pass(filter, row.get_ref(2)?.as_bytes()?, row.get_ref(3)?.as_bytes()?) {
            read(number, row.get_ref(1)?.as_bytes()?).filter(|event| filter.matches(event))
        } else {
            None
        };
        if event.is_some() && page.events.len() >= limit {
            page.more = true;
            return Ok(page);
        }
        page.events.extend(event.map(|event| LoggedEvent { number, event }));
        page.through = number;
        looked_at += 1;
    }
    page.more = looked_at == LOOKED_AT;
    Ok(page)
}

/// Whether an event of this league and kind may pass: most of what does not is found out without reading it.
fn may_pass(filter: &EventFilter, league: &[u8], kind: &[u8]) -> bool {
    (filter.leagues.is_empty() || filter.leagues.iter().any(|wanted| wanted.key.as_bytes() == league))
        && (filter.kinds.is_empty() || filter.kinds.iter().any(|wanted| wanted.as_str().as_bytes() == kind))
}

/// The event of a row. What another version of the service wrote and this one can not read is left out.
pub(crate) fn read(number: EventNumber, json: &[u8]) -> Option<Arc<GameEvent>> {
    serde_json::from_slice(json)
        .inspect_err(|error| {
            warn!(number = number.0, %error, "an event that the store keeps can not be read: it is left out");
        })
        .ok()
        .map(Arc::new)
}
