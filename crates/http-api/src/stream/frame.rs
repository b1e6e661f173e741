//! What is sent, in the format of server-sent events.

use bytes::Bytes;
use game_model::{EventKind, EventNumber};
use serde::Serialize;

/// A client that lost its connection comes back after so many milliseconds.
const RETRY_MILLISECONDS: u32 = 3_000;

/// A line that means nothing: the client hears that the connection lives, and the server that the client does.
pub(super) const HEARTBEAT: &[u8] = b": still here\n";

/// An event.
pub(super) fn event(number: EventNumber, kind: EventKind, body: &[u8]) -> Vec<u8> {
    block(number, kind.as_str(), body)
}

/// The beginning: when to come back, and the place from which the client goes on if nothing comes before that.
pub(super) fn beginning(after: EventNumber) -> Vec<u8> {
    format!("retry: {RETRY_MILLISECONDS}\n{}", place(after)).into_bytes()
}

/// Tells that everything up to here was looked at. It is no event: browsers just remember the place.
pub(super) fn place(after: EventNumber) -> String {
    format!("id: {}\n\n", after.0)
}

/// What does not follow on what the client had last, and why.
#[derive(Debug, Serialize)]
pub(super) struct Gap<'a> {
    pub(super) detail: &'a str,
    /// What the client had last.
    pub(super) last_event_id: u64,
    /// What follows comes after this one.
    pub(super) continues_after: u64,
}

impl Gap<'_> {
    /// The same as an event of its own.
    pub(super) fn frame(&self) -> Vec<u8> {
        let body = serde_json::to_vec(self).unwrap_or_default();
        block(EventNumber(self.continues_after), "gap", &body)
    }
}

/// Tells why the stream ends.
pub(super) fn farewell(reason: &str) -> Bytes {
    let reason = reason.replace(['\r', '\n'], " ");
    format!(": {reason}\n\n").into()
}

fn block(number: EventNumber, kind: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("id: {}\nevent: {kind}\n", number.0).into_bytes();
    bytes.reserve_exact(body.len() + "data: \n\n".len());
    // JSON has no line ends of its own; if it ever had, each line were data.
    for line in body.split(|byte| matches!(byte, b'\n' | b'\r')) {
        bytes.extend_from_slice(b"data: ");
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    bytes.push(b'\n');
    bytes
}
