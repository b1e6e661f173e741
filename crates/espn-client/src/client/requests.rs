//! How many requests a league costs a day.

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};

/// The requests of one day (UTC).
#[derive(Debug, Default)]
pub(super) struct Requests {
    day: NaiveDate,
    count: u64,
}

impl Requests {
    /// Counts a request that is about to be sent.
    pub(super) fn count(&mut self, now: DateTime<Utc>) {
        *self = Self { day: now.date_naive(), count: self.on_day_of(now) + 1 };
    }

    /// The requests of the day of this moment.
    pub(super) fn on_day_of(&self, now: DateTime<Utc>) -> u64 {
        if self.day == now.date_naive() { self.count } else { 0 }
    }
}
