//! What the breaker is, what it did, and how it went from one state to another.

use std::fmt;

/// What the breaker does with calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// They pass.
    #[default]
    Closed,
    /// They are refused.
    Open,
    /// One passes as a probe, others are refused.
    HalfOpen,
}

impl State {
    /// `closed`, `open` or `half_open`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who decides on the state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Hold {
    /// The breaker, by what becomes of the calls.
    #[default]
    Auto,
    /// A person: it stays closed, whatever fails.
    Closed,
    /// A person: it stays open, without probes.
    Open,
}

/// What the breaker saw and did since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that succeeded.
    pub successes: u64,
    /// Calls that failed.
    pub failures: u64,
    /// Calls that were refused.
    pub refused: u64,
    /// Failures since the last success.
    pub consecutive_failures: u32,
    /// How often it opened.
    pub opened: u64,
    /// How often it let a probe pass.
    pub half_opened: u64,
    /// How often it closed again.
    pub closed: u64,
}

/// The step from one state to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The state before.
    pub from: State,
    /// The state now.
    pub to: State,
    /// Why, in words for the log.
    pub reason: String,
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}: {}", self.from, self.to, self.reason)
    }
}
