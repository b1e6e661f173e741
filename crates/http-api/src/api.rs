//! What the interface serves, and from where it reads it.

use std::sync::Arc;

use cache::Cache;
use game_model::{
    BreakerSwitch, GameHistory, League, PollHint, Preferences, StatusReport, WallClock, WebhookDesk,
};

use crate::{AdminToken, EventStream};

/// Settings of the interface.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// The service's version, as `/` and `/health` tell it.
    pub version: &'static str,
    /// The tracked leagues, in the order in which their games are listed.
    pub leagues: Vec<League>,
    /// The token of the administrative routes; none: they are off.
    pub admin_token: Option<AdminToken>,
    /// Origins whose pages may read answers (`http://localhost:3000`); `*` lets all of them.
    pub cors_allowed_origins: Vec<String>,
}

/// What the interface serves, and from where it reads it.
pub struct Api {
    /// Settings.
    pub config: ApiConfig,
    /// Games, and the answers made of them.
    pub cache: Arc<Cache>,
    /// The state of all parts of the service.
    pub status: Arc<dyn StatusReport>,
    /// The teams that users follow.
    pub preferences: Arc<dyn Preferences>,
    /// What was observed so far.
    pub history: Arc<dyn GameHistory>,
    /// Lets a person decide on the breaker before InfluxDB; none while that is off.
    pub breaker: Option<Arc<dyn BreakerSwitch>>,
    /// Registers webhooks, and tells how they do.
    pub webhooks: Arc<dyn WebhookDesk>,
    /// What happens in games, for those who follow it.
    pub events: EventStream,
    /// Is told of leagues whose answers are older than they should be.
    pub hint: Arc<dyn PollHint>,
    /// The time of day.
    pub clock: Arc<dyn WallClock>,
}
