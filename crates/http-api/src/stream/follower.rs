//! One client: a place in the log, and a filter.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use futures::FutureExt;
use game_model::{EventError, EventFilter, EventNumber};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::ring::Next;
use super::start::Start;
use super::{Progress, Shared, frame, pump};

/// Older events that are read and held at once for a client: some 20 KB.
const PAGE: usize = 16;

/// One client. Whatever it is to get next it asks for when it can take it.
pub(super) struct Follower {
    shared: Arc<Shared>,
    filter: EventFilter,
    /// Everything up to here was looked at.
    at: EventNumber,
    /// The place that the client knows.
    told: EventNumber,
    progress: watch::Receiver<Progress>,
    heartbeat: Interval,
    beginning: Option<Bytes>,
    is_over: bool,
    /// Free for another one when this one is gone.
    _place: OwnedSemaphorePermit,
}

impl Follower {
    pub(super) fn new(
        shared: Arc<Shared>,
        filter: EventFilter,
        start: Start,
        place: OwnedSemaphorePermit,
    ) -> Self {
        let Start { after, beginning } = start;
        let every = shared.source.heartbeat;
        // From when it came: thousands of clients are not all due at the same moment.
        let mut heartbeat = interval_at(Instant::now() + every, every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            progress: shared.progress.subscribe(),
            shared,
            filter,
            at: after,
            told: after,
            heartbeat,
            beginning: Some(beginning.into()),
            is_over: false,
            _place: place,
        }
    }

    /// What is to be sent next, once there is something; none at the end.
    pub(super) async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let bytes = match self.beginning.take() {
            Some(beginning) => beginning,
            None => self.wait().await?,
        };
        Some((Ok(bytes), self))
    }

    async fn wait(&mut self) -> Option<Bytes> {
        loop {
            // Before the look, so that nothing that comes after it is slept through.
            let Progress { ended, .. } = *self.progress.borrow_and_update();
            if self.is_over || ended {
                return None;
            }
            match self.shared.ring.next(self.at, &self.filter) {
                Next::Event(number, bytes) => {
                    (self.at, self.told) = (number, number);
                    self.shared.events_sent.fetch_add(1, Ordering::Relaxed);
                    return Some(bytes);
                }
                Next::Gone => match self.catch_up().await {
                    // Long pages of what is not wanted, and others' turns, must not let the client seem gone.
                    Ok(bytes) if bytes.is_empty() => {
                        if self.heartbeat.tick().now_or_never().is_some() {
                            return Some(self.still_here());
                        }
                        continue;
                    }
                    Ok(bytes) => return Some(bytes.into()),
                    Err(EventError { message }) => {
                        tracing::warn!("older events can not be streamed: {message}");
                        self.is_over = true;
                        return Some(frame::farewell(&message));
                    }
                },
                Next::Nothing(through) => self.at = through,
            }
            tokio::select! {
                biased;
                changed = self.progress.changed() => changed.ok()?,
                _ = self.heartbeat.tick() => return Some(self.still_here()),
            }
        }
    }

    /// Reads a page of what the ring does not hold any more.
    async fn catch_up(&mut self) -> Result<Vec<u8>, EventError> {
        let shared = &self.shared;
        let _turn = tokio::select! {
            biased;
            // Never closed.
            turn = shared.reading.acquire() => turn,
            _ = self.heartbeat.tick() => return Ok(frame::HEARTBEAT.to_vec()),
        };
        let newest = shared.source.log.newest();
        let page = shared.source.log.events(self.at, &self.filter, PAGE).await?;
        self.at = if page.more { page.through } else { page.through.max(newest) };
        let mut bytes = Vec::new();
        let count = page.events.len() as u64;
        for event in page.events {
            self.told = event.number;
            bytes.extend_from_slice(&pump::written(&shared.source, event).bytes);
        }
        shared.events_sent.fetch_add(count, Ordering::Relaxed);
        Ok(bytes)
    }

    /// A heartbeat; where events passed by that the client does not want, with the place up to which they did, so
    /// that none of them is read again when it comes back.
    fn still_here(&mut self) -> Bytes {
        if self.told == self.at {
            return Bytes::from_static(frame::HEARTBEAT);
        }
        self.told = self.at;
        [frame::HEARTBEAT, frame::place(self.at).as_bytes()].concat().into()
    }
}
