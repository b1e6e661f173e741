//! Events that the clock tells: starts that are near.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Change, EventKind, Game, GameEvent, GameStatus, Story};
use influx_schema::{from_nanoseconds, nanoseconds};
use rusqlite::{Connection, OptionalExtension, Result, Row};
use tracing::warn;

use super::{log, tell};
use crate::webhooks;
use crate::writer::{Batch, Work};

/// What is known of a game is not told any more if it was not looked at for so long: the slates of the days ahead are
/// asked every 12 h.
const KNOWN_FOR: TimeDelta = TimeDelta::hours(13);

/// Tells the starts that are so many minutes away.
pub(crate) struct TellPregames {
    pub minutes: Vec<u32>,
}

impl Work for TellPregames {
    type Output = Option<DateTime<Utc>>;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<Self::Output> {
        let minutes = wanted(batch, &self.minutes)?;
        let now = batch.now;
        let starts = starts(batch.db, now)?;
        let mut next: Option<DateTime<Utc>> = None;
        for (id, start) in starts {
            let (due, to_come): (Vec<_>, Vec<_>) = minutes
                .iter()
                .map(|minutes| (*minutes, told_at(start, *minutes)))
                .partition(|(_, at)| *at <= now);
            next = next.into_iter().chain(to_come.into_iter().map(|(_, at)| at)).min();
            // Before the source was asked after a start, nobody knows whether the game was put off meanwhile.
            if !due.is_empty() && is_known(batch, id) {
                tell_start(batch, id, &due)?;
            }
        }
        Ok(next)
    }
}

/// The minutes that anybody wants, each once.
fn wanted(batch: &mut Batch<'_>, given: &[u32]) -> Result<BTreeSet<u32>> {
    let hooks = webhooks::listening(batch)?;
    let theirs = hooks.iter().map(|hook| &hook.filter).filter(|filter| filter.wants(EventKind::Pregame));
    Ok(given.iter().copied().chain(theirs.map(|filter| filter.pregame_minutes)).collect())
}

/// Whether the game was looked at since the start, and lately.
fn is_known(batch: &Batch<'_>, id: i64) -> bool {
    batch.looked_at(id).is_some_and(|at| batch.now - from_nanoseconds(at) < KNOWN_FOR)
}

fn told_at(start: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
    start.checked_sub_signed(TimeDelta::minutes(minutes.into())).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// The games that may begin, and when.
fn starts(db: &Connection, now: DateTime<Utc>) -> Result<Vec<(i64, DateTime<Utc>)>> {
    let sql = "SELECT id, start FROM games WHERE settled = 0 AND start > ?1 ORDER BY start, id";
    let mut statement = db.prepare_cached(sql)?;
    let rows =
        statement.query_map([nanoseconds(now)], |row| Ok((row.get(0)?, from_nanoseconds(row.get(1)?))))?;
    rows.collect()
}

/// The bytes of a text, which a damaged file may hold in no form of text.
fn bytes(row: &Row<'_>, column: usize) -> Result<Option<Vec<u8>>> {
    Ok(row.get_ref(column)?.as_bytes_or_null()?.map(<[u8]>::to_owned))
}

/// Tells one start for each of these minutes, unless it was.
fn tell_start(batch: &mut Batch<'_>, id: i64, due: &[(u32, DateTime<Utc>)]) -> Result<()> {
    let sql = "SELECT game, story FROM games WHERE id = ?1";
    let (game, story) = batch
        .db
        .prepare_cached(sql)?
        .query_row([id], |row| Ok((bytes(row, 0)?.unwrap_or_default(), bytes(row, 1)?)))?;
    let game: Game = match serde_json::from_slice(&game) {
        Ok(game) => game,
        Err(error) => {
            warn!(id, %error, "a game that the store keeps can not be read: its start is not told");
            return Ok(());
        }
    };
    if game.status != GameStatus::Scheduled || !game.start_confirmed {
        return Ok(());
    }
    let kept = story.and_then(|json| serde_json::from_slice::<Story>(&json).ok());
    let mut story = match kept {
        Some(story) => story,
        None => tell::recovered(batch.db, &game, Some(&game))?,
    };
    let game = Arc::new(game);
    for (minutes, at) in due {
        let change = Change::Pregame { start: game.start, minutes: *minutes };
        let late = (batch.now - *at).to_std().is_ok_and(|gap| gap > batch.config.late_after);
        let sequence = story.told(EventKind::Pregame).saturating_add(1);
        let event = GameEvent::new(&game, change, sequence, batch.now, late, None);
        if !is_told(batch.db, &event)? && log::add(batch, event)? {
            story.count(EventKind::Pregame);
            tell::keep(batch.db, id, &story)?;
            batch.last.insert(id, None);
        }
    }
    Ok(())
}

/// Most of what is due was told before: that is found out without making a row of it.
fn is_told(db: &Connection, event: &GameEvent) -> Result<bool> {
    let sql = "SELECT 1 FROM events WHERE id = ?1";
    Ok(db.prepare_cached(sql)?.query_row([&event.id.0], |_| Ok(())).optional()?.is_some())
}
