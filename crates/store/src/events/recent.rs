//! The newest events in memory, so that those who follow the log do not wait for a disk.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use game_model::{EventFilter, EventNumber, EventPage, LoggedEvent};

/// Events that are held at most.
const HELD: usize = 1_024;

/// The newest events.
#[derive(Debug)]
pub(crate) struct Recent(Mutex<Held>);

#[derive(Debug)]
struct Held {
    /// Everything that was committed after this one is held.
    after: EventNumber,
    events: VecDeque<LoggedEvent>,
}

impl Recent {
    /// Nothing is held of what was committed up to `newest`.
    pub fn new(newest: EventNumber) -> Self {
        Self(Mutex::new(Held { after: newest, events: VecDeque::new() }))
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is held any more of what was committed up to `newest`.
    pub fn reset(&self, newest: EventNumber) {
        *self.lock() = Held { after: newest, events: VecDeque::new() };
    }

    /// Events were committed.
    pub fn add(&self, events: impl IntoIterator<Item = LoggedEvent>) {
        let mut held = self.lock();
        for event in events {
            if held.events.len() == HELD
                && let Some(oldest) = held.events.pop_front()
            {
                held.after = oldest.number;
            }
            held.events.push_back(event);
        }
    }

    /// The events after this one; none where some of them are not held any more.
    pub fn page(&self, after: EventNumber, filter: &EventFilter, limit: usize) -> Option<EventPage> {
        let held = self.lock();
        if after < held.after {
            return None;
        }
        let begin = held.events.partition_point(|event| event.number <= after);
        let mut page = EventPage { through: after, ..EventPage::default() };
        for event in held.events.range(begin..) {
            let passes = filter.matches(&event.event);
            if passes && page.events.len() >= limit {
                page.more = true;
                break;
            }
            page.through = event.number;
            if passes {
                page.events.push(event.clone());
            }
        }
        Some(page)
    }
}
