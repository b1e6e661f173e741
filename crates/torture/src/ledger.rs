//! The service's own database, read beside it: what it accepted, and what became of it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use rusqlite::{Connection, OpenFlags};

use crate::point::{Fields, Point, Value};

/// Name of the database in the data folder.
const DATABASE: &str = "sports.db";

/// The version of its tables that is read here. A service that was killed while it made them leaves an older one.
const VERSION: u32 = 2;

/// How long the service's own lock is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What the counters and the tables say at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Points ever queued.
    pub accepted: u64,
    /// Points that the server took.
    pub written: u64,
    /// Points that wait, the deferred ones among them.
    pub pending: u64,
    /// Points that wait in the history, as there was no room.
    pub deferred: u64,
    /// Points that the server refused.
    pub dead_lettered: u64,
    /// Rows of history.
    pub observations: u64,
}

impl Totals {
    /// That every accepted point is in one of the three states, and that no count went back behind what was true
    /// before.
    pub fn check(&self, before: &Self) -> anyhow::Result<()> {
        let known = self.written + self.pending + self.dead_lettered;
        ensure!(self.accepted == known, "accepted is not written + pending + dead-lettered: {self:?}");
        ensure!(self.accepted >= before.accepted, "accepted went from {} to {self:?}", before.accepted);
        ensure!(self.written >= before.written, "written went from {} to {self:?}", before.written);
        ensure!(
            self.dead_lettered >= before.dead_lettered,
            "dead-lettered went from {} to {self:?}",
            before.dead_lettered
        );
        Ok(())
    }
}

/// The database of a service, open for reading.
#[derive(Debug)]
pub struct Ledger(Connection);

impl Ledger {
    /// Opens the database in a data folder; none where the service did not come so far as to make its tables.
    pub fn open(data: &Path) -> anyhow::Result<Option<Self>> {
        let path = data.join(DATABASE);
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = Connection::open_with_flags(&path, flags);
        let db = open.with_context(|| format!("{} cannot be opened", path.display()))?;
        db.busy_timeout(BUSY_TIMEOUT)?;
        let version = db.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
        let version = version.with_context(|| format!("{} cannot be read", path.display()))?;
        Ok((version >= VERSION).then_some(Self(db)))
    }

    /// The counters, and the tables that they count: they have to agree.
    pub fn totals(&self) -> anyhow::Result<Totals> {
        let sql = "SELECT accepted, delivered, (SELECT count(*) FROM outbox) + deferred,
                          deferred, (SELECT count(*) FROM observations WHERE deferred = 1),
                          set_aside, (SELECT count(*) FROM dead_letters) + discarded,
                          observations, (SELECT count(*) FROM observations),
                          pending_bytes, (SELECT coalesce(sum(length(line)), 0) FROM outbox) FROM counters";
        let (totals, pairs) = self.0.query_row(sql, [], |row| {
            let totals = Totals {
                accepted: row.get(0)?,
                written: row.get(1)?,
                pending: row.get(2)?,
                deferred: row.get(3)?,
                dead_lettered: row.get(5)?,
                observations: row.get(7)?,
            };
            let pair =
                |first: usize| Ok::<(u64, u64), rusqlite::Error>((row.get(first)?, row.get(first + 1)?));
            let pairs = [
                ("deferred", pair(3)?),
                ("dead letters", pair(5)?),
                ("observations", pair(7)?),
                ("bytes", pair(9)?),
            ];
            Ok((totals, pairs))
        })?;
        for (what, (counted, there)) in pairs {
            ensure!(counted == there, "{what}: the counter says {counted}, the table has {there}");
        }
        Ok(totals)
    }

    /// That no page of the database is damaged.
    pub fn check_integrity(&self) -> anyhow::Result<()> {
        let verdict: String = self.0.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        ensure!(verdict == "ok", "the database is damaged: {verdict}");
        Ok(())
    }

    /// Every observation as the point that it is.
    pub fn observed(&self) -> anyhow::Result<Vec<Point>> {
        let sql = "SELECT s.text, s.period_field, o.timestamp, o.away_score, o.home_score, o.observed_at,
                          o.time_remaining, o.period, v.name
                   FROM observations o JOIN series s ON s.id = o.series LEFT JOIN venues v ON v.id = o.venue";
        let mut statement = self.0.prepare(sql)?;
        let rows = statement.query_map([], |row| {
            let series: String = row.get(0)?;
            let period: Option<String> = row.get(7)?;
            let venue: Option<String> = row.get(8)?;
            let mut fields = Fields::from([
                ("away_score".into(), Value::Integer(row.get(3)?)),
                ("home_score".into(), Value::Integer(row.get(4)?)),
                ("observed_at".into(), Value::Integer(row.get(5)?)),
                ("time_remaining".into(), Value::Text(row.get(6)?)),
            ]);
            if let Some(period) = period {
                fields.insert(row.get(1)?, Value::Text(period));
            }
            if let Some(venue) = venue {
                fields.insert("venue".into(), Value::Text(venue));
            }
            Ok(Point { series, time: row.get(2)?, fields })
        })?;
        let points = rows.map(|point| {
            let point = point?;
            // The series is kept as it is written; it is compared without its escapes.
            let series = Point::parse(&format!("{} any=0i 0", point.series))?.series;
            Ok(Point { series, ..point })
        });
        points.collect()
    }

    /// The points that wait.
    pub fn pending(&self) -> anyhow::Result<Vec<Point>> {
        self.lines("SELECT line FROM outbox")
    }

    /// The points that the server refused.
    pub fn dead_letters(&self) -> anyhow::Result<Vec<Point>> {
        self.lines("SELECT line FROM dead_letters")
    }

    /// Why points were refused, each reason with how often.
    pub fn reasons(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let sql = "SELECT reason, count(*) FROM dead_letters GROUP BY reason ORDER BY 2 DESC";
        let mut statement = self.0.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn lines(&self, sql: &str) -> anyhow::Result<Vec<Point>> {
        let mut statement = self.0.prepare(sql)?;
        let lines = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        lines.map(|line| Point::parse(&String::from_utf8(line?)?)).collect()
    }
}

#[cfg(test)]
mod tests;
