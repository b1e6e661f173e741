//! The watch of one league: waits until a slate is due, asks, publishes, tells what changed, commits.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Change, Game, League, Observation, ObservationLog, RememberedGame, Scoreboard, ScoreboardSource, Seen,
    Slate, SourceError, SourceErrorKind,
};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use cache::Cache;

use crate::clock::{ObservationClock, SourceClock};
use crate::committer::Committer;
use crate::describe::{describe, title};
use crate::hint::Hint;
use crate::slates::{Next, Slates};
use crate::status::LeagueStatus;
use crate::turns::Turns;
use crate::{CollectorConfig, Tracked};

/// After a restart the games are taken over that started so long ago or later.
const REMEMBERED_SINCE: TimeDelta = TimeDelta::days(2);

/// So many distinct unreadable events are told apart; then each is logged once more.
const MAX_PROBLEMS: usize = 1_024;

/// What the watch of a league works with.
#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) source: Arc<dyn ScoreboardSource>,
    pub(crate) log: Arc<dyn ObservationLog>,
    pub(crate) cache: Arc<Cache>,
    pub(crate) clock: Arc<SourceClock>,
    pub(crate) tracked: Arc<watch::Sender<Tracked>>,
}

/// What others have to do with the watch of one league.
pub(crate) struct Shared {
    pub(crate) hint: Arc<Hint>,
    pub(crate) status: Arc<watch::Sender<LeagueStatus>>,
    pub(crate) turns: Arc<Turns>,
    /// Announced games that the backfill saw on slates that are not polled yet.
    pub(crate) learned: mpsc::Receiver<Vec<RememberedGame>>,
}

/// The watch of one league. It owns all its state: nothing of one league affects another.
pub(crate) struct LeagueTask {
    league: League,
    config: CollectorConfig,
    ports: Ports,
    clock: ObservationClock,
    slates: Slates,
    hint: Arc<Hint>,
    status: Arc<watch::Sender<LeagueStatus>>,
    turns: Arc<Turns>,
    learned: mpsc::Receiver<Vec<RememberedGame>>,
    random: fastrand::Rng,
    known_problems: HashSet<String>,
    tracked: watch::Receiver<Tracked>,
    /// How fresh the games are according to the cache; none before anything was published.
    published: Option<(Option<DateTime<Utc>>, Duration)>,
}

impl LeagueTask {
    pub(crate) fn new(
        league: League,
        config: CollectorConfig,
        ports: Ports,
        shared: Shared,
        random: fastrand::Rng,
    ) -> Self {
        let Shared { hint, status, turns, learned } = shared;
        Self {
            league,
            clock: ObservationClock::new(Arc::clone(&ports.clock)),
            slates: Slates::new(league, config, Instant::now()),
            config,
            tracked: ports.tracked.subscribe(),
            published: None,
            ports,
            hint,
            status,
            turns,
            learned,
            random,
            known_problems: HashSet::new(),
        }
    }

    /// Serves what the store remembers, marked stale, until the first answer.
    pub(crate) async fn restore(&mut self) {
        let now = self.clock.now();
        match self.ports.log.remembered(self.league, now - REMEMBERED_SINCE).await {
            Ok(remembered) if remembered.is_empty() => {}
            Ok(remembered) => {
                tracing::info!(
                    league = self.league.key,
                    games = remembered.len(),
                    "taken over from the store"
                );
                self.slates.restore(remembered);
                self.publish();
            }
            Err(error) => {
                tracing::error!(
                    league = self.league.key,
                    "games seen before the start could not be read: {error}"
                );
                self.status.send_modify(|status| status.restore_error = Some(error.message));
            }
        }
    }

    /// Watches the league until it is told to stop; then what waits for the store is committed.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let committer = Committer::start(self.league, Arc::clone(&self.ports.log), Arc::clone(&self.status));
        while let Some(slate) = self.wait(&stop).await {
            let asked = timeout(self.config.fetch_timeout, async {
                let _turn = self.turns.poll().await;
                self.ports.source.fetch(self.league, slate).await
            });
            let answer = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                answer = asked => answer.unwrap_or_else(|_| Err(self.hangs())),
            };
            if slate == Slate::Current {
                self.hint.fulfill();
            }
            match answer {
                Ok(scoreboard) => self.take(slate, &scoreboard, &committer),
                Err(error) => self.fail(slate, &error),
            }
        }
        committer.finish().await;
    }

    /// Waits until a slate is due; none when it is time to stop.
    async fn wait(&mut self, stop: &CancellationToken) -> Option<Slate> {
        while !stop.is_cancelled() {
            self.take_over_tracked();
            let now = self.clock.now();
            let next = self.slates.next(now, Instant::now(), self.hint.is_given());
            let watching = self.slates.watching();
            match next {
                Next::Ask(slate) => {
                    self.status
                        .send_modify(|status| (status.next_poll_at, status.watching) = (None, watching));
                    return Some(slate);
                }
                Next::Wait { until, poll_at } => {
                    self.status.send_modify(|status| {
                        (status.next_poll_at, status.watching) = (Some(poll_at), watching);
                    });
                    // The interval may have changed without an answer: a start came near, or ESPN is away.
                    if self.published.is_some_and(|published| published != self.slates.freshness(now)) {
                        self.publish();
                    }
                    tokio::select! {
                        biased;
                        () = stop.cancelled() => {}
                        () = self.hint.given() => {}
                        Some(games) = self.learned.recv() => {
                            self.slates.learn(games);
                            self.publish();
                        }
                        _ = self.tracked.changed() => self.tracked.mark_changed(),
                        () = sleep_until(until) => {}
                    }
                }
            }
        }
        None
    }

    /// Publishes first, so that readers never wait; then tells the changes, and commits.
    fn take(&mut self, slate: Slate, scoreboard: &Scoreboard, committer: &Committer) {
        if let Some(source_time) = scoreboard.server_time {
            self.clock.learn(source_time);
        }
        let observed_at = self.clock.observe();
        let jitter = self.random.f64();
        let sight = self.slates.answered(slate, scoreboard, observed_at, Instant::now(), jitter);
        self.publish();
        self.tell(&sight.changes);
        for game in &sight.missing {
            tracing::info!("{} left its slate ({slate}) and is looked for", title(game));
        }
        self.note_answer(scoreboard);
        if !sight.games.is_empty() {
            let seen = sight.plan.map_or(Seen::Watched, Seen::Planned);
            let observation = Observation { league: self.league, observed_at, games: sight.games, seen };
            committer.offer(observation);
        }
    }

    fn take_over_tracked(&mut self) {
        if self.tracked.has_changed().unwrap_or_default() {
            let tracked = self.tracked.borrow_and_update().clone();
            self.slates.track(tracked);
        }
    }

    fn publish(&mut self) {
        let now = self.clock.now();
        let games = self.slates.games(now);
        let (polled_at, interval) = self.slates.freshness(now);
        self.published = Some((polled_at, interval));
        self.status.send_modify(|status| {
            status.games = games.len();
            status.is_quiet = interval >= self.config.soon_interval;
        });
        self.ports.cache.publish(self.league, games, polled_at, interval);
    }

    fn tell(&self, changes: &[(Arc<Game>, Change)]) {
        if changes.is_empty() {
            return;
        }
        for (game, change) in changes {
            tracing::info!("{}", describe(game, change));
        }
        self.status.send_modify(|status| {
            for (_, change) in changes {
                *status.changes.entry(change.kind()).or_default() += 1;
            }
        });
    }

    fn note_answer(&mut self, scoreboard: &Scoreboard) {
        let mut unknown = 0;
        for problem in &scoreboard.problems {
            if self.known_problems.len() >= MAX_PROBLEMS {
                self.known_problems.clear();
            }
            if self.known_problems.insert(problem.to_string()) {
                unknown += 1;
                tracing::warn!(league = self.league.key, slate = %scoreboard.asked, "{problem}");
            }
        }
        let (now, offset) = (self.clock.now(), self.clock.offset());
        let problems: Vec<String> = self.slates.problems().map(str::to_owned).collect();
        self.status.send_modify(|status| {
            status.succeeded(now);
            status.unreadable_events += unknown;
            status.problems = problems;
            status.clock_offset = offset;
        });
    }

    fn fail(&mut self, slate: Slate, error: &SourceError) {
        let now = self.clock.now();
        let matters = self.slates.matters(slate, now);
        self.slates.failed(slate, error, now, Instant::now());
        let mut is_news = false;
        self.status.send_modify(|status| is_news = status.failed(error, matters, now));
        if is_news {
            tracing::warn!(league = self.league.key, %slate, kind = error.kind.as_str(), "no scoreboard: {error}");
        }
    }

    fn hangs(&self) -> SourceError {
        let (league, limit) = (self.league, self.config.fetch_timeout);
        SourceError {
            kind: SourceErrorKind::TimedOut,
            message: format!("the source of scoreboards gave no answer about the {league} within {limit:?}"),
            retry_after: self.config.overdue_interval,
        }
    }
}
