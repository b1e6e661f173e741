//! The queues of events that wait for their webhooks.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{EventError, LoggedEvent, WebhookId};

/// The place of a delivery among all deliveries: it grows with each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub u64);

impl DeliveryId {
    /// Before every delivery.
    pub const START: Self = Self(0);
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It waits for its first or next attempt.
    Pending,
    /// Its webhook took it.
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryState {
    /// `pending`, `delivered` or `failed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// An event on its way to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its place among all deliveries: the order in which a webhook gets them.
    pub id: DeliveryId,
    /// The webhook.
    pub webhook: WebhookId,
    /// The event.
    pub event: LoggedEvent,
    /// How it stands.
    pub state: DeliveryState,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
    /// The next attempt is not made before.
    pub next_attempt_at: DateTime<Utc>,
    /// Attempts that were made.
    pub attempts: u32,
    /// Why the newest attempt failed, in a sentence; none where none failed.
    pub last_error: Option<String>,
    /// When it was delivered or given up.
    pub settled_at: Option<DateTime<Utc>>,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempted {
    /// The webhook took it.
    Delivered,
    /// It did not, and is asked again.
    Retry {
        /// Not before this time.
        at: DateTime<Utc>,
        /// Why it did not take it, in a sentence.
        error: String,
    },
    /// It did not, and is not asked again.
    GivenUp {
        /// Why, in a sentence.
        error: String,
    },
}

/// The queues of events that wait for their webhooks: an event and its deliveries are committed together, with the
/// observation that found the event.
///
/// The one who delivers holds in memory what it has read, as one who drains an outbox does: it reads on behind the
/// newest delivery that it knows whenever the log of events grew, and from [`DeliveryId::START`] after a restart.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// The deliveries after this one that wait, of all webhooks, oldest first, `limit` at most. Those of a paused
    /// webhook are among them.
    async fn pending(&self, after: DeliveryId, limit: usize) -> Result<Vec<Delivery>, EventError>;

    /// The deliveries of one webhook after this one that wait, oldest first, `limit` at most.
    async fn pending_of(
        &self,
        webhook: &WebhookId,
        after: DeliveryId,
        limit: usize,
    ) -> Result<Vec<Delivery>, EventError>;

    /// Keeps what became of attempts. A delivery that no longer waits stays as it is.
    async fn settle(&self, attempted: Vec<(DeliveryId, Attempted)>) -> Result<(), EventError>;

    /// The deliveries of a webhook before this one, or the newest, newest first, `limit` at most.
    async fn deliveries(
        &self,
        webhook: &WebhookId,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<Delivery>, EventError>;
}
