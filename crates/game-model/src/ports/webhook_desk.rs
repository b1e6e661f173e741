//! What people do with webhooks, and how those do.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{Delivery, DeliveryId, EventFilter, MAX_WEBHOOKS, Webhook, WebhookId};

/// A secret as somebody gave it. `Debug` shows `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// Hides a text.
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The text: for what signs and encrypts, not for what is logged.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A webhook as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// Where its deliveries are to go.
    pub url: String,
    /// The events it wants.
    pub filter: EventFilter,
    /// Its deliveries are to wait so long after the event.
    pub delay: Duration,
    /// The secret with which its deliveries are to be signed.
    pub secret: WebhookSecret,
}

/// What somebody wants to change of a webhook; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookEdit {
    /// Another address.
    pub url: Option<String>,
    /// Other events.
    pub filter: Option<EventFilter>,
    /// Another delay, of events to come.
    pub delay: Option<Duration>,
    /// Whether it is to be paused.
    pub paused: Option<bool>,
    /// Another secret.
    pub secret: Option<WebhookSecret>,
}

/// A webhook, and how it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookState {
    /// What is registered.
    pub webhook: Webhook,
    /// Attempts that failed since the last that did not.
    pub consecutive_failures: u32,
    /// Why the newest attempt failed; none after one that did not.
    pub last_error: Option<String>,
    /// When an event was last delivered, since the start of the process.
    pub last_delivery: Option<DateTime<Utc>>,
    /// Why nothing can be delivered until a person mends it, in a sentence.
    pub broken: Option<String>,
}

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestOutcome {
    /// The id under which the test was sent.
    pub id: String,
    /// Whether the webhook took it.
    pub delivered: bool,
    /// The status of the answer; none where none came.
    pub status: Option<u16>,
    /// How the answer begins.
    pub answer: String,
    /// Why it was not taken, in a sentence.
    pub error: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// How all webhooks do together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WebhooksReport {
    /// Those that are registered.
    pub registered: u64,
    /// Those that are paused.
    pub paused: u64,
    /// Those whose newest attempts failed, or that a person must mend.
    pub failing: u64,
    /// Deliveries now under way.
    pub in_flight: u64,
    /// Deliveries that were taken, since the start.
    pub delivered: u64,
    /// Attempts that failed, since the start.
    pub failed_attempts: u64,
    /// Deliveries that were given up, since the start.
    pub given_up: u64,
    /// Time from an event's commit and its webhook's delay to the answer, of deliveries taken at the first attempt:
    /// how many took no longer than each of these bounds and longer than the one before, in seconds. The last bound
    /// is infinite.
    pub durations: Vec<(f64, u64)>,
    /// The sum of these times, in seconds.
    pub durations_sum: f64,
    /// What a person should know or mend, in sentences.
    pub reasons: Vec<String>,
}

/// Why something could not be done with a webhook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// What was asked for can not be, for a reason in a sentence that names what is allowed.
    #[error("{0}")]
    Refused(String),
    /// There is no room for more.
    #[error("{MAX_WEBHOOKS} webhooks are registered already, which is the limit: delete one first")]
    TooMany,
    /// It can not be done now, for a reason in a sentence.
    #[error("{0}")]
    Unavailable(String),
}

/// What people do with webhooks. What was answered survives a crash, and holds at once.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait WebhookDesk: Send + Sync {
    /// What is wrong with an address, in a sentence that names what is allowed. Never waits.
    fn check_url(&self, url: &str) -> Result<(), String>;

    /// Registers a webhook under an id that is made up.
    async fn register(&self, wanted: NewWebhook) -> Result<Webhook, DeskError>;

    /// All of them, in the order in which they were registered.
    async fn list(&self) -> Result<Vec<WebhookState>, DeskError>;

    /// One of them; none where there is no such id.
    async fn find(&self, id: &WebhookId) -> Result<Option<WebhookState>, DeskError>;

    /// Changes one, and answers it as it is then; none where there is no such id. Another address, another secret and
    /// the end of a pause let what waits be tried at once.
    async fn edit(&self, id: &WebhookId, edit: WebhookEdit) -> Result<Option<WebhookState>, DeskError>;

    /// Deletes one with all its deliveries, and says whether there was one.
    async fn delete(&self, id: &WebhookId) -> Result<bool, DeskError>;

    /// Sends a test to one now, paused or not, and says what came of it within 10 s; none where there is no such id.
    async fn test(&self, id: &WebhookId) -> Result<Option<TestOutcome>, DeskError>;

    /// The deliveries of one before this one, or the newest, newest first, `limit` at most; none where there is no
    /// such id.
    async fn deliveries(
        &self,
        id: &WebhookId,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Option<Vec<Delivery>>, DeskError>;

    /// How all of them do together. Made from memory.
    fn report(&self) -> WebhooksReport;
}
