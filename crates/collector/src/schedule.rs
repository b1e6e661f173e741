//! How often a slate is asked: a pure function of its games, of the teams that are tracked, and of the time.

#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, GameStatus, Watching};

use crate::look::Look;
use crate::{CollectorConfig, Tracked};

/// A start that passed while the game is still announced is expected every minute for so long.
pub(crate) const OVERDUE_FOR: TimeDelta = TimeDelta::hours(1);

/// Then it is expected as one that is soon for so long after the start; then it lingers.
pub(crate) const EXPECTED_FOR: TimeDelta = TimeDelta::hours(6);

/// A suspended game goes on at any time of the day after it was interrupted, or after the start that is said for the
/// rest of it; then it lingers.
pub(crate) const RESUMED_WITHIN: TimeDelta = TimeDelta::hours(24);

/// A start without a time of day carries the day's first moment: it may be any time until so long after.
pub(crate) const UNCONFIRMED_FOR: TimeDelta = TimeDelta::hours(24);

/// A live or delayed game of which nothing changed for so long is stuck, and lingers: no delay within a day is longer.
pub(crate) const STUCK_AFTER: TimeDelta = TimeDelta::hours(6);

/// A lingering game is let go so long after its start and its last change: its slate is not asked for it any more.
pub(crate) const LET_GO_AFTER: TimeDelta = TimeDelta::days(7);

/// So long after its end a game is looked at once more each: results are corrected.
pub(crate) const CORRECTIONS: [TimeDelta; 2] = [TimeDelta::minutes(1), TimeDelta::minutes(10)];

/// A correction that was not looked for so long after the end, as ESPN was away, is not looked for any more.
pub(crate) const CORRECTED_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Intervals are prolonged at random by up to this part of them. Never shortened: what is asked twice a day is asked
/// twice within any 24 hours.
pub(crate) const JITTER: f64 = 0.05;

/// What a slate is to its league at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// ESPN shows it by default.
    Current,
    /// It covers a part of the days ahead that are looked after.
    Ahead,
    /// It is over.
    Past,
    /// It lies beyond the days that are looked after.
    Beyond,
}

/// How often a slate is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// The interval; none where there is nothing to ask it for.
    pub(crate) every: Option<Duration>,
    /// When the interval gets shorter even if nothing new is heard.
    pub(crate) quickens_at: Option<DateTime<Utc>>,
    /// When it is to be asked once, whatever the interval; in the past where that is overdue.
    pub(crate) look_at: Option<DateTime<Utc>>,
    /// The reason for the interval.
    pub(crate) watching: Watching,
}

impl Pace {
    /// Nothing asks for anything.
    const REST: Self = Self { every: None, quickens_at: None, look_at: None, watching: Watching::Idle };

    fn of(every: Duration, watching: Watching) -> Self {
        Self { every: Some(every), watching, ..Self::REST }
    }

    /// The pace of two together.
    fn and(self, other: Self) -> Self {
        Self {
            every: self.every.into_iter().chain(other.every).min(),
            quickens_at: self.quickens_at.into_iter().chain(other.quickens_at).min(),
            look_at: self.look_at.into_iter().chain(other.look_at).min(),
            watching: self.watching.max(other.watching),
        }
    }

    /// Whether there is anything to ask the slate for.
    pub(crate) fn asks(&self) -> bool {
        self.every.is_some() || self.look_at.is_some()
    }
}

/// How often a slate with these games is asked at this moment.
pub(crate) fn pace<'a>(
    role: Role,
    looks: impl IntoIterator<Item = &'a Look>,
    tracked: &Tracked,
    now: DateTime<Utc>,
    config: &CollectorConfig,
) -> Pace {
    let own = match role {
        Role::Current | Role::Ahead => Pace::of(config.quiet_interval, Watching::Idle),
        Role::Past | Role::Beyond => Pace::REST,
    };
    looks.into_iter().map(|look| game_pace(look, tracked, now, config)).fold(own, Pace::and)
}

/// The interval with its jitter; `fraction` from 0 to 1.
pub(crate) fn jittered(every: Duration, fraction: f64) -> Duration {
    every.mul_f64(1.0 + JITTER * fraction.clamp(0.0, 1.0))
}

/// How often one game alone would have its slate asked.
fn game_pace(look: &Look, tracked: &Tracked, now: DateTime<Utc>, config: &CollectorConfig) -> Pace {
    let game = look.game.as_ref();
    if !tracked.includes(game) {
        return unwatched(look, now, config);
    }
    match game.status {
        GameStatus::Postponed | GameStatus::Canceled => Pace::REST,
        GameStatus::Finished => ended(look, now),
        GameStatus::Live | GameStatus::Delayed if now - look.changed_at < STUCK_AFTER => {
            Pace::of(config.live_interval, Watching::Live)
        }
        GameStatus::Scheduled if game.start > now => announced(game, now, config),
        GameStatus::Scheduled => overdue(look, now, config),
        GameStatus::Suspended => suspended(look, now, config),
        GameStatus::Live | GameStatus::Delayed => lingering(look, now, config.linger_interval),
    }
}

/// The pace for a game that has not reached its start.
fn announced(game: &Game, now: DateTime<Utc>, config: &CollectorConfig) -> Pace {
    let before =
        |within: Duration| TimeDelta::from_std(within).map_or(game.start, |within| game.start - within);
    let (soon_from, live_from) = (before(config.soon_within), before(config.live_within));
    // A start without a time of day is never imminent: what is near is a placeholder.
    let live_from = game.start_confirmed.then_some(live_from);
    if live_from.is_some_and(|from| from <= now) {
        Pace::of(config.live_interval, Watching::Live)
    } else if soon_from <= now {
        Pace { quickens_at: live_from, ..Pace::of(config.soon_interval, Watching::Soon) }
    } else {
        Pace { quickens_at: Some(soon_from), ..Pace::REST }
    }
}

/// The pace for a game that should have started.
fn overdue(look: &Look, now: DateTime<Utc>, config: &CollectorConfig) -> Pace {
    let late = now - look.game.start;
    let is_late = |within: Duration| TimeDelta::from_std(within).is_ok_and(|within| late >= within);
    if !look.game.start_confirmed {
        return if late < UNCONFIRMED_FOR {
            Pace::of(config.soon_interval, Watching::Soon)
        } else {
            lingering(look, now, config.linger_interval)
        };
    }
    if !is_late(config.live_within) {
        Pace::of(config.live_interval, Watching::Live)
    } else if late < OVERDUE_FOR {
        Pace::of(config.overdue_interval, Watching::Soon)
    } else if late < EXPECTED_FOR {
        Pace::of(config.soon_interval, Watching::Soon)
    } else {
        lingering(look, now, config.linger_interval)
    }
}

/// The pace for a game that was interrupted, to be finished another day.
fn suspended(look: &Look, now: DateTime<Utc>, config: &CollectorConfig) -> Pace {
    let game = look.game.as_ref();
    // Some sources say when it goes on: then that is its start.
    if game.start > now {
        announced(game, now, config)
    } else if game.start > look.changed_at {
        overdue(look, now, config)
    } else if now - look.changed_at < RESUMED_WITHIN {
        Pace::of(config.soon_interval, Watching::Soon)
    } else {
        lingering(look, now, config.linger_interval)
    }
}

/// The pace for a game that is over: a look each at the corrections that were not looked for yet.
fn ended(look: &Look, now: DateTime<Utc>) -> Pace {
    let Some(ended_at) = look.ended_at.filter(|ended_at| now - *ended_at < CORRECTED_WITHIN) else {
        return Pace::REST;
    };
    match CORRECTIONS.into_iter().map(|after| ended_at + after).find(|moment| look.observed_at < *moment) {
        Some(moment) => Pace { look_at: Some(moment), watching: Watching::Ended, ..Pace::REST },
        None => Pace::REST,
    }
}

/// The pace for a game of teams that nobody tracks: its result is fetched, without hurry.
fn unwatched(look: &Look, now: DateTime<Utc>, config: &CollectorConfig) -> Pace {
    if look.game.status.is_settled() || look.game.start > now {
        return Pace::REST;
    }
    lingering(look, now, config.quiet_interval)
}

fn lingering(look: &Look, now: DateTime<Utc>, every: Duration) -> Pace {
    if now - look.game.start.max(look.changed_at) < LET_GO_AFTER {
        Pace::of(every, Watching::Idle)
    } else {
        Pace::REST
    }
}
