//! The newest events as bytes, written once for all clients.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use game_model::{EventFilter, EventNumber, GameEvent};

/// Events that are held at most. A client that is further behind reads the log.
pub(super) const HELD: usize = 256;

/// An event, and its bytes.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) number: EventNumber,
    pub(super) event: Arc<GameEvent>,
    pub(super) bytes: Bytes,
}

/// What comes after a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// An event, and its place.
    Event(EventNumber, Bytes),
    /// Nothing up to here.
    Nothing(EventNumber),
    /// Something that is not held any more.
    Gone,
}

/// The newest events.
#[derive(Debug)]
pub(super) struct Ring(RwLock<Held>);

#[derive(Debug)]
struct Held {
    /// Everything after this one up to `through` is held.
    after: EventNumber,
    through: EventNumber,
    frames: VecDeque<Frame>,
}

impl Ring {
    /// Nothing is held of what was committed up to `newest`.
    pub(super) fn new(newest: EventNumber) -> Self {
        Self(RwLock::new(Held { after: newest, through: newest, frames: VecDeque::new() }))
    }

    /// Puts in older events: all after a place, up to the newest that is held.
    pub(super) fn put_before(&self, after: EventNumber, frames: Vec<Frame>) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let older: Vec<Frame> = frames.into_iter().filter(|frame| frame.number <= held.after).collect();
        for frame in older.into_iter().rev() {
            held.frames.push_front(frame);
        }
        held.after = held.after.min(after);
        held.shrink();
    }

    /// Adds what was found up to a place.
    pub(super) fn add(&self, frames: impl IntoIterator<Item = Frame>, through: EventNumber) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        held.frames.extend(frames);
        held.through = held.through.max(through);
        held.shrink();
    }

    /// The place after which everything is held, and the one up to which.
    pub(super) fn range(&self) -> (EventNumber, EventNumber) {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        (held.after, held.through)
    }

    /// The first event after a place that passes the filter.
    pub(super) fn next(&self, after: EventNumber, filter: &EventFilter) -> Next {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if after < held.after {
            return Next::Gone;
        }
        let begin = held.frames.partition_point(|frame| frame.number <= after);
        match held.frames.range(begin..).find(|frame| filter.matches(&frame.event)) {
            Some(frame) => Next::Event(frame.number, frame.bytes.clone()),
            None => Next::Nothing(after.max(held.through)),
        }
    }
}

impl Held {
    fn shrink(&mut self) {
        while self.frames.len() > HELD
            && let Some(oldest) = self.frames.pop_front()
        {
            self.after = oldest.number;
        }
    }
}
