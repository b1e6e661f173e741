//! Where webhooks are registered.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EventError, EventFilter};

/// Webhooks that may be registered at the same time.
pub const MAX_WEBHOOKS: usize = 2_000;

/// The id of a webhook. Whoever registers it chooses it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookId(pub String);

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A secret as it is kept: encrypted with a key that is not in the database.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret(pub Vec<u8>);

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A webhook as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where its deliveries go.
    pub url: String,
    /// The events it wants.
    pub filter: EventFilter,
    /// Its deliveries are due so long after the event is committed.
    pub delay: Duration,
    /// While it is paused no event is queued for it, and what is queued waits.
    pub paused: bool,
    /// The same by whoever delivers, and not by a person: its secret can not be read.
    pub held: bool,
    /// The secret with which its deliveries are signed.
    pub secret: SealedSecret,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// What is to change of a webhook; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookChange {
    /// Another address.
    pub url: Option<String>,
    /// Other events.
    pub filter: Option<EventFilter>,
    /// Another delay, of events to come.
    pub delay: Option<Duration>,
    /// Whether it is paused.
    pub paused: Option<bool>,
    /// Whether its secret can not be read.
    pub held: Option<bool>,
    /// Another secret.
    pub secret: Option<SealedSecret>,
}

impl Webhook {
    /// Whether no event is queued for it, for whichever reason.
    pub fn is_paused(&self) -> bool {
        self.paused || self.held
    }
}

impl WebhookChange {
    /// The webhook with the change.
    pub fn apply(self, webhook: Webhook) -> Webhook {
        Webhook {
            url: self.url.unwrap_or(webhook.url),
            filter: self.filter.unwrap_or(webhook.filter),
            delay: self.delay.unwrap_or(webhook.delay),
            paused: self.paused.unwrap_or(webhook.paused),
            held: self.held.unwrap_or(webhook.held),
            secret: self.secret.unwrap_or(webhook.secret),
            ..webhook
        }
    }
}

/// Why a webhook was not registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegisterError {
    /// There is no room for more.
    #[error("{MAX_WEBHOOKS} webhooks are registered already, which is the limit: delete one first")]
    TooMany,
    /// Another one has its id.
    #[error("a webhook with the id {0} is registered already: choose another id")]
    Exists(WebhookId),
    /// The store could not keep it.
    #[error(transparent)]
    Store(#[from] EventError),
}

/// Where webhooks are registered. What was answered survives a crash.
#[async_trait]
pub trait WebhookRegistrations: Send + Sync {
    /// Registers a webhook: events that are committed from here on are queued for it.
    async fn register(&self, webhook: Webhook) -> Result<(), RegisterError>;

    /// All of them, in the order in which they were registered.
    async fn webhooks(&self) -> Result<Vec<Webhook>, EventError>;

    /// One of them; none where there is no such id.
    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, EventError>;

    /// Changes one, and answers it as it is then; none where there is no such id.
    async fn change_webhook(
        &self,
        id: &WebhookId,
        change: WebhookChange,
    ) -> Result<Option<Webhook>, EventError>;

    /// Deletes one with all its deliveries, and says whether there was one.
    async fn delete_webhook(&self, id: &WebhookId) -> Result<bool, EventError>;

    /// A number that grows with each change of a registration, after it can be read. Never waits.
    fn webhooks_revision(&self) -> u64;
}
