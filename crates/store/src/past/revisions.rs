//! Which seasons changed since the start, so that answers made of others can be kept.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use game_model::{League, Observation};

/// How often each league's season changed. One entry for each that was ever observed.
#[derive(Debug, Default)]
pub(crate) struct Revisions {
    of: Mutex<HashMap<(League, Option<i32>), u64>>,
    /// How often any season may have changed.
    of_all: AtomicU64,
}

impl Revisions {
    /// Notes that games of these seasons were committed.
    pub fn note(&self, seasons: &[(League, Option<i32>)]) {
        let mut counts = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        for &season in seasons {
            *counts.entry(season).or_default() += 1;
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

/// The seasons of the games of an observation, each once.
pub(crate) fn seasons(observation: &Observation) -> Vec<(League, Option<i32>)> {
    let mut seasons = Vec::new();
    for game in &observation.games {
        let season = (game.league, game.season.as_ref().map(game_model::Season::begins));
        if !seasons.contains(&season) {
            seasons.push(season);
        }
    }
    seasons
}
