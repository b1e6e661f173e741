//! Which seasons changed since the start, so that answers made of others can be kept.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use game_model::League;

/// A league and the year in which the season begins; none where games do not say it.
type SeasonKey = (League, Option<i32>);

/// The seasons of which history tells something else once a transaction is committed.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    seasons: BTreeSet<SeasonKey>,
    /// It may be any.
    all: bool,
}

impl Changed {
    /// That a game of this season is told otherwise.
    pub fn note(&mut self, league: League, begins: Option<i32>) {
        self.seasons.insert((league, begins));
    }

    /// That games of any season may be told otherwise.
    pub fn note_all(&mut self) {
        self.all = true;
    }
}

/// How often each league's season changed. One entry for each that was ever observed.
#[derive(Debug, Default)]
pub(crate) struct Revisions {
    of: Mutex<HashMap<SeasonKey, u64>>,
    /// How often any season may have changed.
    of_all: AtomicU64,
}

impl Revisions {
    /// Notes that what changed is committed.
    pub fn note(&self, changed: &Changed) {
        let mut counts = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        for &season in &changed.seasons {
            *counts.entry(season).or_default() += 1;
        }
        if changed.all {
            self.note_all();
        }
    }

    /// Notes that games of any season may have been committed, by a command beside the service.
    pub fn note_all(&self) {
        self.of_all.fetch_add(1, Ordering::SeqCst);
    }

    /// A number that grows when one of these seasons changes; none stands for any.
    pub fn of(&self, league: Option<League>, begins: Option<i32>) -> u64 {
        let counts = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = counts.iter().filter(|((of, year), _)| {
            league.is_none_or(|league| league == *of) && (begins.is_none() || begins == *year)
        });
        asked.map(|(_, count)| count).sum::<u64>() + self.of_all.load(Ordering::SeqCst)
    }
}
