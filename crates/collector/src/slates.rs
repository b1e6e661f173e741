//! The slates of one league: what each showed, and which one is to be asked next. No I/O; time is passed in.

mod answer;
mod due;
mod merge;
mod retention;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use game_model::{GameId, League, Slate, SlateId, Watching};
use tokio::time::Instant;

use crate::look::Look;
use crate::schedule::{Pace, Role, STUCK_AFTER, pace};
use crate::window::{is_past, wanted};
use crate::{CollectorConfig, Tracked};
use retention::Tidied;

pub(crate) use due::Next;

/// The slates of one league.
///
/// Each game is kept once, as its newest look; a slate is a list of ids. A game stands on the slate that showed it
/// last, so that one which moved, or which two slates show, is served once.
pub(crate) struct Slates {
    league: League,
    config: CollectorConfig,
    tracked: Tracked,
    /// Which of the slates ESPN shows by default; none before the first answer, or where it did not say.
    current: Option<SlateId>,
    /// Whether named slates may be asked: not before it is known which of them is the current one.
    current_is_known: bool,
    entries: BTreeMap<Option<SlateId>, Entry>,
    looks: HashMap<GameId, Look>,
    weeks: Vec<(SlateId, DateTime<Utc>)>,
    /// When slates that were never asked became due.
    opened: Instant,
    /// When the newest attempt for the current slate ended.
    current_attempt: Option<Instant>,
    /// When the newest attempt for a slate on which nothing happens ended.
    idle_attempt: Option<Instant>,
    /// No slate of the league is to be asked before.
    left_alone_until: Instant,
    /// The slates ahead that were not asked since are due: a game is missing.
    search_at: Option<Instant>,
    /// What the league was watched for when it was last looked for a slate that is due.
    watching: Watching,
    tidied: Option<Tidied>,
}

/// One slate.
#[derive(Debug, Default)]
struct Entry {
    /// Its games in ESPN's order.
    ids: Vec<GameId>,
    answered: Option<Answered>,
    /// Since when it is due by its pace alone, whatever failures hold it up; none while it is not.
    due_since: Option<DateTime<Utc>>,
    /// What was to be expected of it when it was last looked for a slate that is due.
    outlook: Option<Outlook>,
    /// When a game in play left the slate before its end: the source may show it again.
    lost_at: Option<DateTime<Utc>>,
    /// Not to be asked before, as the newest attempt failed.
    retry_at: Option<Instant>,
    /// The events of the newest answer that could not be read.
    problems: Vec<String>,
}

/// What is to be expected of a slate as things stand.
#[derive(Debug, Clone, Copy)]
struct Outlook {
    /// When that was.
    at: DateTime<Utc>,
    /// When it is due by its pace alone.
    due: Option<DateTime<Utc>>,
    /// When its pace gets quicker.
    quickens_at: Option<DateTime<Utc>>,
}

/// The newest answer of a slate.
#[derive(Debug, Clone, Copy)]
struct Answered {
    at: Instant,
    observed_at: DateTime<Utc>,
    max_age: Duration,
    /// From 0 to 1.
    jitter: f64,
}

impl Slates {
    /// No slate is known; the current one is due at once.
    pub(crate) fn new(league: League, config: CollectorConfig, now: Instant) -> Self {
        Self {
            league,
            config,
            tracked: Tracked::default(),
            current: None,
            current_is_known: false,
            entries: BTreeMap::from([(None, Entry::default())]),
            looks: HashMap::new(),
            weeks: Vec::new(),
            opened: now,
            current_attempt: None,
            idle_attempt: None,
            left_alone_until: now,
            search_at: None,
            watching: Watching::Idle,
            tidied: None,
        }
    }

    /// Games of these teams quicken the polls from now on.
    pub(crate) fn track(&mut self, tracked: Tracked) {
        self.tracked = tracked;
    }

    /// What the league was watched for when it was last looked for a slate that is due.
    pub(crate) fn watching(&self) -> Watching {
        self.watching
    }

    /// The events that could not be read on the newest answers.
    pub(crate) fn problems(&self) -> impl Iterator<Item = &str> {
        self.entries.values().flat_map(|entry| &entry.problems).map(String::as_str)
    }

    /// The slates that cover the days to look after.
    fn wanted(&self, now: DateTime<Utc>) -> Vec<SlateId> {
        wanted(self.league.slate, &self.weeks, self.current, now)
    }

    fn role(&self, key: Option<SlateId>, wanted: &[SlateId], now: DateTime<Utc>) -> Role {
        match key {
            key if key == self.current => Role::Current,
            Some(id) if is_past(id, &self.weeks, self.current, now) => Role::Past,
            Some(id) if wanted.contains(&id) => Role::Ahead,
            _ => Role::Beyond,
        }
    }

    fn pace(&self, key: Option<SlateId>, role: Role, now: DateTime<Utc>) -> Pace {
        let pace = pace(role, self.standing(key), &self.tracked, now, &self.config);
        let lost_at = self.entries.get(&key).and_then(|entry| entry.lost_at);
        if lost_at.is_none_or(|at| now - at >= STUCK_AFTER) {
            return pace;
        }
        let every =
            pace.every.map_or(self.config.soon_interval, |every| every.min(self.config.soon_interval));
        Pace { every: Some(every), watching: pace.watching.max(Watching::Soon), ..pace }
    }

    /// The games that stand on a slate, in ESPN's order.
    fn standing(&self, key: Option<SlateId>) -> impl Iterator<Item = &Look> {
        let ids = self.entries.get(&key).map(|entry| entry.ids.as_slice()).unwrap_or_default();
        ids.iter().filter_map(|id| self.looks.get(id)).filter(move |look| look.slate == key)
    }

    /// How a slate is asked for; none for one that has no name and is not the current one any more.
    fn question(&self, key: Option<SlateId>) -> Option<Slate> {
        if key == self.current { Some(Slate::Current) } else { key.map(Slate::Named) }
    }

    fn key(&self, asked: Slate) -> Option<SlateId> {
        match asked {
            Slate::Current => self.current,
            Slate::Named(id) => Some(id),
        }
    }
}
