//! A log of events in memory.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use game_model::{
    Change, EventError, EventFilter, EventLog, EventNumber, EventPage, Game, GameEvent, LoggedEvent,
};
use tokio::sync::watch;

use crate::support::noon;

/// A log of events.
#[derive(Default)]
pub struct Log {
    events: Mutex<Vec<LoggedEvent>>,
    newest: watch::Sender<EventNumber>,
    /// Reading fails with a sentence.
    pub broken: AtomicBool,
    /// How often it was read.
    pub reads: AtomicU64,
}

impl Log {
    /// Tells what happened in a game, and answers the number of the event.
    pub fn tell(&self, game: Game, change: Change) -> u64 {
        self.tell_all([(game, change)])
    }

    /// Tells all of it in one commit.
    pub fn tell_all(&self, told: impl IntoIterator<Item = (Game, Change)>) -> u64 {
        let mut events = self.events.lock().unwrap();
        let mut newest = self.newest.borrow().0;
        for (game, change) in told {
            newest += 1;
            let sequence = u32::try_from(newest).unwrap();
            let event = GameEvent::new(&Arc::new(game), change, sequence, noon(), false, None);
            events.push(LoggedEvent { number: EventNumber(newest), event: Arc::new(event) });
        }
        self.newest.send_replace(EventNumber(newest));
        newest
    }

    /// Leaves numbers out.
    pub fn skip(&self, numbers: u64) {
        self.newest.send_modify(|newest| newest.0 += numbers);
    }

    /// Keeps nothing up to here any more.
    pub fn forget(&self, through: u64) {
        self.events.lock().unwrap().retain(|event| event.number.0 > through);
    }

    /// The numbers of the events after one that pass the filter.
    pub fn numbers(&self, after: u64, filter: &EventFilter) -> Vec<u64> {
        let events = self.events.lock().unwrap();
        let wanted = events.iter().filter(|event| event.number.0 > after && filter.matches(&event.event));
        wanted.map(|event| event.number.0).collect()
    }

    fn check(&self) -> Result<(), EventError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(EventError { message: "the disk is away; try again later".into() });
        }
        Ok(())
    }
}

#[async_trait]
impl EventLog for Log {
    async fn events(
        &self,
        after: EventNumber,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<EventPage, EventError> {
        self.check()?;
        self.reads.fetch_add(1, Ordering::Relaxed);
        let events = self.events.lock().unwrap();
        let mut page = EventPage { through: after, ..EventPage::default() };
        for event in events.iter().filter(|event| event.number > after) {
            let passes = filter.matches(&event.event);
            if passes && page.events.len() >= limit {
                page.more = true;
                break;
            }
            page.through = event.number;
            page.events.extend(passes.then(|| event.clone()));
        }
        Ok(page)
    }

    fn newest(&self) -> EventNumber {
        *self.newest.borrow()
    }

    async fn oldest(&self) -> Result<EventNumber, EventError> {
        self.check()?;
        let oldest = self.events.lock().unwrap().first().map(|event| event.number);
        Ok(oldest.unwrap_or(EventNumber(self.newest().0 + 1)))
    }

    async fn wait_beyond(&self, after: EventNumber) -> EventNumber {
        *self.newest.subscribe().wait_for(|newest| *newest > after).await.expect("the log is there")
    }
}
