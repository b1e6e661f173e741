//! How an observation becomes rows of history, lines for InfluxDB, and events.

use std::sync::Arc;
use std::time::Duration;

use game_model::{Committed, Game, GameStatus, Observation};
use influx_schema::{Point, RUN_OF_CORRECTIONS, nanoseconds};
use rusqlite::Result;

use crate::events;
use crate::games::{self, Known};
use crate::history::{self, Added, Recorded};
use crate::writer::{Batch, Work};

/// Commits what one poll saw.
pub(crate) struct Record(pub Observation);

impl Work for Record {
    type Output = Committed;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<Committed> {
        let mut committed = Committed::default();
        let Observation { observed_at, games, seen, .. } = &self.0;
        for game in games {
            let known = games::find(batch.db, game)?;
            // A game's time never goes backwards, whatever the clock does.
            let observed_at = nanoseconds(*observed_at);
            let observed_at = known
                .as_ref()
                .map_or(observed_at, |known| observed_at.max(known.observed_at.saturating_add(1)));
            let past = events::Past::of(batch, known.as_ref(), game, *seen)?;
            let id = record(batch, known, game, observed_at, &mut committed)?;
            committed.events += events::tell(batch, id, past, game, observed_at, *seen)?;
        }
        Ok(committed)
    }
}

/// Adds what is new about a game as observed, and answers the id of its row.
fn record(
    batch: &mut Batch<'_>,
    known: Option<Known>,
    game: &Game,
    observed_at: i64,
    committed: &mut Committed,
) -> Result<i64> {
    let last = match &known {
        Some(known) => batch.row(known.id, known.observation)?,
        None => None,
    };
    let previous = known.as_ref().and_then(|known| batch.last(known.id, known.observed_at));
    let previous = previous.map(|last| Arc::clone(&last.game));
    let mut point = Point::observe(game, observed_at, None);
    if let (Some(known), Some(last)) = (&known, &last) {
        if game.status != GameStatus::Live && repeats(&last.point, &point, game) {
            committed.unchanged += 1;
            games::refresh(batch.db, &mut batch.changed, known, game, observed_at)?;
            return Ok(known.id);
        }
        if game.status == GameStatus::Live
            && only_the_clock_moved(&last.point, &point, batch.config.history_clock)
            && thin(batch, known, previous.as_deref(), game, &point, committed)?
        {
            return Ok(known.id);
        }
    }
    let known = match known {
        Some(known) => known,
        None => games::insert(batch.db, game)?,
    };
    if !game.status.moves_with_time() {
        let taken = history::newest_taken(batch.db, known.id, game.status, point.timestamp)?;
        point = Point::observe(game, observed_at, taken);
    }
    let looks = Looks { previous: previous.as_deref(), game, last: last.as_deref() };
    add_row(batch, &known, &looks, point, committed)?;
    Ok(known.id)
}

/// Does without a row: queues the line alone. Says whether it did: without room in the outbox the line needs a row
/// to wait in.
fn thin(
    batch: &mut Batch<'_>,
    known: &Known,
    previous: Option<&Game>,
    game: &Game,
    point: &Point,
    committed: &mut Committed,
) -> Result<bool> {
    if let Some(line) = batch.line(point) {
        if !batch.has_room_for(&line) {
            return Ok(false);
        }
        batch.queue(None, &line)?;
        committed.queued += 1;
    }
    games::update(batch.db, &mut batch.changed, known, previous, game, point.observed_at, known.observation)?;
    committed.thinned += 1;
    Ok(true)
}

/// A look at a game, and the one before it.
struct Looks<'a> {
    /// The game at the look before, where that is held.
    previous: Option<&'a Game>,
    game: &'a Game,
    /// The newest row of history.
    last: Option<&'a Recorded>,
}

/// Adds a row, and queues its line or leaves it to wait in the row.
fn add_row(
    batch: &mut Batch<'_>,
    known: &Known,
    looks: &Looks<'_>,
    point: Point,
    committed: &mut Committed,
) -> Result<()> {
    let Looks { previous, game, last } = *looks;
    let line = batch.line(&point);
    let deferred = line.as_ref().is_some_and(|line| !batch.has_room_for(line));
    let added = history::insert(batch.db, known.id, game.status, &point, last, deferred)?;
    let Added { id, series, venue } = added;
    games::update(batch.db, &mut batch.changed, known, previous, game, point.observed_at, id)?;
    batch.counters.observations += 1;
    batch.counters.own_since.get_or_insert(point.observed_at);
    batch.oldest = Some(batch.oldest.map_or(point.observed_at, |oldest| oldest.min(point.observed_at)));
    if batch.config.queue.is_some() {
        batch.counters.queued_through = id;
    }
    committed.recorded += 1;
    match line {
        Some(_) if deferred => {
            batch.counters.accepted += 1;
            batch.counters.deferred += 1;
            committed.deferred += 1;
        }
        Some(line) => {
            batch.queue(Some(id), &line)?;
            committed.queued += 1;
        }
        None => {}
    }
    batch.rows.insert(known.id, (id, Arc::new(Recorded { series, venue, point })));
    Ok(())
}

/// Whether `next` says what `last` said, its time aside. A start that moved is something new to say.
fn repeats(last: &Point, next: &Point, game: &Game) -> bool {
    let same_start = game.status.moves_with_time()
        || (next.timestamp..next.timestamp.saturating_add(RUN_OF_CORRECTIONS)).contains(&last.timestamp);
    same_start && last.same_but_for_time(next)
}

/// Whether `next` says what `last` said less than `within` ago, the clock of the game aside.
fn only_the_clock_moved(last: &Point, next: &Point, within: Duration) -> bool {
    let age = next.observed_at.saturating_sub(last.observed_at);
    if u128::try_from(age).is_ok_and(|age| age >= within.as_nanos()) {
        return false;
    }
    // Taken from `last`, so that a field that a point gains is compared without being named here.
    let next = Point { time_remaining: last.time_remaining.clone(), ..next.clone() };
    last.same_but_for_time(&next)
}
