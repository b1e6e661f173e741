//! The kinds of events, as they are called outside.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kind of an event.
///
/// ```
/// use game_model::EventKind;
/// assert_eq!("score_changed".parse(), Ok(EventKind::ScoreChanged));
/// assert!("goal".parse::<EventKind>().unwrap_err().to_string().contains("known are game_scheduled, "));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A game was announced.
    GameScheduled,
    /// Its announced start moved.
    GameRescheduled,
    /// It was put off to another day.
    GamePostponed,
    /// It will not be played.
    GameCanceled,
    /// It begins in so many minutes.
    Pregame,
    /// Play began.
    GameStarted,
    /// A period other than the first began.
    PeriodStarted,
    /// A period is over.
    PeriodEnded,
    /// A side scored.
    ScoreChanged,
    /// A score was taken back.
    ScoreCorrected,
    /// Another side leads, or none does any more.
    LeadChanged,
    /// The sides are one score apart, in the last period or beyond.
    CloseGame,
    /// It was held up, or interrupted.
    GameDelayed,
    /// Play went on.
    GameResumed,
    /// An overtime or a shootout began.
    OvertimeStarted,
    /// It is over.
    GameEnded,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::GameScheduled,
        Self::GameRescheduled,
        Self::GamePostponed,
        Self::GameCanceled,
        Self::Pregame,
        Self::GameStarted,
        Self::PeriodStarted,
        Self::PeriodEnded,
        Self::ScoreChanged,
        Self::ScoreCorrected,
        Self::LeadChanged,
        Self::CloseGame,
        Self::GameDelayed,
        Self::GameResumed,
        Self::OvertimeStarted,
        Self::GameEnded,
    ];

    /// The name of the kind: `score_changed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GameScheduled => "game_scheduled",
            Self::GameRescheduled => "game_rescheduled",
            Self::GamePostponed => "game_postponed",
            Self::GameCanceled => "game_canceled",
            Self::Pregame => "pregame",
            Self::GameStarted => "game_started",
            Self::PeriodStarted => "period_started",
            Self::PeriodEnded => "period_ended",
            Self::ScoreChanged => "score_changed",
            Self::ScoreCorrected => "score_corrected",
            Self::LeadChanged => "lead_changed",
            Self::CloseGame => "close_game",
            Self::GameDelayed => "game_delayed",
            Self::GameResumed => "game_resumed",
            Self::OvertimeStarted => "overtime_started",
            Self::GameEnded => "game_ended",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name that no kind of event has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown event {name:?}; known are {}", EventKind::ALL.map(EventKind::as_str).join(", "))]
pub struct UnknownEvent {
    /// What was given.
    pub name: String,
}

impl FromStr for EventKind {
    type Err = UnknownEvent;

    /// Finds a kind by its name, in any letter case.
    fn from_str(name: &str) -> Result<Self, UnknownEvent> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(name.trim()))
            .ok_or_else(|| UnknownEvent { name: name.to_owned() })
    }
}
