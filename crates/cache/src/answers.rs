//! Serialized answers, held until a scoreboard or a preference that they were made of changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use game_model::League;
use moka::policy::EvictionPolicy;

use crate::LeagueView;

/// What an entry takes besides its key and body: reference counts, links and timestamps of the cache.
const ENTRY_OVERHEAD: usize = 200;

/// The kinds of answers; each has its time to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerKind {
    /// Games that are on.
    Live,
    /// Games to come.
    Upcoming,
    /// Teams.
    Teams,
    /// What a team is doing.
    TeamStatus,
    /// The games of a team.
    TeamContext,
}

/// Whether an answer was there, and fresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CacheState {
    /// Fresh, and its bytes were there.
    Hit,
    /// Fresh, and serialized for this request.
    Miss,
    /// Older than it should be, or made of fewer leagues than were asked for.
    Stale,
}

impl CacheState {
    /// The word of the header `X-Cache`: `hit`, `miss` or `stale`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Stale => "stale",
        }
    }
}

/// An answer as it was serialized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serialized {
    /// The body.
    pub body: Bytes,
    /// From this moment on the same scoreboards yield another answer (a game enters or leaves the hours ahead);
    /// none where time alone changes nothing.
    pub valid_until: Option<DateTime<Utc>>,
}

impl From<Bytes> for Serialized {
    fn from(body: Bytes) -> Self {
        Self { body, valid_until: None }
    }
}

/// An answer, and how fresh it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The body.
    pub body: Bytes,
    /// Whether it was there, and fresh.
    pub state: CacheState,
    /// Age of the oldest scoreboard in it, zero where it is made of none; none where one of them was not polled
    /// since the start.
    pub age: Option<Duration>,
    /// The leagues whose scoreboards should have been replaced by now: a poll is due.
    pub stale: Vec<League>,
}

/// Serialized answers by what they were made of.
pub(crate) struct Answers {
    held: moka::sync::Cache<Vec<u8>, Serialized>,
    /// Part of every key, so that an answer that was being made while the rest was forgotten is not found again.
    generation: AtomicU64,
}

impl Answers {
    pub fn new(max_bytes: u64) -> Self {
        let weigh = |key: &Vec<u8>, answer: &Serialized| {
            u32::try_from(key.len() + answer.body.len() + ENTRY_OVERHEAD).unwrap_or(u32::MAX)
        };
        let held = moka::sync::Cache::builder()
            .max_capacity(max_bytes)
            .weigher(weigh)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self { held, generation: AtomicU64::new(0) }
    }

    /// The answer that was made of these views for this filter, or a new one; true where it was there.
    pub fn get(
        &self,
        kind: AnswerKind,
        views: &[Arc<LeagueView>],
        filter_key: &str,
        now: DateTime<Utc>,
        make: impl FnOnce() -> Serialized,
    ) -> (Bytes, bool) {
        let key = self.key(kind, views, filter_key);
        let expired = |held: &Serialized| held.valid_until.is_some_and(|until| now >= until);
        if let Some(held) = self.held.get(&key[..]).filter(|held| !expired(held)) {
            return (held.body, true);
        }
        // Of several requests for the same new answer one makes it and the others get it.
        let entry = self.held.entry(key).or_insert_with_if(make, expired);
        let was_there = !entry.is_fresh();
        (entry.into_value().body, was_there)
    }

    /// Forgets all answers, those too that are being made.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.held.invalidate_all();
        self.held.run_pending_tasks();
    }

    /// How many answers are held, and the bytes they take.
    pub fn size(&self) -> (u64, u64) {
        self.held.run_pending_tasks();
        (self.held.entry_count(), self.held.weighted_size())
    }

    fn key(&self, kind: AnswerKind, views: &[Arc<LeagueView>], filter_key: &str) -> Vec<u8> {
        let numbers = [kind as u64, self.generation.load(Ordering::Acquire), views.len() as u64];
        let versions = views.iter().map(|view| view.version);
        let mut key = Vec::with_capacity((numbers.len() + views.len()) * size_of::<u64>() + filter_key.len());
        for number in numbers.into_iter().chain(versions) {
            key.extend_from_slice(&number.to_ne_bytes());
        }
        key.extend_from_slice(filter_key.as_bytes());
        key
    }
}
