//! What can go wrong on the way.

use std::fmt;
use std::time::Duration;

/// One way in which a connection can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset as soon as it was made; the server never hears of it.
    Refuse,
    /// The connection is reset once so many bytes of requests were passed on. With 0 the server sees nothing of the
    /// request.
    ResetRequest {
        /// Bytes that reach the server.
        after: usize,
    },
    /// Requests are passed on whole. The connection is closed once so many bytes of answers were.
    CutAnswer {
        /// Bytes that reach the client.
        after: usize,
    },
    /// The connection stays open; whatever the client sends is swallowed, and there is never an answer.
    BlackHole,
    /// Requests are passed on, answers are swallowed, the connection stays open.
    HalfOpen,
    /// Everything arrives, each piece so much later.
    Latency(Duration),
    /// Everything arrives, a few bytes at a time.
    Trickle {
        /// Bytes of a piece.
        bytes: usize,
        /// The pause after each piece.
        every: Duration,
    },
}

impl Fault {
    /// What kind of fault it is.
    pub fn kind(self) -> FaultKind {
        match self {
            Self::Refuse => FaultKind::Refuse,
            Self::ResetRequest { .. } => FaultKind::ResetRequest,
            Self::CutAnswer { .. } => FaultKind::CutAnswer,
            Self::BlackHole => FaultKind::BlackHole,
            Self::HalfOpen => FaultKind::HalfOpen,
            Self::Latency(_) => FaultKind::Latency,
            Self::Trickle { .. } => FaultKind::Trickle,
        }
    }
}

/// The kinds of faults, their measures aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// [`Fault::Refuse`]
    Refuse,
    /// [`Fault::ResetRequest`]
    ResetRequest,
    /// [`Fault::CutAnswer`]
    CutAnswer,
    /// [`Fault::BlackHole`]
    BlackHole,
    /// [`Fault::HalfOpen`]
    HalfOpen,
    /// [`Fault::Latency`]
    Latency,
    /// [`Fault::Trickle`]
    Trickle,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Refuse,
        Self::ResetRequest,
        Self::CutAnswer,
        Self::BlackHole,
        Self::HalfOpen,
        Self::Latency,
        Self::Trickle,
    ];

    /// What people call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refused",
            Self::ResetRequest => "reset in the request",
            Self::CutAnswer => "cut in the answer",
            Self::BlackHole => "black hole",
            Self::HalfOpen => "half-open",
            Self::Latency => "latency",
            Self::Trickle => "trickle",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
