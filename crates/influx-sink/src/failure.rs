//! Why lines did not leave the outbox, as far as it matters for the next try.

use std::time::Duration;

/// Why lines did not leave the outbox. Ordered by what must be minded most, for several that failed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Failure {
    /// The breaker let nothing through.
    Refused,
    /// The outbox could not be read or changed.
    Outbox,
    /// The server could not take them now; it may have said how long to wait.
    Retry {
        /// The server's `Retry-After`.
        after: Option<Duration>,
    },
    /// A setting is wrong: nothing may be written before a person has mended it.
    Setting,
}

/// The outcome of two things that were done together.
pub(crate) fn both(one: Result<(), Failure>, other: Result<(), Failure>) -> Result<(), Failure> {
    one.err().max(other.err()).map_or(Ok(()), Err)
}
