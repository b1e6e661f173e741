//! What is served: the games of all slates, each once.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use game_model::{Game, SlateId};

use super::due::is_idle;
use super::{Entry, Slates};
use crate::schedule::jittered;

/// Games of slates that were not asked, known from the store, are served when they start within this time: the
/// longest look-ahead a client can ask for.
pub(crate) const REMEMBERED_AHEAD: TimeDelta = TimeDelta::hours(720);

impl Slates {
    /// The games of all slates, by slate and then in ESPN's order, each once.
    pub(crate) fn games(&self, now: DateTime<Utc>) -> Vec<Arc<Game>> {
        // The slate without a name sorts first, but nobody knows when it is.
        let (unnamed, named): (Vec<_>, Vec<_>) = self.entries.iter().partition(|(key, _)| key.is_none());
        let served = |(key, entry): (&Option<SlateId>, &Entry)| {
            let asked = entry.answered.is_some();
            self.standing(*key)
                .filter(move |look| asked || look.game.start <= now + REMEMBERED_AHEAD)
                .map(|look| Arc::clone(&look.game))
                .collect::<Vec<_>>()
        };
        named.into_iter().chain(unnamed).flat_map(served).collect()
    }

    /// When the slate on which most happens was last answered, and the longest time until it is asked again.
    ///
    /// How old this league's games are is a question about that slate: a look at next week makes none of them newer.
    /// Where nothing happens on any, it is the current one.
    pub(crate) fn freshness(&self, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, Duration) {
        let wanted = self.wanted(now);
        let answered = self.entries.iter().filter_map(|(key, entry)| {
            let role = self.role(*key, &wanted, now);
            let pace = self.pace(*key, role, now);
            Some((pace.every?, is_idle(role, &pace), entry.answered?.observed_at))
        });
        match answered.min() {
            Some((every, _, observed_at)) => (Some(observed_at), jittered(every, 1.0)),
            None => (None, self.config.quiet_interval),
        }
    }
}
