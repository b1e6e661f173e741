//! The stream of events: whoever follows it reads the log at its own pace.
//!
//! One task reads what is new in the log, writes each event once as bytes, and wakes everybody. A client is no more
//! than a place in the log and a filter: the newest events it gets from the [`Ring`] that all share, older ones it
//! reads from the log itself. Nothing is queued for it, so that a slow one costs no memory and delays nobody.

mod follower;
mod frame;
mod pump;
mod ring;
mod start;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use game_model::{EventFilter, EventLog, EventNumber, GameEvent};
use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

use crate::error::ApiError;
use follower::Follower;
use ring::Ring;

/// Clients that may follow at once, unless told otherwise: ten thousand, and some that just come and go.
pub const DEFAULT_MAX_CLIENTS: usize = 12_000;

/// A client hears something at least this often: less than half of the time after which the server gives up a client
/// that takes nothing, and less than proxies commonly wait.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// So many clients read older events at once; the others wait for their turn, so that thousands that come back
/// together do not keep others from the disk.
const READING_AT_ONCE: usize = 4;

/// Where the events of the stream come from, and how many may follow it.
#[derive(Clone)]
pub struct EventStream {
    /// The log of events.
    pub log: Arc<dyn EventLog>,
    /// The JSON of an event, on one line.
    pub body: fn(&GameEvent) -> Bytes,
    /// Clients at once; one more is answered with 503: 12,000.
    pub max_clients: usize,
    /// A client hears something at least this often: 15 s.
    pub heartbeat: Duration,
}

impl EventStream {
    /// The events of a log with the usual limits, each told as this JSON.
    pub fn new(log: Arc<dyn EventLog>, body: fn(&GameEvent) -> Bytes) -> Self {
        Self { log, body, max_clients: DEFAULT_MAX_CLIENTS, heartbeat: HEARTBEAT }
    }
}

/// Marks an answer that goes on for as long as the client stays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Endless;

/// How the stream does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamReport {
    pub(crate) clients: usize,
    pub(crate) max_clients: usize,
    pub(crate) turned_away: u64,
    pub(crate) events_sent: u64,
}

impl StreamReport {
    /// What a person should know.
    pub(crate) fn reason(&self) -> Option<String> {
        let Self { clients, max_clients, .. } = self;
        (clients >= max_clients).then(|| {
            format!(
                "event stream: {clients} clients follow it, which is the limit, and more are turned away; \
                 EVENT_STREAM_MAX_CLIENTS raises it"
            )
        })
    }
}

/// The stream, running. Ends with its owner.
pub(crate) struct Streams {
    shared: Arc<Shared>,
    pump: AbortHandle,
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

/// What all clients share.
struct Shared {
    source: EventStream,
    ring: Ring,
    /// Tells that there is something to do.
    progress: watch::Sender<Progress>,
    places: Arc<Semaphore>,
    reading: Semaphore,
    turned_away: AtomicU64,
    events_sent: AtomicU64,
}

/// How far the stream is.
#[derive(Debug, Clone, Copy)]
struct Progress {
    /// Everything up to here is in the ring, or was.
    through: EventNumber,
    /// Nothing comes any more: the server stops.
    ended: bool,
}

impl Streams {
    /// Begins to read the log, of which what is committed from now on is new.
    pub(crate) fn start(source: EventStream) -> Self {
        let newest = source.log.newest();
        let shared = Arc::new(Shared {
            ring: Ring::new(newest),
            progress: watch::Sender::new(Progress { through: newest, ended: false }),
            places: Arc::new(Semaphore::new(source.max_clients.min(Semaphore::MAX_PERMITS))),
            reading: Semaphore::new(READING_AT_ONCE),
            turned_away: AtomicU64::new(0),
            events_sent: AtomicU64::new(0),
            source,
        });
        let pump = tokio::spawn(pump::run(Arc::clone(&shared))).abort_handle();
        Self { shared, pump }
    }

    /// The events after this one that pass the filter, and then those that come; without a place only the latter.
    pub(crate) async fn follow(
        &self,
        filter: EventFilter,
        after: Option<EventNumber>,
    ) -> Result<Body, ApiError> {
        let shared = &self.shared;
        let Ok(place) = Arc::clone(&shared.places).try_acquire_owned() else {
            shared.turned_away.fetch_add(1, Ordering::Relaxed);
            return Err(ApiError::Unavailable(format!(
                "{} clients follow the events already, which is the limit; close some, try again later, or raise \
                 EVENT_STREAM_MAX_CLIENTS",
                shared.source.max_clients
            )));
        };
        let start = start::find(shared, after).await?;
        let follower = Follower::new(Arc::clone(shared), filter, start, place);
        Ok(Body::from_stream(stream::unfold(follower, Follower::next)))
    }

    /// Ends all streams, and each that begins from now on: the server stops.
    pub(crate) fn end(&self) {
        self.shared.progress.send_modify(|progress| progress.ended = true);
    }

    /// How the stream does.
    pub(crate) fn report(&self) -> StreamReport {
        let Shared { source, places, turned_away, events_sent, .. } = &*self.shared;
        let max_clients = source.max_clients.min(Semaphore::MAX_PERMITS);
        StreamReport {
            clients: max_clients.saturating_sub(places.available_permits()),
            max_clients,
            turned_away: turned_away.load(Ordering::Relaxed),
            events_sent: events_sent.load(Ordering::Relaxed),
        }
    }
}
