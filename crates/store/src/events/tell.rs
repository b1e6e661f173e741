//! What a look at a game tells.

use std::sync::Arc;

use game_model::{Game, Seen, Story};
use influx_schema::from_nanoseconds;
use rusqlite::{Connection, Error, Result};
use tracing::warn;

use super::{Last, lateness, log};
use crate::games::Known;
use crate::writer::Batch;

/// What is known of a game before a look at it is recorded.
pub(crate) struct Past {
    /// The game at the look before; none where that was none, or it can not be read.
    previous: Option<Arc<Game>>,
    /// Its story; none where none was kept.
    story: Option<Story>,
    /// Whether nothing more was expected of it.
    settled: bool,
}

impl Past {
    /// What the table of games says; none where the look says what is known already.
    pub fn of(batch: &Batch<'_>, known: Option<&Known>, game: &Game) -> Result<Option<Self>> {
        let Some(known) = known else {
            return Ok(Some(Self { previous: None, story: None, settled: false }));
        };
        if let Some(last) = batch.last(known.id, known.observed_at) {
            if *last.game == *game {
                return Ok(None);
            }
            let (previous, story) = (Some(Arc::clone(&last.game)), Some(last.story.clone()));
            return Ok(Some(Self { previous, story, settled: known.settled }));
        }
        if crate::games::json(game)?.as_bytes() == known.game {
            return Ok(None);
        }
        let story = known.story.as_deref().and_then(|json| read(game, "story", json));
        Ok(Some(Self {
            previous: read(game, "look", &known.game).map(Arc::new),
            story,
            settled: known.settled,
        }))
    }
}

fn read<T: serde::de::DeserializeOwned>(game: &Game, what: &str, json: &[u8]) -> Option<T> {
    serde_json::from_slice(json)
        .inspect_err(|error| {
            warn!(league = %game.league, game = %game.id, what, %error,
                "what the store keeps of a game can not be read: it counts as never seen");
        })
        .ok()
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
    if seen == Seen::Watched {
        batch.looked.insert(id, observed_at);
    }
    let Some(Past { previous, story, settled }) = past else {
        return Ok(0);
    };
    let previous = previous.as_deref();
    let mut next = story.clone().or_else(|| previous.map(Story::of)).unwrap_or_default();
    let mut told = 0;
    if seen == Seen::Imported && (settled || previous.is_none()) {
        next.see(previous, game);
    } else {
        let late = previous.is_some_and(|previous| {
            seen == Seen::Imported
                || lateness::is_late(previous, looked_at, observed_at, batch.config.late_after)
        });
        for event in next.tell(previous, game, from_nanoseconds(observed_at), late) {
            told += u64::from(log::add(batch, event)?);
        }
    }
    if story.as_ref() != Some(&next) {
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
