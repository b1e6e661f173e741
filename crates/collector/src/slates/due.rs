//! Which slate is asked next, and when.

use std::cmp::Reverse;
use std::time::Duration;

use chrono::{DateTime, Utc};
use game_model::{Slate, SlateId, SourceError, SourceErrorKind, Watching};
use tokio::time::Instant;

use super::{Answered, Entry, Outlook, Slates};
use crate::schedule::{Pace, Role, jittered};

/// A slate that could not be had is asked again after at most this long, unless its question was refused.
const RETRY_WITHIN: Duration = Duration::from_secs(15);

/// Two requests for one league are at least so far apart.
const BREATH: Duration = Duration::from_secs(1);

/// A game that left its slate is looked for on the slates ahead not more often than this.
const SEARCH_PAUSE: Duration = Duration::from_mins(15);

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// This slate is due.
    Ask(Slate),
    /// None is.
    Wait {
        /// Time to look again: a poll is due, or an interval gets shorter.
        until: Instant,
        /// When the next poll is due as things stand.
        poll_at: Instant,
    },
}

impl Slates {
    /// Which slate is to be asked at this moment. `hinted`: somebody was served an answer that is too old.
    pub(crate) fn next(&mut self, now: DateTime<Utc>, at: Instant, hinted: bool) -> Next {
        let wanted = self.tidy(now);
        let mut watching = Watching::Idle;
        let mut first: Option<(Instant, Reverse<bool>, Slate)> = None;
        let mut quickens_at: Option<DateTime<Utc>> = None;
        let mut outlooks: Vec<(Option<SlateId>, Outlook)> = Vec::with_capacity(self.entries.len());
        for (key, entry) in &self.entries {
            let (Some(question), role) = (self.question(*key), self.role(*key, &wanted, now)) else {
                continue;
            };
            if role != Role::Current && !self.current_is_known {
                continue;
            }
            let pace = self.pace(*key, role, now);
            watching = watching.max(pace.watching);
            quickens_at = quickens_at.into_iter().chain(pace.quickens_at).min();
            let never_asked = entry.answered.is_none() && key.is_some_and(|id| wanted.contains(&id));
            if !pace.asks() && !never_asked {
                continue;
            }
            let due = self.planned(entry, role, &pace, (now, at));
            outlooks.push((*key, Outlook { at: now, due, quickens_at: pace.quickens_at }));
            let look_at = pace.look_at.map(|moment| at + (moment - now).to_std().unwrap_or_default());
            let due = self.due(entry, role, &pace, look_at, hinted);
            let candidate = (due, Reverse(role == Role::Current), question);
            if first.is_none_or(|first| (candidate.0, candidate.1) < (first.0, first.1)) {
                first = Some(candidate);
            }
        }
        self.watching = watching;
        for (key, outlook) in outlooks {
            if let Some(entry) = self.entries.get_mut(&key) {
                entry.expect(outlook);
            }
        }
        match first {
            Some((due, _, question)) if due <= at => Next::Ask(question),
            first => {
                // The current slate always has an interval, so that there always is a next poll.
                let poll_at = first.map_or(at + self.config.quiet_interval, |(due, ..)| due);
                let quickens_in = quickens_at.and_then(|moment| (moment - now).to_std().ok());
                let until = quickens_in.map_or(poll_at, |wait| poll_at.min(at + wait));
                Next::Wait { until, poll_at }
            }
        }
    }

    /// When the slate is due by its pace alone, by the clock of the wall, which goes on while the machine sleeps; none
    /// where it waits for others.
    fn planned(
        &self,
        entry: &Entry,
        role: Role,
        pace: &Pace,
        (now, at): (DateTime<Utc>, Instant),
    ) -> Option<DateTime<Utc>> {
        let Some(Answered { observed_at, max_age, jitter, .. }) = entry.answered else { return Some(now) };
        let waits_for_others =
            || self.idle_attempt.is_some_and(|last| last + self.config.look_ahead_pause > at);
        if is_idle(role, pace) && waits_for_others() {
            return None;
        }
        let by_interval = pace.every.map(|every| observed_at + jittered(every, jitter));
        let planned = by_interval.into_iter().chain(pace.look_at).min()?;
        Some(planned.max(observed_at + max_age))
    }

    fn due(&self, entry: &Entry, role: Role, pace: &Pace, look_at: Option<Instant>, hinted: bool) -> Instant {
        let by_interval = match (entry.answered, pace.every) {
            (Some(Answered { at, jitter, .. }), every) => every.map(|every| at + jittered(every, jitter)),
            (None, _) => Some(self.opened),
        };
        let mut due = by_interval.into_iter().chain(look_at).min().unwrap_or(self.opened);
        if role == Role::Current && hinted {
            let polite = self.current_attempt.map_or(self.opened, |last| last + self.config.hint_pause);
            due = due.min(polite);
        }
        if let (Role::Ahead, Some(search_at)) = (role, self.search_at)
            && entry.answered.is_some_and(|answered| answered.at < search_at)
        {
            due = due.min(search_at);
        }
        if is_idle(role, pace)
            && let Some(last) = self.idle_attempt
        {
            due = due.max(last + self.config.look_ahead_pause);
        }
        let fresh_until = entry.answered.map(|answered| answered.at + answered.max_age);
        [fresh_until, entry.retry_at, Some(self.left_alone_until)]
            .into_iter()
            .flatten()
            .fold(due, Instant::max)
    }

    /// An attempt ended, in whatever way.
    pub(super) fn attempted(&mut self, asked: Slate, now: DateTime<Utc>, at: Instant) {
        let key = self.key(asked);
        let role = self.role(key, &self.wanted(now), now);
        let pace = self.pace(key, role, now);
        if asked == Slate::Current {
            self.current_attempt = Some(at);
        } else if is_idle(role, &pace) {
            self.idle_attempt = Some(at);
        }
        self.left_alone_until = self.left_alone_until.max(at + BREATH);
    }

    /// The attempt failed: what is known stays, and the league is left alone as long as the source asks for.
    pub(crate) fn failed(&mut self, asked: Slate, error: &SourceError, now: DateTime<Utc>, at: Instant) {
        self.attempted(asked, now, at);
        self.left_alone_until = self.left_alone_until.max(at + error.retry_after);
        let key = self.key(asked);
        let every = self.nominal_interval(key, now);
        let pause = match (error.kind, asked) {
            (SourceErrorKind::Rejected, Slate::Current) => {
                // Nothing will tell which one is current: the named slates are asked without knowing.
                self.current_is_known = true;
                every.min(self.config.soon_interval)
            }
            (SourceErrorKind::Rejected, Slate::Named(_)) => every,
            _ => every.min(RETRY_WITHIN),
        };
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.retry_at = Some(at + error.retry_after.max(pause));
        }
    }

    /// Whether a failure to get this slate leaves something unseen: a slate ahead may not exist yet.
    pub(crate) fn matters(&self, asked: Slate, now: DateTime<Utc>) -> bool {
        let key = self.key(asked);
        let pace = self.pace(key, Role::Beyond, now);
        asked == Slate::Current || pace.asks()
    }

    fn nominal_interval(&self, key: Option<SlateId>, now: DateTime<Utc>) -> Duration {
        let role = self.role(key, &self.wanted(now), now);
        self.pace(key, role, now).every.unwrap_or(self.config.quiet_interval)
    }

    /// A game is missing: the slates ahead become due, though not soon again.
    pub(super) fn search(&mut self, at: Instant) {
        let soonest = self.search_at.map_or(at, |last| last + SEARCH_PAUSE);
        if self.search_at.is_none_or(|last| last <= at) {
            self.search_at = Some(soonest.max(at));
        }
    }
}

impl Entry {
    /// Notes what is to be expected, and since when it is due if it is.
    fn expect(&mut self, outlook: Outlook) {
        let before = self.outlook.replace(outlook);
        let Some(due) = outlook.due.filter(|due| *due <= outlook.at) else { return };
        // A pace that got quicker makes nothing overdue: it was not before it got so.
        let quickened =
            before.map(|before| before.quickens_at.filter(|at| *at <= outlook.at).unwrap_or(before.at));
        let by_now = quickened.map_or(due, |quickened| due.max(quickened));
        let by_then = before.and_then(|before| before.due);
        self.due_since.get_or_insert(by_then.map_or(by_now, |due| due.min(by_now)));
    }
}

/// Whether nothing happens on the slate: such slates are asked one by one with a pause between them.
pub(super) fn is_idle(role: Role, pace: &Pace) -> bool {
    role != Role::Current && pace.watching == Watching::Idle
}
