//! Commits the observations of one league, one after the other, so that neither a poll nor a reader waits for a disk.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use game_model::{CommitError, GameId, League, Observation, ObservationLog, SlateId};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use crate::status::LeagueStatus;

/// So many observations wait for the log at most: a quarter of an hour of a live league. More are refused.
pub(crate) const QUEUE: usize = 64;

/// The newest refused observation of each slate is offered again after so long.
pub(crate) const OFFER_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// So many slates' refused observations are held at most; the oldest is dropped first.
const MAX_HELD: usize = 32;

/// At the end the log may take so long for what waits.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);

/// What one answer about a slate showed.
#[derive(Debug)]
pub(crate) struct Sighting {
    pub(crate) slate: Option<SlateId>,
    pub(crate) observation: Observation,
}

/// The way to the log. Handing over never waits.
pub(crate) struct Committer {
    league: League,
    queue: mpsc::Sender<Sighting>,
    worker: JoinHandle<()>,
    status: Arc<watch::Sender<LeagueStatus>>,
}

impl Committer {
    /// Starts the task that commits.
    pub(crate) fn start(
        league: League,
        log: Arc<dyn ObservationLog>,
        status: Arc<watch::Sender<LeagueStatus>>,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let worker = Worker {
            league,
            log,
            status: Arc::clone(&status),
            held: BTreeMap::new(),
            offer_at: Instant::now(),
        };
        Self { league, queue, worker: tokio::spawn(worker.run(waiting)), status }
    }

    /// Hands an observation over.
    pub(crate) fn offer(&self, sighting: Sighting) {
        let now = sighting.observation.observed_at;
        if self.queue.try_send(sighting).is_err() {
            let message =
                format!("{QUEUE} observations wait already: the store does not keep up; check its disk");
            self.status.send_modify(|status| {
                if status.refused(&message, now) {
                    tracing::error!(league = self.league.key, "an observation is not kept: {message}");
                }
            });
        }
    }

    /// Lets the log take what waits, within a limit.
    pub(crate) async fn finish(self) {
        drop(self.queue);
        let stop = self.worker.abort_handle();
        if timeout(DRAIN_WITHIN, self.worker).await.is_err() {
            stop.abort();
            tracing::error!(
                league = self.league.key,
                "observations that waited for the store are lost: it did not take them within {DRAIN_WITHIN:?}"
            );
        }
    }
}

struct Worker {
    league: League,
    log: Arc<dyn ObservationLog>,
    status: Arc<watch::Sender<LeagueStatus>>,
    /// The newest refused observation of each slate: the last look at a finished game comes only once.
    held: BTreeMap<Option<SlateId>, Observation>,
    offer_at: Instant,
}

impl Worker {
    async fn run(mut self, mut waiting: mpsc::Receiver<Sighting>) {
        loop {
            tokio::select! {
                biased;
                next = waiting.recv() => match next {
                    Some(sighting) => self.take(sighting).await,
                    None => break,
                },
                () = sleep_until(self.offer_at), if !self.held.is_empty() => self.offer_again().await,
            }
        }
        self.offer_again().await;
        if !self.held.is_empty() {
            let slates = self.held.len();
            tracing::error!(league = self.league.key, slates, "the last look at some slates is not kept");
        }
    }

    async fn take(&mut self, Sighting { slate, observation }: Sighting) {
        let now = observation.observed_at;
        self.supersede(slate, &observation);
        match self.log.commit(observation.clone()).await {
            Ok(committed) => {
                tracing::debug!(
                    league = self.league.key,
                    recorded = committed.recorded,
                    unchanged = committed.unchanged,
                    queued = committed.queued,
                    "committed"
                );
                // The log takes again what it is given.
                self.offer_at = Instant::now();
                self.note_success();
            }
            Err(CommitError { message }) => {
                self.hold(slate, observation);
                self.offer_at = Instant::now() + OFFER_AGAIN_AFTER;
                let is_news = self.modify(|status| status.refused(&message, now));
                if is_news {
                    tracing::error!(league = self.league.key, "an observation is not kept: {message}");
                }
            }
        }
    }

    /// A newer look at a game makes the held one worthless, and wrong to commit later.
    fn supersede(&mut self, slate: Option<SlateId>, newer: &Observation) {
        let seen: HashSet<&GameId> = newer.games.iter().map(|game| &game.id).collect();
        self.held.remove(&slate);
        self.held.retain(|_, observation| {
            observation.games.retain(|game| !seen.contains(&game.id));
            !observation.games.is_empty()
        });
    }

    fn hold(&mut self, slate: Option<SlateId>, observation: Observation) {
        self.held.insert(slate, observation);
        while self.held.len() > MAX_HELD {
            let oldest = self.held.iter().min_by_key(|(_, held)| held.observed_at).map(|(slate, _)| *slate);
            oldest.and_then(|slate| self.held.remove(&slate));
        }
    }

    /// Offers what is held again, oldest first, until the log refuses.
    async fn offer_again(&mut self) {
        self.offer_at = Instant::now() + OFFER_AGAIN_AFTER;
        let mut slates: Vec<_> = self.held.iter().map(|(slate, held)| (held.observed_at, *slate)).collect();
        slates.sort_unstable();
        for (_, slate) in slates {
            let Some(observation) = self.held.get(&slate) else { continue };
            if self.log.commit(observation.clone()).await.is_err() {
                return;
            }
            self.held.remove(&slate);
            self.note_success();
        }
    }

    fn note_success(&self) {
        let nothing_held = self.held.is_empty();
        self.modify(|status| status.committed(nothing_held));
    }

    fn modify<T: Default>(&self, change: impl FnOnce(&mut LeagueStatus) -> T) -> T {
        let mut result = T::default();
        self.status.send_modify(|status| result = change(status));
        result
    }
}
