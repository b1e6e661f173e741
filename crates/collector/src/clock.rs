//! The time of day, corrected by the source's clock where this machine's is far off.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::WallClock;

/// A machine's clock is corrected when it is further away from the source's than this.
pub(crate) const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// The smallest step from one observation to the next.
const TICK: TimeDelta = TimeDelta::nanoseconds(1);

/// The time of day, corrected by the source's clock. A Raspberry Pi has no clock that runs while it is off.
pub(crate) struct CorrectedClock {
    wall: Arc<dyn WallClock>,
    offset: TimeDelta,
    last_observed: DateTime<Utc>,
}

impl CorrectedClock {
    pub(crate) fn new(wall: Arc<dyn WallClock>) -> Self {
        Self { wall, offset: TimeDelta::zero(), last_observed: DateTime::<Utc>::MIN_UTC }
    }

    /// The time of day now.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let wall = self.wall.now();
        wall.checked_add_signed(self.offset).unwrap_or(wall)
    }

    /// What is added to this machine's clock; zero while it is right.
    pub(crate) fn offset(&self) -> TimeDelta {
        self.offset
    }

    /// Compares with the source's clock.
    pub(crate) fn learn(&mut self, source: DateTime<Utc>) {
        let off = source - self.wall.now();
        self.offset = if off.abs() > TOLERANCE { off } else { TimeDelta::zero() };
    }

    /// The time of an observation made now: later than that of every one before, even when the clock went back.
    pub(crate) fn observe(&mut self) -> DateTime<Utc> {
        let at = self.now().max(self.last_observed.checked_add_signed(TICK).unwrap_or(self.last_observed));
        self.last_observed = at;
        at
    }
}

/// What to tell a person about the correction in force; none while there is none.
pub(crate) fn complaint(offset: TimeDelta) -> Option<String> {
    let direction = match offset.num_minutes() {
        0 => return None,
        minutes if minutes > 0 => "behind",
        _ => "ahead of",
    };
    let minutes = offset.num_minutes().abs();
    Some(format!(
        "this machine's clock is {minutes} minutes {direction} ESPN's and is corrected by it; set it, or let NTP set it"
    ))
}
