//! One webhook, as the one who delivers to it and those who change it see it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use game_model::{Webhook, WebhookId};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::inbox::Inbox;
use crate::signature::Signer;

/// Where and how deliveries go now.
pub(crate) struct Target {
    pub url: Url,
    pub signer: Signer,
}

/// A webhook as it is registered now.
pub(crate) struct Registration {
    pub paused: bool,
    /// Where deliveries go; else why nothing can go out until a person mends it.
    pub target: Result<Target, String>,
}

/// How the deliveries of a webhook go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Health {
    /// Attempts that failed since the last that did not.
    pub failures: u32,
    pub last_error: Option<String>,
    pub last_delivery: Option<DateTime<Utc>>,
    /// Whether the newest attempt took long.
    pub slow: bool,
    /// When the next attempt is made, after one that failed.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

impl Health {
    /// Whether its attempts must not take the places of others.
    pub fn is_troubled(&self) -> bool {
        self.failures > 0 || self.slow
    }
}

/// One webhook.
pub(crate) struct Hook {
    pub id: WebhookId,
    pub inbox: Inbox,
    /// Something came, or changed.
    pub wake: Notify,
    pub deleted: CancellationToken,
    registration: Mutex<Arc<Registration>>,
    health: Mutex<Health>,
    /// What failed is to be tried again at once.
    try_now: AtomicBool,
}

/// An answer that took longer than this is slow.
pub(crate) const SLOW: Duration = Duration::from_secs(2);

impl Hook {
    /// `behind` where the store may hold deliveries for it already.
    pub fn new(webhook: &Webhook, registration: Registration, behind: bool) -> Self {
        Self {
            id: webhook.id.clone(),
            inbox: Inbox::new(behind),
            wake: Notify::new(),
            deleted: CancellationToken::new(),
            registration: Mutex::new(Arc::new(registration)),
            health: Mutex::default(),
            try_now: AtomicBool::new(false),
        }
    }

    pub fn registration(&self) -> Arc<Registration> {
        self.registration.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// It was changed.
    pub fn change(&self, registration: Registration) {
        *self.registration.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(registration);
        self.wake.notify_one();
    }

    /// There is reason to believe that it takes events again.
    pub fn try_now(&self) {
        self.try_now.store(true, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// Whether it was said since the last question that what failed is to be tried again at once.
    pub fn is_to_be_tried_now(&self) -> bool {
        self.try_now.swap(false, Ordering::SeqCst)
    }

    pub fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
