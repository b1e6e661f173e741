//! The collector: one watch per league.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use game_model::{ChangeKind, League, ObservationLog, PollHint, PollReport, ScoreboardSource, WallClock};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use cache::Cache;

use crate::CollectorConfig;
use crate::clock::SourceClock;
use crate::hint::Hint;
use crate::league_task::{LeagueTask, Ports};
use crate::status::LeagueStatus;

/// Watches leagues: decides when each is asked, publishes what came, commits it.
pub struct Collector {
    /// Locked by [`restore`](Self::restore) only, before the watch begins.
    tasks: Mutex<Vec<LeagueTask>>,
    statuses: Vec<Arc<watch::Sender<LeagueStatus>>>,
    handle: CollectorHandle,
}

impl Collector {
    /// Makes a collector for these leagues. It does nothing before [`restore`](Self::restore) or
    /// [`run`](Self::run).
    pub fn new(
        config: CollectorConfig,
        leagues: Vec<League>,
        source: Arc<dyn ScoreboardSource>,
        log: Arc<dyn ObservationLog>,
        cache: Arc<Cache>,
        clock: Arc<SourceClock>,
    ) -> Self {
        let ports = Ports { source, log, cache, clock: Arc::clone(&clock) };
        let mut random = config.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let (mut tasks, mut statuses, mut watched) = (Vec::new(), Vec::new(), Vec::new());
        for league in leagues {
            let hint = Arc::new(Hint::default());
            let (status, seen) = watch::channel(LeagueStatus::new(league));
            let status = Arc::new(status);
            watched.push(Watched { league, hint: Arc::clone(&hint), status: seen });
            statuses.push(Arc::clone(&status));
            tasks.push(LeagueTask::new(league, config, ports.clone(), hint, status, random.fork()));
        }
        let handle = CollectorHandle { watched: watched.into(), clock };
        Self { tasks: Mutex::new(tasks), statuses, handle }
    }

    /// A handle that reports, and takes hints.
    pub fn handle(&self) -> CollectorHandle {
        self.handle.clone()
    }

    /// Fills the cache with what the log remembers, marked stale, and makes it the last look at each game, so that
    /// what changes while the service is down is told. A log that can not be read is reported, and no obstacle.
    pub async fn restore(&self) {
        for task in self.tasks.lock().await.iter_mut() {
            task.restore().await;
        }
    }

    /// Watches the leagues until `stop`, and commits what was seen by then.
    pub async fn run(self, stop: CancellationToken) {
        let mut running = JoinSet::new();
        let mut statuses = HashMap::new();
        for (task, status) in self.tasks.into_inner().into_iter().zip(self.statuses) {
            let id = running.spawn(task.run(stop.clone())).id();
            statuses.insert(id, status);
        }
        while let Some(ended) = running.join_next_with_id().await {
            if let Err(error) = ended {
                tracing::error!("the watch of a league ended by a fault of its own: {error}");
                if let Some(status) = statuses.get(&error.id()) {
                    status.send_modify(|status| status.broken = true);
                }
            }
        }
    }
}

/// Reports how polling goes, and takes hints. Cheap to clone; nothing here waits.
#[derive(Clone)]
pub struct CollectorHandle {
    watched: Arc<[Watched]>,
    clock: Arc<SourceClock>,
}

struct Watched {
    league: League,
    hint: Arc<Hint>,
    status: watch::Receiver<LeagueStatus>,
}

impl CollectorHandle {
    /// How polling goes, per league, in the order in which the leagues were given.
    pub fn reports(&self) -> Vec<PollReport> {
        let (wall, at) = (self.clock.now(), Instant::now());
        self.watched.iter().map(|watched| watched.status.borrow().report(wall, at)).collect()
    }

    /// Changes seen since the start, by kind.
    pub fn changes_seen(&self) -> Vec<(ChangeKind, u64)> {
        let mut all: BTreeMap<ChangeKind, u64> = BTreeMap::new();
        for watched in self.watched.iter() {
            for (kind, count) in &watched.status.borrow().changes {
                *all.entry(kind).or_default() += count;
            }
        }
        all.into_iter().collect()
    }
}

impl PollHint for CollectorHandle {
    /// Asks for a poll of the league's current slate as soon as politeness allows; a league that is not watched
    /// is ignored.
    fn hint(&self, league: League) {
        if let Some(watched) = self.watched.iter().find(|watched| watched.league == league) {
            watched.hint.give();
        }
    }
}
