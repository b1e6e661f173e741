//! The time of day, corrected by the source's clock where this machine's is far off.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use game_model::WallClock;

/// A machine's clock is corrected when it is further away from the source's than this.
pub(crate) const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// The smallest step from one observation to the next.
const TICK: TimeDelta = TimeDelta::nanoseconds(1);

/// The time of day, corrected by the source's clock: a Raspberry Pi has no clock that runs while it is off. All parts
/// of a service share one, so that what is seen, served and kept agrees on what is now.
pub struct SourceClock {
    wall: Arc<dyn WallClock>,
    /// What is added to this machine's clock, in nanoseconds.
    offset: AtomicI64,
}

impl SourceClock {
    /// A clock that believes this machine's until a source says otherwise.
    pub fn new(wall: Arc<dyn WallClock>) -> Self {
        Self { wall, offset: AtomicI64::new(0) }
    }

    /// What is added to this machine's clock; zero while it is right.
    pub fn offset(&self) -> TimeDelta {
        TimeDelta::nanoseconds(self.offset.load(Ordering::Relaxed))
    }

    /// Compares with the source's clock.
    pub fn learn(&self, source: DateTime<Utc>) {
        let off = source - self.wall.now();
        let off = if off.abs() > TOLERANCE { off } else { TimeDelta::zero() };
        // Further off than 292 years is as good as never.
        self.offset.store(off.num_nanoseconds().unwrap_or_default(), Ordering::Relaxed);
    }
}

impl WallClock for SourceClock {
    fn now(&self) -> DateTime<Utc> {
        let wall = self.wall.now();
        wall.checked_add_signed(self.offset()).unwrap_or(wall)
    }
}

/// The times at which one league is observed.
pub(crate) struct ObservationClock {
    clock: Arc<SourceClock>,
    last_observed: DateTime<Utc>,
}

impl ObservationClock {
    pub(crate) fn new(clock: Arc<SourceClock>) -> Self {
        Self { clock, last_observed: DateTime::<Utc>::MIN_UTC }
    }

    /// The time of day now.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// What is added to this machine's clock; zero while it is right.
    pub(crate) fn offset(&self) -> TimeDelta {
        self.clock.offset()
    }

    /// Compares with the source's clock.
    pub(crate) fn learn(&self, source: DateTime<Utc>) {
        self.clock.learn(source);
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
