//! The client: one door to ESPN.

use std::sync::Arc;

use async_trait::async_trait;
use game_model::{League, Scoreboard, ScoreboardSource, Slate, SourceError, WallClock};

use crate::{ConfigError, EspnConfig};

/// The client: one door to ESPN, shared by everybody who asks.
#[derive(Debug)]
pub struct EspnClient {}

impl EspnClient {
    /// A client that tells the time by the system's clock.
    pub fn new(_config: EspnConfig) -> Result<Self, ConfigError> {
        todo!()
    }

    /// A client that tells the time of day (for `Retry-After` dates and the requests of today) by `clock`.
    pub fn with_clock(_config: EspnConfig, _clock: Arc<dyn WallClock>) -> Result<Self, ConfigError> {
        todo!()
    }

    /// How many requests the league cost today (UTC).
    pub fn requests_today(&self, _league: League) -> u64 {
        todo!()
    }
}

#[async_trait]
impl ScoreboardSource for EspnClient {
    async fn fetch(&self, _league: League, _slate: Slate) -> Result<Arc<Scoreboard>, SourceError> {
        todo!()
    }
}
