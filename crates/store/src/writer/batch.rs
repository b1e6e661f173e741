//! What a transaction works on.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use game_model::LoggedEvent;
use influx_schema::Point;
use rusqlite::{Connection, Result};

use crate::config::{StoreConfig, cutoff};
use crate::counters::Counters;
use crate::events::{Last, Looks};
use crate::history::{self, Recorded};
use crate::lines;
use crate::past::Changed;
use crate::room::Room;
use crate::webhooks;

/// The open transaction and what is to be true once it is committed.
pub(crate) struct Batch<'a> {
    pub db: &'a Connection,
    pub now: DateTime<Utc>,
    pub config: &'a StoreConfig,
    pub room: Room,
    pub counters: Counters,
    /// The time of the oldest row of history.
    pub oldest: Option<i64>,
    /// When games were looked at, by what was committed.
    pub looks: &'a Looks,
    /// When games are looked at in this transaction.
    pub looked: HashMap<i64, i64>,
    /// The newest looks at games by this transaction; none where the table is to be read.
    pub last: HashMap<i64, Option<Last>>,
    /// The newest rows of history of games, by this transaction, each with its id.
    pub rows: HashMap<i64, (i64, Arc<Recorded>)>,
    /// Which seasons it changes.
    pub changed: Changed,
    /// The events of this transaction.
    pub told: Vec<LoggedEvent>,
    /// The webhooks for which events are queued, once they were read.
    pub listening: Option<Rc<[webhooks::Row]>>,
    /// Lets other threads run where they want the processor as well, unless somebody waits for something urgent. Long
    /// work calls it now and then, so that it holds up readers for moments only.
    pub give_way: &'a dyn Fn(),
}

impl Batch<'_> {
    /// When the game was last looked at since the start.
    pub fn looked_at(&self, game: i64) -> Option<i64> {
        self.looked.get(&game).copied().or_else(|| self.looks.at(game))
    }

    /// The newest look at a game, where it is held and is that which the table has.
    pub fn last(&self, game: i64, observed_at: i64) -> Option<&Last> {
        let last = self.last.get(&game).map_or_else(|| self.looks.last(game), Option::as_ref);
        last.filter(|last| last.observed_at == observed_at)
    }

    /// The row of history with this id, which is the newest of the game.
    pub fn row(&self, game: i64, id: i64) -> Result<Option<Arc<Recorded>>> {
        let held = self.rows.get(&game).or_else(|| self.looks.row(game));
        match held.filter(|(held, _)| *held == id) {
            Some((_, row)) => Ok(Some(Arc::clone(row))),
            None => Ok(history::by_id(self.db, id)?.map(Arc::new)),
        }
    }

    /// The line of a point; none while InfluxDB is off, and where InfluxDB would drop it for its age.
    pub fn line(&self, point: &Point) -> Option<Vec<u8>> {
        let queue = self.config.queue.as_ref()?;
        (point.timestamp >= cutoff(self.now, queue.retention)).then(|| point.encode())
    }

    /// Whether there is room for a line that was just observed.
    pub fn has_room_for(&self, line: &[u8]) -> bool {
        self.room.takes(self.counters.pending_bytes, line)
    }

    /// Whether one more line of what was not queued earlier may be queued.
    pub fn has_room_for_backlog(&self) -> bool {
        self.room.takes_backlog(self.counters.pending_bytes)
    }

    /// Accepts a line and queues it, with the row of history that it stands in, if any.
    pub fn queue(&mut self, observation: Option<i64>, line: &[u8]) -> Result<()> {
        self.counters.accepted += 1;
        lines::append(self, observation, line).map(drop)
    }
}
