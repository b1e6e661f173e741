//! What goes out in one request.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use influx_client::LineRefusal;
use outbox::{Entry, EntryId};

/// The most bytes of line protocol in one batch of several lines: well below the 10 MiB that InfluxDB 3 accepts.
pub const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Entries that wait, as many as go out in one request.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
    /// Their bytes, with newlines.
    pub bytes: usize,
    /// Whether more may wait behind them.
    pub more: bool,
}

impl Batch {
    /// The batch out of the entries found when `limit` were asked for: those up to `through`, as many as fit into
    /// the bound of bytes, and at least one.
    pub fn of(mut entries: Vec<Entry>, through: EntryId, limit: usize) -> Self {
        let found = entries.len();
        entries.truncate(entries.partition_point(|entry| entry.id <= through));
        let ends = entries.len() < found || entries.last().is_some_and(|last| last.id == through);
        let mut more = found >= limit && !ends;
        let mut bytes = 0;
        for (index, entry) in entries.iter().enumerate() {
            let size = entry.bytes.len() + 1;
            if index > 0 && bytes + size > MAX_BATCH_BYTES {
                entries.truncate(index);
                more = true;
                break;
            }
            bytes += size;
        }
        Self { entries, bytes, more }
    }
}

/// The body of a request: one line for each entry.
pub(crate) fn body(entries: &[Entry]) -> Bytes {
    if let [only] = entries {
        return only.bytes.clone();
    }
    let mut body = BytesMut::with_capacity(entries.iter().map(|entry| entry.bytes.len() + 1).sum());
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            body.extend_from_slice(b"\n");
        }
        body.extend_from_slice(&entry.bytes);
    }
    body.freeze()
}

/// The ids of entries.
pub(crate) fn ids(entries: &[Entry]) -> Vec<EntryId> {
    entries.iter().map(|entry| entry.id).collect()
}

/// Which entries the server refused, by their index, and why; none where it cannot be told.
///
/// A line's number names an entry only while each entry is one line: an entry that was damaged on disk and holds
/// a newline, or nothing, would shift the numbers, and the wrong entries would leave the outbox.
pub(crate) fn blamed(
    entries: &[Entry],
    reason: &str,
    lines: &[LineRefusal],
) -> Option<BTreeMap<usize, String>> {
    if let [_] = entries {
        let reason = lines.first().map_or(reason, |line| &line.reason);
        return Some(BTreeMap::from([(0, reason.to_owned())]));
    }
    let one_line = |entry: &Entry| !entry.bytes.is_empty() && !entry.bytes.contains(&b'\n');
    let within = |line: &LineRefusal| (1..=entries.len()).contains(&line.line);
    let told = !lines.is_empty() && lines.iter().all(within) && entries.iter().all(one_line);
    told.then(|| lines.iter().map(|line| (line.line - 1, line.reason.clone())).collect())
}
