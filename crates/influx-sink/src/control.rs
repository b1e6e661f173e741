//! How a person decides on the breaker while the sink runs.

use std::fmt;
use std::sync::Arc;

use circuit_breaker::Hold;

use crate::gate::Gate;

/// A cheap handle by which a person decides on the breaker of one sink.
#[derive(Clone)]
pub struct SinkControl {
    gate: Arc<Gate>,
}

impl SinkControl {
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        Self { gate }
    }

    /// Holds the breaker closed or open, or lets it decide again. The report tells of it when this returns.
    ///
    /// Held closed, and when it may decide again, the sink tries at once, whatever pause it was in; while it is held
    /// closed, failures are followed by the usual pauses, and do not open it. Held open, nothing is sent, at the last
    /// flush neither; a request that is under way is not cut off.
    pub fn hold(&self, hold: Hold) {
        self.gate.hold(hold);
    }

    /// Who decides on the breaker.
    pub fn held(&self) -> Hold {
        self.gate.held()
    }
}

impl fmt::Debug for SinkControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SinkControl").field("held", &self.held()).finish_non_exhaustive()
    }
}
