//! What changed between two looks at one game.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Game, GameStatus, Period};

/// One change of a game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// The game was seen for the first time, before its start.
    GameScheduled {
        /// The announced start.
        start: DateTime<Utc>,
    },
    /// Its start moved.
    GameRescheduled {
        /// The start announced before.
        before: DateTime<Utc>,
        /// The start announced now.
        after: DateTime<Utc>,
    },
    /// It was put off to another day.
    GamePostponed,
    /// It will not be played.
    GameCanceled,
    /// Play began.
    GameStarted,
    /// It was held up, or interrupted to be finished another day.
    GameDelayed,
    /// Play went on after a delay.
    GameResumed,
    /// A period is over.
    PeriodEnded {
        /// The period that ended.
        period: Period,
    },
    /// A period other than the first began.
    PeriodStarted {
        /// The period that began.
        period: Period,
    },
    /// An overtime or a shootout began.
    OvertimeStarted {
        /// The overtime that began.
        period: Period,
    },
    /// One side scored, once or more often since the look before.
    ScoreChanged {
        /// Who scored.
        home: bool,
        /// That side's score before.
        before: u32,
        /// That side's score now: more than before.
        after: u32,
    },
    /// A score was taken back.
    ScoreCorrected {
        /// Whose score.
        home: bool,
        /// That side's score before.
        before: u32,
        /// That side's score now: less than before.
        after: u32,
    },
    /// Another side leads, or none does any more.
    LeadChanged {
        /// Who leads now; none when the score is level.
        home_leads: Option<bool>,
    },
    /// It is over.
    GameEnded {
        /// Whether the home side won; none for a tie.
        home_won: Option<bool>,
        /// The home side's final score.
        home: u32,
        /// The visitors' final score.
        away: u32,
    },
}

/// The name of a kind of change, as events are called outside.
pub type ChangeKind = &'static str;

impl Change {
    /// The name of the kind of change: `score_changed`.
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::GameScheduled { .. } => "game_scheduled",
            Self::GameRescheduled { .. } => "game_rescheduled",
            Self::GamePostponed => "game_postponed",
            Self::GameCanceled => "game_canceled",
            Self::GameStarted => "game_started",
            Self::GameDelayed => "game_delayed",
            Self::GameResumed => "game_resumed",
            Self::PeriodEnded { .. } => "period_ended",
            Self::PeriodStarted { .. } => "period_started",
            Self::OvertimeStarted { .. } => "overtime_started",
            Self::ScoreChanged { .. } => "score_changed",
            Self::ScoreCorrected { .. } => "score_corrected",
            Self::LeadChanged { .. } => "lead_changed",
            Self::GameEnded { .. } => "game_ended",
        }
    }
}

/// What changed from one look at a game to the next, in the order in which it must have happened.
///
/// Without a previous look there is no change but the schedule's: a game first seen under way has not started
/// now. Two looks that differ by several scores yield one change per side, with the whole difference.
///
/// ```
/// # use game_model::changes;
/// # fn example(game: &game_model::Game) {
/// assert!(changes(Some(game), game).is_empty());
/// # }
/// ```
pub fn changes(previous: Option<&Game>, next: &Game) -> Vec<Change> {
    let Some(previous) = previous else {
        return match next.status {
            GameStatus::Scheduled => vec![Change::GameScheduled { start: next.start }],
            _ => Vec::new(),
        };
    };
    let mut found = Vec::new();
    schedule_changes(previous, next, &mut found);
    if next.has_begun() && !previous.has_begun() {
        found.push(Change::GameStarted);
    } else if next.status == GameStatus::Live
        && matches!(previous.status, GameStatus::Delayed | GameStatus::Suspended)
    {
        found.push(Change::GameResumed);
    }
    period_changes(previous, next, &mut found);
    score_changes(previous, next, &mut found);
    let interrupted = |game: &Game| matches!(game.status, GameStatus::Delayed | GameStatus::Suspended);
    if interrupted(next) && !interrupted(previous) {
        found.push(Change::GameDelayed);
    }
    if next.status == GameStatus::Finished && previous.status != GameStatus::Finished {
        found.push(Change::GameEnded {
            home_won: leader(next),
            home: next.home.score,
            away: next.away.score,
        });
    }
    found
}

fn schedule_changes(previous: &Game, next: &Game, found: &mut Vec<Change>) {
    if next.start != previous.start {
        found.push(Change::GameRescheduled { before: previous.start, after: next.start });
    }
    if next.status != previous.status {
        match next.status {
            GameStatus::Postponed => found.push(Change::GamePostponed),
            GameStatus::Canceled => found.push(Change::GameCanceled),
            _ => {}
        }
    }
}

fn period_changes(previous: &Game, next: &Game, found: &mut Vec<Change>) {
    if !(previous.has_begun() && next.has_begun()) {
        return;
    }
    let (Some(before), Some(after)) = (previous.clock.period, next.clock.period) else {
        return;
    };
    if after > before {
        found.push(Change::PeriodEnded { period: before });
        found.push(match after {
            Period::Regulation(_) => Change::PeriodStarted { period: after },
            Period::Overtime(_) | Period::Shootout => Change::OvertimeStarted { period: after },
        });
    }
}

fn score_changes(previous: &Game, next: &Game, found: &mut Vec<Change>) {
    let sides = [(true, &previous.home, &next.home), (false, &previous.away, &next.away)];
    for (home, before, after) in sides.map(|(home, p, n)| (home, p.score, n.score)) {
        match after.cmp(&before) {
            std::cmp::Ordering::Greater => found.push(Change::ScoreChanged { home, before, after }),
            std::cmp::Ordering::Less => found.push(Change::ScoreCorrected { home, before, after }),
            std::cmp::Ordering::Equal => {}
        }
    }
    if leader(previous) != leader(next) {
        found.push(Change::LeadChanged { home_leads: leader(next) });
    }
}

/// Whether the home side leads; none when the score is level.
fn leader(game: &Game) -> Option<bool> {
    match game.home.score.cmp(&game.away.score) {
        std::cmp::Ordering::Greater => Some(true),
        std::cmp::Ordering::Less => Some(false),
        std::cmp::Ordering::Equal => None,
    }
}
