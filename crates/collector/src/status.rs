//! How the watch of one league goes, and the report made of it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use game_model::{ChangeKind, League, PollReport, SourceError, SourceErrorKind, Watching};
use tokio::time::Instant;

use crate::clock;

/// So many unreadable events are named in a reason; the log names them all.
const PROBLEMS_NAMED: usize = 3;

/// How the watch of one league goes.
#[derive(Debug, Clone)]
pub(crate) struct LeagueStatus {
    league: League,
    last_success: Option<DateTime<Utc>>,
    failure: Option<Failure>,
    pub(crate) attempted: bool,
    attempts: BTreeMap<&'static str, u64>,
    requests: (NaiveDate, u64),
    commits: Commits,
    /// Games now served.
    pub(crate) games: usize,
    /// Whether no game is on or about to begin.
    pub(crate) is_quiet: bool,
    /// What the league is watched for.
    pub(crate) watching: Watching,
    /// When the next poll is due; none while one is under way.
    pub(crate) next_poll_at: Option<Instant>,
    /// Distinct events that could not be read since the start.
    pub(crate) unreadable_events: u64,
    /// The events that can not be read on the newest answers.
    pub(crate) problems: Vec<String>,
    /// What is added to this machine's clock.
    pub(crate) clock_offset: TimeDelta,
    /// Why the league's games could not be taken over from the store.
    pub(crate) restore_error: Option<String>,
    /// The task that watches the league ended by a fault of its own.
    pub(crate) broken: bool,
    /// Changes since the start.
    pub(crate) changes: BTreeMap<ChangeKind, u64>,
}

#[derive(Debug, Clone)]
struct Failure {
    message: String,
    since: DateTime<Utc>,
    attempts: u32,
}

#[derive(Debug, Clone, Default)]
struct Commits {
    refused: u64,
    failure: Option<(String, DateTime<Utc>)>,
}

impl LeagueStatus {
    pub(crate) fn new(league: League) -> Self {
        Self {
            league,
            last_success: None,
            failure: None,
            attempted: false,
            attempts: BTreeMap::new(),
            requests: (NaiveDate::MIN, 0),
            commits: Commits::default(),
            games: 0,
            is_quiet: false,
            watching: Watching::Idle,
            next_poll_at: None,
            unreadable_events: 0,
            problems: Vec::new(),
            clock_offset: TimeDelta::zero(),
            restore_error: None,
            broken: false,
            changes: BTreeMap::new(),
        }
    }

    /// A scoreboard came.
    pub(crate) fn succeeded(&mut self, now: DateTime<Utc>) {
        self.attempt("ok", now, true);
        self.last_success = Some(now);
        self.failure = None;
    }

    /// None came. `matters`: games of the league go unseen because of it. Tells whether this is news.
    pub(crate) fn failed(&mut self, error: &SourceError, matters: bool, now: DateTime<Utc>) -> bool {
        let was_asked = error.kind != SourceErrorKind::BackingOff;
        self.attempt(error.kind.as_str(), now, was_asked);
        if error.kind == SourceErrorKind::Rejected && !matters {
            return true;
        }
        match &mut self.failure {
            // The source was left alone: the reason for that is the failure before.
            Some(_) if !was_asked => false,
            Some(failure) => {
                failure.attempts += 1;
                let is_news = failure.message != error.message;
                failure.message.clone_from(&error.message);
                is_news
            }
            None => {
                let attempts = u32::from(was_asked);
                self.failure = Some(Failure { message: error.message.clone(), since: now, attempts });
                true
            }
        }
    }

    /// An observation was committed.
    pub(crate) fn committed(&mut self, nothing_held: bool) {
        self.restore_error = None;
        if nothing_held {
            self.commits.failure = None;
        }
    }

    /// An observation was not committed. Tells whether the reason is news.
    pub(crate) fn refused(&mut self, message: &str, now: DateTime<Utc>) -> bool {
        self.commits.refused += 1;
        let before = self.commits.failure.take();
        let is_news = before.as_ref().is_none_or(|(known, _)| known != message);
        let since = before.map_or(now, |(_, since)| since);
        self.commits.failure = Some((message.to_owned(), since));
        is_news
    }

    fn attempt(&mut self, outcome: &'static str, now: DateTime<Utc>, was_asked: bool) {
        self.attempted = true;
        *self.attempts.entry(outcome).or_default() += 1;
        if was_asked {
            self.requests = (now.date_naive(), self.requests_on(now) + 1);
        }
    }

    fn requests_on(&self, now: DateTime<Utc>) -> u64 {
        let (day, count) = self.requests;
        if day == now.date_naive() { count } else { 0 }
    }

    /// The report at this moment; `wall` by this machine's clock.
    pub(crate) fn report(&self, wall: DateTime<Utc>, at: Instant) -> PollReport {
        let now = wall.checked_add_signed(self.clock_offset).unwrap_or(wall);
        PollReport {
            league: self.league,
            last_success: self.last_success,
            last_error: self.failure.as_ref().map(|failure| failure.message.clone()),
            consecutive_failures: self.failure.as_ref().map_or(0, |failure| failure.attempts),
            games: self.games,
            next_poll_in: self.next_poll_at.map(|due| due.saturating_duration_since(at)).unwrap_or_default(),
            watching: self.watching,
            tracked: None,
            attempted: self.attempted,
            requests_today: self.requests_on(now),
            attempts: self.attempts.iter().map(|(outcome, count)| (*outcome, *count)).collect(),
            unreadable_events: self.unreadable_events,
            refused_observations: self.commits.refused,
            reasons: self.reasons(),
        }
    }

    fn reasons(&self) -> Vec<String> {
        let league = self.league;
        let failure = self.failure.as_ref().map(|Failure { message, since, .. }| {
            format!("{league}: no scoreboard since {}: {message}", minute(*since))
        });
        let commits = self.commits.failure.as_ref().map(|(message, since)| {
            format!("{league}: what is seen is served but not kept since {}: {message}", minute(*since))
        });
        let restore = self
            .restore_error
            .as_ref()
            .map(|message| format!("{league}: games seen before the start could not be read: {message}"));
        let broken = self.broken.then(|| {
            format!("{league}: the watch ended by a fault of its own, see the log; restart the service")
        });
        let reasons =
            [failure, commits, restore, self.unreadable(), clock::complaint(self.clock_offset), broken];
        reasons.into_iter().flatten().collect()
    }

    fn unreadable(&self) -> Option<String> {
        let count = self.problems.len();
        let named: Vec<&str> = self.problems.iter().take(PROBLEMS_NAMED).map(String::as_str).collect();
        let more = if count > named.len() { "; ..." } else { "" };
        (count > 0)
            .then(|| format!("{}: {count} events can not be read: {}{more}", self.league, named.join("; ")))
    }
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}
