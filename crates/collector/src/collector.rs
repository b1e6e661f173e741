//! The collector: one watch per league.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use game_model::{
    ChangeKind, League, ObservationLog, PollHint, PollReport, RememberedGame, ScoreboardSource, WallClock,
};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use cache::Cache;

use crate::clock::SourceClock;
use crate::hint::Hint;
use crate::league_task::{LeagueTask, Ports, Shared};
use crate::status::LeagueStatus;
use crate::turns::{BetweenPolls, Turns};
use crate::{CollectorConfig, Tracked};

/// Slates of announced games that wait for the watch of a league.
const LEARNED: usize = 8;

/// Watches leagues: decides when each is asked, publishes what came, commits it.
pub struct Collector {
    /// Locked by [`restore`](Self::restore) only, before the watch begins.
    tasks: Mutex<Vec<LeagueTask>>,
    statuses: Vec<Arc<watch::Sender<LeagueStatus>>>,
    handle: CollectorHandle,
    between_polls: Arc<BetweenPolls>,
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
        let mut between_polls = BetweenPolls { source: Arc::clone(&source), turns: HashMap::new() };
        let tracked = Arc::new(watch::Sender::new(Tracked::default()));
        let ports = Ports { source, log, cache, clock: Arc::clone(&clock), tracked: Arc::clone(&tracked) };
        let mut random = config.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let (mut tasks, mut statuses, mut watched) = (Vec::new(), Vec::new(), Vec::new());
        for league in leagues {
            let hint = Arc::new(Hint::default());
            let (status, seen) = watch::channel(LeagueStatus::new(league));
            let status = Arc::new(status);
            let (learn, learned) = mpsc::channel(LEARNED);
            let turns = Arc::new(Turns::default());
            between_polls.turns.insert(league, Arc::clone(&turns));
            watched.push(Watched { league, hint: Arc::clone(&hint), status: seen, learn });
            statuses.push(Arc::clone(&status));
            let shared = Shared { hint, status, turns, learned };
            tasks.push(LeagueTask::new(league, config, ports.clone(), shared, random.fork()));
        }
        let handle = CollectorHandle { watched: watched.into(), clock, tracked };
        Self { tasks: Mutex::new(tasks), statuses, handle, between_polls: Arc::new(between_polls) }
    }

    /// A handle that reports, and takes hints.
    pub fn handle(&self) -> CollectorHandle {
        self.handle.clone()
    }

    /// The source, for whoever asks beside the polls: there is one request at a time about a league, and polls go
    /// first.
    pub fn between_polls(&self) -> Arc<dyn ScoreboardSource> {
        Arc::clone(&self.between_polls) as _
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
    tracked: Arc<watch::Sender<Tracked>>,
}

struct Watched {
    league: League,
    hint: Arc<Hint>,
    status: watch::Receiver<LeagueStatus>,
    learn: mpsc::Sender<Vec<RememberedGame>>,
}

impl CollectorHandle {
    fn find(&self, league: League) -> Option<&Watched> {
        self.watched.iter().find(|watched| watched.league == league)
    }

    /// Waits until the league was asked for the first time, whatever came of it.
    pub(crate) async fn first_attempt(&self, league: League) {
        if let Some(watched) = self.find(league) {
            // Fails only where the watch ended, and then nobody waits for its answer.
            let _ = watched.status.clone().wait_for(|status| status.attempted).await;
        }
    }

    /// Whether no game of the league is on or about to begin.
    pub(crate) fn is_quiet(&self, league: League) -> bool {
        self.find(league).is_none_or(|watched| watched.status.borrow().is_quiet)
    }

    /// Has announced games served that lie on slates that are not polled yet.
    pub(crate) async fn learn(&self, league: League, games: Vec<RememberedGame>) {
        if let Some(watched) = self.find(league) {
            // Refused only by a watch that ended.
            let _ = watched.learn.send(games).await;
        }
    }

    /// How polling goes, per league, in the order in which the leagues were given.
    pub fn reports(&self) -> Vec<PollReport> {
        let (wall, at) = (self.clock.now(), Instant::now());
        let tracked = self.tracked.borrow().clone();
        let report = |watched: &Watched| PollReport {
            tracked: tracked.teams_of(watched.league),
            ..watched.status.borrow().report(wall, at)
        };
        self.watched.iter().map(report).collect()
    }

    /// Games of these teams alone quicken the polls from now on. Before the first call every game does.
    pub fn track(&self, tracked: Tracked) {
        self.tracked.send_if_modified(|known| {
            let is_news = *known != tracked;
            *known = tracked;
            is_news
        });
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
        if let Some(watched) = self.find(league) {
            watched.hint.give();
        }
    }
}
