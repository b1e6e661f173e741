//! The teams that the default user follows: games of theirs are marked.

use std::sync::{Arc, PoisonError, RwLock};

use game_model::{Game, League, TeamFilter, TeamPreferences};

/// The user whose teams are marked.
pub(crate) const DEFAULT_USER: &str = "default";

/// Teams, by league.
#[derive(Debug, Default)]
pub(crate) struct Favorites {
    teams: Vec<(League, TeamFilter)>,
}

impl Favorites {
    /// The teams that were chosen, leagues that are not in the table of leagues left out.
    pub(crate) fn new(chosen: &TeamPreferences) -> Self {
        let teams = chosen.teams.iter().filter_map(|(league, teams)| {
            let filter: TeamFilter = teams.iter().collect();
            Some((league.parse().ok()?, filter)).filter(|(_, filter)| !filter.is_empty())
        });
        Self { teams: teams.collect() }
    }

    /// Whether one of the game's teams is among them.
    pub(crate) fn include(&self, game: &Game) -> bool {
        self.teams.iter().any(|(league, filter)| *league == game.league && filter.matches(game))
    }

    /// How many teams they are.
    pub(crate) fn count(&self) -> usize {
        self.teams.iter().map(|(_, filter)| filter.queries().len()).sum()
    }
}

/// The favorites of now, held in memory; or why they are not known.
#[derive(Debug)]
pub(crate) struct CurrentFavorites(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    favorites: Arc<Favorites>,
    error: Option<String>,
}

impl CurrentFavorites {
    /// As the store knew them at the start.
    pub(crate) fn new(loaded: Result<Favorites, String>) -> Self {
        let known = match loaded {
            Ok(favorites) => Known { favorites: Arc::new(favorites), error: None },
            Err(error) => Known { error: Some(error), ..Known::default() },
        };
        Self(RwLock::new(known))
    }

    /// The favorites; none where they are not known.
    pub(crate) fn get(&self) -> Arc<Favorites> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).favorites.clone()
    }

    /// Why they are not known.
    pub(crate) fn error(&self) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).error.clone()
    }

    /// Replaces them.
    pub(crate) fn set(&self, favorites: Favorites) {
        let known = Known { favorites: Arc::new(favorites), error: None };
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = known;
    }
}
