//! What all routes share.

use std::time::Instant;

use axum::http::Uri;
use chrono::{DateTime, Utc};
use game_model::League;
use tokio::sync::{Mutex, Semaphore};

use crate::Api;
use crate::answers::Answers;
use crate::favorites::{CurrentFavorites, DEFAULT_USER, Favorites};
use crate::metrics::Counters;
use crate::stream::Streams;
use crate::turns::Turns;

/// So many preferences may wait to be saved at once; more are answered with 429.
const MAX_SAVES_AT_ONCE: usize = 128;

/// What all routes share.
pub(crate) struct App {
    pub(crate) api: Api,
    pub(crate) favorites: CurrentFavorites,
    pub(crate) counters: Counters,
    pub(crate) answers: Answers,
    pub(crate) streams: Streams,
    pub(crate) started: Instant,
    pub(crate) saves: Semaphore,
    /// Held while preferences are saved and put into memory, so that both end with the same.
    pub(crate) saving: Mutex<()>,
    /// Had by whoever changes a webhook.
    pub(crate) webhook_changes: Turns,
}

impl App {
    /// Loads what must be in memory.
    pub(crate) async fn new(api: Api) -> Self {
        let loaded = match api.preferences.teams(DEFAULT_USER).await {
            Ok(chosen) => Ok(Favorites::new(&chosen)),
            Err(error) => {
                tracing::warn!("the teams that the user {DEFAULT_USER:?} follows can not be read: {error}");
                Err(error.to_string())
            }
        };
        let streams = Streams::start(api.events.clone());
        Self {
            api,
            favorites: CurrentFavorites::new(loaded),
            counters: Counters::default(),
            answers: Answers::default(),
            streams,
            started: Instant::now(),
            saves: Semaphore::new(MAX_SAVES_AT_ONCE),
            saving: Mutex::new(()),
            webhook_changes: Turns::default(),
        }
    }

    /// The tracked leagues.
    pub(crate) fn leagues(&self) -> &[League] {
        &self.api.config.leagues
    }

    /// The time of day.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.api.clock.now()
    }

    /// Replaces the favorites, and forgets the answers that were made with those before.
    pub(crate) fn set_favorites(&self, favorites: Favorites) {
        self.favorites.set(favorites);
        self.api.cache.invalidate_answers();
    }
}

/// The query of an address, empty where there is none.
pub(crate) fn query_of(uri: &Uri) -> &str {
    uri.query().unwrap_or_default()
}
