//! The counters that are kept in the transaction that changes what they count.

use outbox::{EntryId, Totals};
use rusqlite::{Connection, Result, named_params};

/// The one row of the table of counters, and the newest id of the outbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Lines ever queued.
    pub accepted: u64,
    /// Lines acknowledged.
    pub delivered: u64,
    /// Lines set aside, the discarded ones among them.
    pub set_aside: u64,
    /// Lines set aside and discarded since.
    pub discarded: u64,
    /// Lines accepted that wait in the history for room in the outbox.
    pub deferred: u64,
    /// Bytes of the lines acknowledged.
    pub delivered_bytes: u64,
    /// Bytes of the lines that wait.
    pub pending_bytes: u64,
    /// Rows of history.
    pub observations: u64,
    /// Rows of history up to this id were queued, or wait to be considered.
    pub queued_through: i64,
    /// The time of the oldest row that was observed here, not imported; none before the first.
    pub own_since: Option<i64>,
    /// The newest id that the outbox ever gave.
    pub newest: i64,
}

impl Counters {
    pub fn load(db: &Connection) -> Result<Self> {
        let newest = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'";
        let newest = db.prepare_cached(newest)?.query_row([], |row| row.get(0))?;
        let sql = "SELECT accepted, delivered, set_aside, delivered_bytes, pending_bytes, observations, queued_through,
                   deferred, discarded, own_since FROM counters WHERE only = 1";
        db.prepare_cached(sql)?.query_row([], |row| {
            Ok(Self {
                accepted: row.get(0)?,
                delivered: row.get(1)?,
                set_aside: row.get(2)?,
                delivered_bytes: row.get(3)?,
                pending_bytes: row.get(4)?,
                observations: row.get(5)?,
                queued_through: row.get(6)?,
                deferred: row.get(7)?,
                discarded: row.get(8)?,
                own_since: row.get(9)?,
                newest,
            })
        })
    }

    pub fn save(&self, db: &Connection) -> Result<()> {
        let sql = "UPDATE counters SET accepted = :accepted, delivered = :delivered, set_aside = :set_aside,
                   delivered_bytes = :delivered_bytes, pending_bytes = :pending_bytes,
                   observations = :observations, queued_through = :queued_through,
                   deferred = :deferred, discarded = :discarded, own_since = :own_since WHERE only = 1";
        db.prepare_cached(sql)?.execute(named_params! {
            ":accepted": self.accepted,
            ":delivered": self.delivered,
            ":set_aside": self.set_aside,
            ":delivered_bytes": self.delivered_bytes,
            ":pending_bytes": self.pending_bytes,
            ":observations": self.observations,
            ":queued_through": self.queued_through,
            ":deferred": self.deferred,
            ":discarded": self.discarded,
            ":own_since": self.own_since,
        })?;
        Ok(())
    }

    pub fn totals(&self) -> Totals {
        Totals {
            accepted: self.accepted,
            delivered: self.delivered,
            pending: self.accepted.saturating_sub(self.delivered).saturating_sub(self.set_aside),
            set_aside: self.set_aside,
            delivered_bytes: self.delivered_bytes,
            deferred: self.deferred,
            discarded: self.discarded,
            newest: EntryId(self.newest),
        }
    }
}
