//! What changed between two looks at one game.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EventKind, Game, GameStatus, Period, Story};

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
    /// It begins soon. No look tells it: the clock does.
    Pregame {
        /// The announced start.
        start: DateTime<Utc>,
        /// How many minutes before it this was to be told.
        minutes: u32,
    },
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
    /// The sides came within one score of each other in the last period, or the last period began so. Told each
    /// time a game gets so close: the league's `one_score` says how close that is, and a level game is.
    CloseGame {
        /// The points between the sides.
        difference: u32,
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
        self.event_kind().as_str()
    }

    /// The kind of the event that tells this change.
    pub fn event_kind(&self) -> EventKind {
        match self {
            Self::GameScheduled { .. } => EventKind::GameScheduled,
            Self::GameRescheduled { .. } => EventKind::GameRescheduled,
            Self::GamePostponed => EventKind::GamePostponed,
            Self::GameCanceled => EventKind::GameCanceled,
            Self::Pregame { .. } => EventKind::Pregame,
            Self::GameStarted => EventKind::GameStarted,
            Self::GameDelayed => EventKind::GameDelayed,
            Self::GameResumed => EventKind::GameResumed,
            Self::PeriodEnded { .. } => EventKind::PeriodEnded,
            Self::PeriodStarted { .. } => EventKind::PeriodStarted,
            Self::OvertimeStarted { .. } => EventKind::OvertimeStarted,
            Self::ScoreChanged { .. } => EventKind::ScoreChanged,
            Self::ScoreCorrected { .. } => EventKind::ScoreCorrected,
            Self::LeadChanged { .. } => EventKind::LeadChanged,
            Self::CloseGame { .. } => EventKind::CloseGame,
            Self::GameEnded { .. } => EventKind::GameEnded,
        }
    }
}

/// What changed from one look at a game to the next, where no more is known of it than these two looks: the
/// [`Story`] of a game that begins with the first, told by the second.
///
/// ```
/// # use game_model::changes;
/// # fn example(game: &game_model::Game) {
/// assert!(changes(Some(game), game).is_empty());
/// # }
/// ```
pub fn changes(previous: Option<&Game>, next: &Game) -> Vec<Change> {
    previous.map_or_else(Story::default, Story::of).see(previous, next)
}

pub(crate) fn schedule_changes(previous: &Game, next: &Game, found: &mut Vec<Change>) {
    // Of a game that was only ever seen played, as an old export tells it, the start before was none that anybody said.
    let start_was_said = previous.start_confirmed || !previous.status.moves_with_time();
    if next.start != previous.start && start_was_said {
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

pub(crate) fn score_changes(previous: &Game, next: &Game, found: &mut Vec<Change>) {
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
pub(crate) fn leader(game: &Game) -> Option<bool> {
    match game.home.score.cmp(&game.away.score) {
        std::cmp::Ordering::Greater => Some(true),
        std::cmp::Ordering::Less => Some(false),
        std::cmp::Ordering::Equal => None,
    }
}
