//! How much may wait for InfluxDB: the bound of the outbox, and the disk's free space.

#[cfg(test)]
mod tests;

use std::path::Path;

use rusqlite::{Connection, Result};

use crate::config::StoreConfig;
use crate::counters::Counters;

/// What the disk and the settings allow at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// Whether anything is queued at all.
    on: bool,
    outbox_max_bytes: u64,
    disk_free_min_bytes: u64,
    /// Bytes free on the disk, where they could be found out.
    pub disk_free: Option<u64>,
    /// Bytes of the database's file that hold nothing any more: it writes there before it grows.
    reusable: u64,
}

impl Room {
    /// Looks at the disk that holds the database, and into the database.
    pub fn look(config: &StoreConfig, db: &Connection) -> Self {
        Self {
            on: config.queue.is_some(),
            outbox_max_bytes: config.outbox_max_bytes,
            disk_free_min_bytes: config.disk_free_min_bytes,
            disk_free: disk_free(&config.dir),
            // A database that can not be asked will say so where it is written to.
            reusable: reusable(db).unwrap_or_default(),
        }
    }

    /// Whether less than the floor is free, in the database's own file too: what has drained leaves its place
    /// there, and is never given back to the disk. A disk that does not say counts as large enough.
    pub fn disk_is_low(&self) -> bool {
        self.disk_free.is_some_and(|free| free.saturating_add(self.reusable) < self.disk_free_min_bytes)
    }

    /// Whether a line that was just observed can be queued while so many bytes wait.
    pub fn takes(&self, pending_bytes: u64, line: &[u8]) -> bool {
        !self.disk_is_low() && pending_bytes.saturating_add(line.len() as u64) <= self.outbox_max_bytes
    }

    /// Whether one more line of what was not queued earlier can be queued while so many bytes wait. A quarter of
    /// the outbox is left to what is observed meanwhile, so that live games are not held up behind a backlog.
    pub fn takes_backlog(&self, pending_bytes: u64) -> bool {
        let share = self.outbox_max_bytes - self.outbox_max_bytes / 4;
        self.on && !self.disk_is_low() && (pending_bytes == 0 || pending_bytes < share)
    }

    /// What a person should know, in sentences.
    pub fn reasons(&self, counters: &Counters) -> Vec<String> {
        let mut reasons = Vec::new();
        let Counters { deferred, pending_bytes, .. } = counters;
        let wait = match deferred {
            0 => "new points are deferred".into(),
            1 => "1 point is deferred".into(),
            more => format!("{more} points are deferred"),
        };
        if let Some(free) = self.disk_free.filter(|_| self.on && self.disk_is_low()) {
            reasons.push(format!(
                "{free} bytes are free on the disk of the database and DISK_FREE_MIN_BYTES asks for {}: {wait}, \
                 kept in the history and queued once there is room; make room on the disk",
                self.disk_free_min_bytes
            ));
        } else if *deferred > 0 && self.on {
            reasons.push(format!(
                "{wait}, kept in the history and queued once there is room: {pending_bytes} bytes wait for InfluxDB \
                 and OUTBOX_MAX_BYTES allows {}; look at what keeps InfluxDB from taking them",
                self.outbox_max_bytes
            ));
        } else if *deferred > 0 {
            reasons
                .push(format!("{wait}, kept in the history and queued once InfluxDB is switched on again"));
        }
        reasons
    }
}

fn reusable(db: &Connection) -> Result<u64> {
    // Cached, because each transaction asks.
    let free: u64 = db.prepare_cached("PRAGMA freelist_count")?.query_row([], |row| row.get(0))?;
    let size: u64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(free.saturating_mul(size))
}

/// Bytes that the service may still write on the disk of this path.
pub(crate) fn disk_free(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}
