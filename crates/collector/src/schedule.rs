//! How often a slate is asked: a pure function of its games and the time.

#[cfg(test)]
mod tests;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, GameStatus};

use crate::CollectorConfig;
use crate::look::Look;

/// A start that passed while the game is still announced is expected every minute for so long; then it lingers.
pub(crate) const OVERDUE_FOR: TimeDelta = TimeDelta::hours(6);

/// A start without a time of day carries the day's first moment: it may be any time until so long after.
pub(crate) const UNCONFIRMED_FOR: TimeDelta = TimeDelta::hours(24);

/// A live or delayed game of which nothing changed for so long is stuck, and lingers: no delay within a day is longer.
pub(crate) const STUCK_AFTER: TimeDelta = TimeDelta::hours(6);

/// A lingering game is let go so long after its start and its last change: its slate is not asked for it any more.
pub(crate) const LET_GO_AFTER: TimeDelta = TimeDelta::days(7);

/// Intervals are shortened or prolonged at random by up to this part of them.
pub(crate) const JITTER: f64 = 0.1;

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
}

/// How often a slate with these games is asked at this moment.
pub(crate) fn pace<'a>(
    role: Role,
    looks: impl IntoIterator<Item = &'a Look>,
    now: DateTime<Utc>,
    config: &CollectorConfig,
) -> Pace {
    let every = match role {
        Role::Current => Some(config.quiet_interval),
        Role::Ahead => Some(config.look_ahead_interval),
        Role::Past | Role::Beyond => None,
    };
    looks.into_iter().map(|look| game_pace(role, look, now, config)).fold(
        Pace { every, quickens_at: None },
        |all, game| Pace {
            every: all.every.into_iter().chain(game.every).min(),
            quickens_at: all.quickens_at.into_iter().chain(game.quickens_at).min(),
        },
    )
}

/// The interval with its jitter; `fraction` from -1 to 1.
pub(crate) fn jittered(every: Duration, fraction: f64) -> Duration {
    every.mul_f64(1.0 + JITTER * fraction.clamp(-1.0, 1.0))
}

/// How often one game alone would have its slate asked.
fn game_pace(role: Role, look: &Look, now: DateTime<Utc>, config: &CollectorConfig) -> Pace {
    let game = look.game.as_ref();
    let every = match game.status {
        GameStatus::Postponed | GameStatus::Canceled | GameStatus::Finished => None,
        GameStatus::Live | GameStatus::Delayed if now - look.changed_at < STUCK_AFTER => {
            Some(config.live_interval)
        }
        GameStatus::Scheduled if game.start > now => return announced(role, game, now, config),
        GameStatus::Scheduled if game.start_confirmed && now - game.start < OVERDUE_FOR => {
            Some(config.imminent_interval)
        }
        GameStatus::Scheduled if !game.start_confirmed && now - game.start < UNCONFIRMED_FOR => {
            Some(config.soon_interval)
        }
        GameStatus::Live | GameStatus::Delayed | GameStatus::Suspended | GameStatus::Scheduled => {
            lingering(look, now, config)
        }
    };
    Pace { every, quickens_at: None }
}

/// The pace for a game that has not reached its start.
fn announced(role: Role, game: &Game, now: DateTime<Utc>, config: &CollectorConfig) -> Pace {
    let before =
        |within: Duration| TimeDelta::from_std(within).map_or(game.start, |within| game.start - within);
    // A start without a time of day is never imminent: what is near is a placeholder.
    let imminent_from = if game.start_confirmed { before(config.imminent_within) } else { game.start };
    let soon_from = before(config.soon_within);
    if game.start_confirmed && imminent_from <= now {
        Pace { every: Some(config.imminent_interval), quickens_at: None }
    } else if role == Role::Current && soon_from <= now {
        Pace { every: Some(config.soon_interval), quickens_at: game.start_confirmed.then_some(imminent_from) }
    } else {
        let quickens_at = if role == Role::Current { soon_from } else { imminent_from };
        Pace { every: None, quickens_at: Some(quickens_at) }
    }
}

fn lingering(look: &Look, now: DateTime<Utc>, config: &CollectorConfig) -> Option<Duration> {
    (now - look.game.start.max(look.changed_at) < LET_GO_AFTER).then_some(config.quiet_interval)
}
