//! How the server misbehaves on request.

use std::time::Duration;

/// What becomes of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is answered with this, and nothing else is done.
    Status {
        /// The status.
        code: u16,
        /// The body.
        body: String,
        /// The header `Retry-After`.
        retry_after: Option<String>,
    },
    /// It is never answered, and nothing is done.
    Hang,
    /// The connection is reset once the request was read; nothing is done.
    ResetBeforeAnswer,
    /// The connection is reset once the request was done: what it wrote is stored.
    ResetAfterStoring,
    /// The request is done, and its answer breaks off in the middle.
    CutAnswer,
    /// The request is done, and answered so much later.
    Slow(Duration),
    /// The request is done, and answered so much later for each day of the span that its statement names; a statement
    /// without a span at once.
    SlowByDay(Duration),
}
