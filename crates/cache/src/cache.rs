//! The newest scoreboard of each league, and answers made of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use game_model::{Game, League};
use tokio::sync::watch;

use crate::answers::Answers;
use crate::stats::Counters;
use crate::{Answer, AnswerKind, CacheConfig, CacheState, CacheStats, LeagueView, Serialized};

/// The newest scoreboard of each league, and serialized answers made of them. Nothing here waits.
pub struct Cache {
    config: CacheConfig,
    leagues: Vec<(League, watch::Sender<Option<Arc<LeagueView>>>)>,
    newest_version: AtomicU64,
    answers: Answers,
    counters: Counters,
}

impl Cache {
    /// An empty cache for these leagues.
    pub fn new(config: CacheConfig, leagues: impl IntoIterator<Item = League>) -> Self {
        Self {
            leagues: leagues.into_iter().map(|league| (league, watch::Sender::new(None))).collect(),
            newest_version: AtomicU64::new(0),
            answers: Answers::new(config.max_answer_bytes),
            counters: Counters::default(),
            config,
        }
    }

    /// Replaces the view of a league; its version stays while the games are the same. Ignores a league that the
    /// cache was not made for.
    pub fn publish(
        &self,
        league: League,
        games: Vec<Arc<Game>>,
        polled_at: Option<DateTime<Utc>>,
        interval: Duration,
    ) {
        let Some(slot) = self.slot(league) else { return };
        let mut changed = false;
        slot.send_modify(|view| {
            let version = match view {
                Some(before) if before.games == games => before.version,
                _ => {
                    changed = true;
                    self.newest_version.fetch_add(1, Ordering::Relaxed) + 1
                }
            };
            *view = Some(Arc::new(LeagueView { league, games, polled_at, interval, version }));
        });
        if changed {
            // Answers made of the view before are never asked for again.
            self.answers.forget();
        }
    }

    /// The newest view of a league; none while nothing was published.
    pub fn view(&self, league: League) -> Option<Arc<LeagueView>> {
        self.slot(league).and_then(|slot| slot.borrow().clone())
    }

    /// The view of a league, now and whenever it is replaced; none for a league that the cache was not made for.
    pub fn subscribe(&self, league: League) -> Option<watch::Receiver<Option<Arc<LeagueView>>>> {
        self.slot(league).map(watch::Sender::subscribe)
    }

    /// The answer of this kind for these leagues and this filter, serialized by `make` unless it is there.
    ///
    /// `filter_key` stands for all that the answer depends on besides the kind and the leagues' views. `make` gets
    /// the views that there are, in the order of `leagues`. Where one is missing, the answer is stale.
    pub fn answer(
        &self,
        kind: AnswerKind,
        leagues: &[League],
        filter_key: &str,
        now: DateTime<Utc>,
        make: impl FnOnce(&[Arc<LeagueView>]) -> Serialized,
    ) -> Answer {
        let views: Vec<_> = leagues.iter().filter_map(|&league| self.view(league)).collect();
        let ttl = self.config.ttl(kind);
        let (body, was_there) = self.answers.get(kind, &views, filter_key, now, || make(&views));
        let overdue: Vec<_> =
            views.iter().filter(|view| view.is_stale(now, ttl)).map(|view| view.league).collect();
        let state = match was_there {
            _ if !overdue.is_empty() || views.len() < leagues.len() => CacheState::Stale,
            true => CacheState::Hit,
            false => CacheState::Miss,
        };
        self.counters.count(state);
        let oldest = |age: Duration, view: &Arc<LeagueView>| view.age(now).map(|other| age.max(other));
        Answer { body, state, age: views.iter().try_fold(Duration::ZERO, oldest), stale: overdue }
    }

    /// Forgets all serialized answers: something besides the scoreboards that they were made of changed.
    pub fn invalidate_answers(&self) {
        self.answers.forget();
    }

    /// How the cache does.
    pub fn stats(&self) -> CacheStats {
        let (keys_count, bytes) = self.answers.size();
        self.counters.stats(keys_count, bytes)
    }

    /// Games of all leagues now in memory.
    pub fn games_in_memory(&self) -> usize {
        self.leagues.iter().map(|(_, slot)| slot.borrow().as_ref().map_or(0, |view| view.games.len())).sum()
    }

    fn slot(&self, league: League) -> Option<&watch::Sender<Option<Arc<LeagueView>>>> {
        self.leagues.iter().find(|(tracked, _)| *tracked == league).map(|(_, slot)| slot)
    }
}
