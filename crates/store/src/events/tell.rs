//! What a look at a game tells.

use std::sync::Arc;

use game_model::{Game, GameStatus, Seen, Story};
use influx_schema::from_nanoseconds;
use rusqlite::{Connection, Error, Result};
use tracing::warn;

use super::lateness::Timing;
use super::{Last, lateness, log};
use crate::games::Known;
use crate::writer::Batch;

/// What is known of a game before a look at it is recorded.
pub(crate) struct Past {
    /// The game at the look before; none where that was none, or it can not be read.
    previous: Option<Arc<Game>>,
    /// Its story; none where none was kept, or it can not be read.
    story: Option<Story>,
    /// Whether nothing more was expected of it.
    settled: bool,
}

impl Past {
    /// What the table of games says; none where the look says what is known already.
    pub fn of(batch: &Batch<'_>, known: Option<&Known>, game: &Game, seen: Seen) -> Result<Option<Self>> {
        let Some(known) = known else {
            return Ok(Some(Self { previous: None, story: None, settled: false }));
        };
        // The first look of somebody who watches may say what is known, and tells the schedule nevertheless.
        let is_first = seen.is_watched() && batch.looked_at(known.id).is_none();
        let tells = |story: Option<&Story>| is_first && story.is_some_and(Story::is_unwatched);
        if let Some(last) = batch.last(known.id, known.observed_at) {
            if *last.game == *game && !tells(Some(&last.story)) {
                return Ok(None);
            }
            let (previous, story) = (Some(Arc::clone(&last.game)), Some(last.story.clone()));
            return Ok(Some(Self { previous, story, settled: known.settled }));
        }
        let is_known = crate::games::json(game)?.as_bytes() == known.game;
        if is_known && !is_first {
            return Ok(None);
        }
        let story = known.story.as_deref().and_then(|json| read(game, "story", json));
        if is_known && !tells(story.as_ref()) {
            return Ok(None);
        }
        Ok(Some(Self {
            previous: read(game, "look", &known.game).map(Arc::new),
            story,
            settled: known.settled,
        }))
    }

    /// The story of the game as it was kept; one that was lost is found again in the log.
    fn story(&self, db: &Connection, game: &Game) -> Result<Story> {
        let is_lost = |story: &Story| *story == Story::default() && self.previous.is_some();
        match &self.story {
            Some(story) if !is_lost(story) => Ok(story.clone()),
            _ => recovered(db, game, self.previous.as_deref()),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(game: &Game, what: &str, json: &[u8]) -> Option<T> {
    serde_json::from_slice(json)
        .inspect_err(|error| {
            warn!(league = %game.league, game = %game.id, what, %error,
                "what the store keeps of a game can not be read: it is made of the rest that is kept");
        })
        .ok()
}

/// The story of a game, as far as the log of events and the newest look at it tell.
pub(super) fn recovered(db: &Connection, game: &Game, previous: Option<&Game>) -> Result<Story> {
    Ok(Story::recovered(previous, log::told(db, game)?))
}

/// Tells what changed of the game whose row is `id`, and keeps its story. Answers how many events that were.
pub(crate) fn tell(
    batch: &mut Batch<'_>,
    id: i64,
    past: Option<Past>,
    game: &Arc<Game>,
    observed_at: i64,
    seen: Seen,
) -> Result<u64> {
    let looked_at = batch.looked_at(id);
    if seen.is_watched() {
        batch.looked.insert(id, observed_at);
    }
    let Some(past) = past else {
        return Ok(0);
    };
    let mut next = past.story(batch.db, game)?;
    let mut previous = past.previous.as_deref();
    let mut told = 0;
    if seen == Seen::Imported && previous.is_none() {
        // Told by the first look of somebody who watches, as if this one had not been.
        if next == Story::default() {
            next = Story::of_unwatched(game);
        } else {
            next.see(previous, game);
        }
    } else if seen == Seen::Imported && (past.settled || next.is_unwatched()) {
        next.see(previous, game);
    } else {
        if seen.is_watched() && next.begin_to_watch() && game.status == GameStatus::Scheduled {
            previous = None;
        }
        let timing = Timing { looked_at, now: observed_at, seen };
        let late_after = batch.config.late_after;
        // Told long after the look, because the store did not take it.
        let waited = (batch.now - from_nanoseconds(observed_at)).to_std();
        let held_up = waited.is_ok_and(|waited| waited > lateness::OUTAGE);
        let late =
            previous.is_some_and(|previous| held_up || lateness::is_late(previous, game, timing, late_after));
        let mut events = next.tell(previous, game, from_nanoseconds(observed_at), late);
        if log::holds_any(batch.db, &events)? {
            warn!(league = %game.league, game = %game.id, "the story of a game is older than what was told of it: it is found again in the log");
            next = recovered(batch.db, game, previous)?;
            events = next.tell(previous, game, from_nanoseconds(observed_at), late);
        }
        for event in events {
            told += u64::from(log::add(batch, event)?);
        }
    }
    if past.story.as_ref() != Some(&next) {
        keep(batch.db, id, &next)?;
    }
    batch.last.insert(id, Some(Last { observed_at, game: Arc::clone(game), story: next }));
    Ok(told)
}

/// Keeps the story of a game.
pub(super) fn keep(db: &Connection, id: i64, story: &Story) -> Result<()> {
    let json = serde_json::to_string(story).map_err(|error| Error::ToSqlConversionFailure(error.into()))?;
    db.prepare_cached("UPDATE games SET story = ?2 WHERE id = ?1")?.execute((id, json))?;
    Ok(())
}
