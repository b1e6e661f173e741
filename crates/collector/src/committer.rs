//! Commits the observations of one league, one after the other, so that neither a poll nor a reader waits for a disk.

#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use game_model::{CommitError, GameId, League, Observation, ObservationLog};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use crate::status::LeagueStatus;

/// So many observations wait for the log at most: a quarter of an hour of a live league. More are refused.
pub(crate) const QUEUE: usize = 180;

/// Refused observations are offered again after so long.
pub(crate) const OFFER_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// So many refused observations are held at most, of different games; the oldest is dropped first.
const MAX_HELD: usize = 32;

/// At the end the log may take so long for what waits.
pub const DRAIN_WITHIN: Duration = Duration::from_secs(3);

/// The way to the log. Handing over never waits.
pub(crate) struct Committer {
    league: League,
    queue: mpsc::Sender<Observation>,
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
            held: VecDeque::new(),
            offer_at: Instant::now(),
        };
        Self { league, queue, worker: tokio::spawn(worker.run(waiting)), status }
    }

    /// Hands an observation over.
    pub(crate) fn offer(&self, observation: Observation) {
        let now = observation.observed_at;
        if self.queue.try_send(observation).is_err() {
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
    /// The refused observations, each with the games not seen since, oldest first: the last look at a finished
    /// game comes only once.
    held: VecDeque<Observation>,
    offer_at: Instant,
}

impl Worker {
    async fn run(mut self, mut waiting: mpsc::Receiver<Observation>) {
        loop {
            tokio::select! {
                biased;
                next = waiting.recv() => match next {
                    Some(observation) => self.take(observation).await,
                    None => break,
                },
                () = sleep_until(self.offer_at), if !self.held.is_empty() => self.offer_again().await,
            }
        }
        self.offer_again().await;
        if !self.held.is_empty() {
            let observations = self.held.len();
            tracing::error!(league = self.league.key, observations, "refused observations are lost");
        }
    }

    async fn take(&mut self, observation: Observation) {
        let now = observation.observed_at;
        self.supersede(&observation);
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
                self.hold(observation);
                self.offer_at = Instant::now() + OFFER_AGAIN_AFTER;
                let is_news = self.modify(|status| status.refused(&message, now));
                if is_news {
                    tracing::error!(league = self.league.key, "an observation is not kept: {message}");
                }
            }
        }
    }

    /// A newer look at a game makes the held one worthless, and wrong to commit later.
    fn supersede(&mut self, newer: &Observation) {
        let seen: HashSet<&GameId> = newer.games.iter().map(|game| &game.id).collect();
        self.held.retain_mut(|observation| {
            observation.games.retain(|game| !seen.contains(&game.id));
            !observation.games.is_empty()
        });
    }

    fn hold(&mut self, observation: Observation) {
        if self.held.len() == MAX_HELD {
            self.held.pop_front();
        }
        self.held.push_back(observation);
    }

    /// Offers what is held again, oldest first, until the log refuses.
    async fn offer_again(&mut self) {
        self.offer_at = Instant::now() + OFFER_AGAIN_AFTER;
        while let Some(observation) = self.held.pop_front() {
            if self.log.commit(observation.clone()).await.is_err() {
                self.held.push_front(observation);
                return;
            }
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
