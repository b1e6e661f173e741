//! What the writer knows, and what it tells of it.

use std::path::Path;
use std::sync::Arc;

use game_model::{EventNumber, LoggedEvent, StorageReport};
use influx_schema::from_nanoseconds;
use outbox::Totals;
use tokio::sync::watch;

use crate::counters::Counters;
use crate::events::Recent;
use crate::room::Room;

/// What is true as of the last commit.
pub(crate) struct Known {
    pub counters: Counters,
    /// The time of the oldest row of history.
    pub oldest: Option<i64>,
    /// What was found at the start, for people.
    pub found: Vec<String>,
    /// How counters and tables differ, as the last audit found.
    pub differences: Vec<String>,
    /// Why the last write failed; none once one succeeded.
    pub failure: Option<String>,
}

/// Where it is told.
pub(crate) struct Told {
    pub report: watch::Sender<StorageReport>,
    pub totals: watch::Sender<Totals>,
    pub pending_bytes: watch::Sender<u64>,
    /// The time of the oldest row that was observed here.
    pub own_since: watch::Sender<Option<i64>>,
    /// The newest events.
    pub recent: Arc<Recent>,
    /// The number of the newest event.
    pub newest: watch::Sender<EventNumber>,
}

impl Known {
    fn reasons(&self, room: Room) -> Vec<String> {
        let mut reasons = self.found.clone();
        reasons.extend(self.failure.clone());
        reasons.extend(room.reasons(&self.counters));
        for difference in &self.differences {
            if !reasons.contains(difference) {
                reasons.push(difference.clone());
            }
        }
        reasons
    }
}

impl Told {
    /// Tells the events that were committed: first what they are, then that they are there.
    pub fn tell(&self, events: Vec<LoggedEvent>) {
        let Some((first, newest)) = events.first().zip(events.last()).map(|(a, b)| (a.number, b.number))
        else {
            return;
        };
        // Numbers are given without a gap: what lies between was committed by another program.
        if first.0 > self.newest.borrow().0.saturating_add(1) {
            self.recent.reset(EventNumber(first.0 - 1));
        }
        self.recent.add(events);
        self.newest.send_replace(newest);
    }

    /// Notices events that another program committed: they are read from the disk.
    pub fn notice(&self, newest: EventNumber) {
        if newest > *self.newest.borrow() {
            self.recent.reset(newest);
            self.newest.send_replace(newest);
        }
    }

    /// Tells what is true now of the database at `path`.
    pub fn publish(&self, path: &Path, outbox_max_bytes: u64, known: &Known, room: Room) {
        self.pending_bytes.send_replace(known.counters.pending_bytes);
        self.own_since.send_replace(known.counters.own_since);
        self.report.send_replace(StorageReport {
            path: path.display().to_string(),
            bytes: bytes_on_disk(path),
            observations: known.counters.observations,
            oldest: known.oldest.map(from_nanoseconds),
            events: self.newest.borrow().0,
            outbox_bytes: known.counters.pending_bytes,
            outbox_max_bytes,
            disk_free_bytes: room.disk_free,
            reasons: known.reasons(room),
        });
        // Last: who waits for the totals finds the report as it was made with them.
        let totals = known.counters.totals();
        self.totals.send_if_modified(|told| std::mem::replace(told, totals) != totals);
    }
}

/// The size of the database and its write-ahead log.
pub(crate) fn bytes_on_disk(path: &Path) -> u64 {
    let log = crate::open::beside(path, "-wal");
    [path, &log].iter().filter_map(|file| std::fs::metadata(file).ok()).map(|file| file.len()).sum()
}
