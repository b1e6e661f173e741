//! The ports of the service: what crosses the boundary between its parts.

mod backfill;
mod breaker;
mod deliveries;
mod events;
mod history;
mod observations;
mod preferences;
mod reports;
mod scoreboards;
mod webhook_desk;
mod webhooks;

use chrono::{DateTime, Utc};

#[cfg(feature = "mock")]
pub use self::{
    history::MockGameHistory, observations::MockObservationLog, preferences::MockPreferences,
    reports::MockStatusReport, scoreboards::MockScoreboardSource, webhook_desk::MockWebhookDesk,
};
pub use backfill::{AskedSlate, BackfillLog};
pub use breaker::{BreakerHold, BreakerSwitch};
pub use deliveries::{Attempted, Deliveries, Delivery, DeliveryId, DeliveryState};
pub use events::{EventError, EventLog, EventNumber, EventPage, LoggedEvent, Pregames};
pub use history::{
    GameHistory, GameOrder, HistoryError, HistoryPage, HistoryQuery, HistorySource, HomeAway, RecentHistory,
    TeamSeason, Told,
};
pub use observations::{CommitError, Committed, Observation, ObservationLog, Plan, RememberedGame, Seen};
pub use preferences::{Preferences, PreferencesError, TeamPreferences};
pub use reports::{
    BackfillReport, BreakerState, DrainReport, InfluxReport, InfluxStats, MqttReport, PollReport,
    RetentionReport, StatusReport, StorageReport, Watching,
};
pub use scoreboards::{PollHint, ScoreboardSource, SourceError, SourceErrorKind};
pub use webhook_desk::{
    DeskError, NewWebhook, TestOutcome, WebhookDesk, WebhookEdit, WebhookSecret, WebhookState, WebhooksReport,
};
pub use webhooks::{
    MAX_WEBHOOKS, RegisterError, SealedSecret, Webhook, WebhookChange, WebhookId, WebhookRegistrations,
};

/// Where the time of day comes from. Tests pass their own.
pub trait WallClock: Send + Sync {
    /// The time of day now.
    fn now(&self) -> DateTime<Utc>;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl WallClock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}
