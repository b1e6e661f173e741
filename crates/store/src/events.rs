//! The log of events: each is committed with the observation that found it, and with its deliveries.

mod lateness;
mod log;
mod pregame;
mod prune;
mod recent;
mod tell;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use game_model::{EventError, EventFilter, EventLog, EventNumber, EventPage, Pregames};

use crate::store::Store;

pub(crate) use lateness::{Last, Looks};
pub(crate) use log::{newest, read as read_event};
#[cfg(test)]
pub(crate) use prune::EVENTS_KEPT;
pub(crate) use prune::chunk as prune;
pub(crate) use recent::Recent;
pub(crate) use tell::{Past, tell};

#[async_trait]
impl EventLog for Store {
    async fn events(
        &self,
        after: EventNumber,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<EventPage, EventError> {
        if let Some(page) = self.recent().page(after, filter, limit) {
            return Ok(page);
        }
        let filter = filter.clone();
        Ok(self.ask_for_events(move |db| log::page(db, after, &filter, limit)).await?)
    }

    fn newest(&self) -> EventNumber {
        *self.newest_event().borrow()
    }

    async fn oldest(&self) -> Result<EventNumber, EventError> {
        Ok(self.ask_for_events(log::oldest).await?)
    }

    async fn wait_beyond(&self, after: EventNumber) -> EventNumber {
        let mut newest = self.newest_event().clone();
        let found = newest.wait_for(|newest| *newest > after).await.map(|newest| *newest);
        match found {
            Ok(newest) => newest,
            // The store is closed: nothing comes any more.
            Err(_) => std::future::pending().await,
        }
    }
}

#[async_trait]
impl Pregames for Store {
    async fn tell_pregames(&self, minutes: &[u32]) -> Result<Option<DateTime<Utc>>, EventError> {
        Ok(self.write(pregame::TellPregames { minutes: minutes.to_vec() }).await?)
    }
}
