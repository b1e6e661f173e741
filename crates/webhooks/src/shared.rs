//! What all tasks share.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use game_model::{Attempted, Deliveries, DeliveryId, WallClock, Webhook, WebhookId, WebhookRegistrations};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::WebhooksConfig;
use crate::address;
use crate::counters::Counters;
use crate::hook::{Hook, Registration, Target};
use crate::payload::Bodies;
use crate::signature::Signer;
use crate::transport::Transport;
use crate::vault::Vault;
use crate::worker;

/// What all tasks share.
pub(crate) struct Shared {
    pub config: WebhooksConfig,
    pub registrations: Arc<dyn WebhookRegistrations>,
    pub deliveries: Arc<dyn Deliveries>,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<dyn WallClock>,
    pub vault: Arc<Vault>,
    pub hooks: RwLock<BTreeMap<WebhookId, Arc<Hook>>>,
    pub bodies: Bodies,
    pub counters: Counters,
    /// Deliveries to webhooks that do well.
    pub places: Semaphore,
    /// Deliveries to others.
    pub troubled_places: Semaphore,
    pub settles: mpsc::Sender<(DeliveryId, Attempted)>,
    /// What is due is delivered yet, and no more.
    pub stopping: CancellationToken,
    /// What is under way is left.
    pub aborting: CancellationToken,
    pub workers: TaskTracker,
}

impl Shared {
    /// The webhook with this id.
    pub fn hook(&self, id: &WebhookId) -> Option<Arc<Hook>> {
        self.hooks.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// All webhooks.
    pub fn all(&self) -> Vec<Arc<Hook>> {
        self.hooks.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Begins to deliver to a webhook.
    pub fn add(self: &Arc<Self>, webhook: &Webhook, behind: bool) -> Arc<Hook> {
        let hook = Arc::new(Hook::new(webhook, self.read(webhook), behind));
        self.hooks.write().unwrap_or_else(PoisonError::into_inner).insert(webhook.id.clone(), hook.clone());
        self.workers.spawn(worker::run(self.clone(), hook.clone()));
        hook
    }

    /// Ends delivering to a webhook.
    pub fn remove(&self, id: &WebhookId) {
        if let Some(hook) = self.hooks.write().unwrap_or_else(PoisonError::into_inner).remove(id) {
            hook.deleted.cancel();
        }
    }

    /// A webhook as it is registered, its secret opened.
    pub fn read(&self, webhook: &Webhook) -> Registration {
        let target = address::check(&webhook.url, &self.config.allowed_hosts).and_then(|url| {
            let secret = self.vault.unseal(&webhook.id, &webhook.secret);
            let secret = secret.map_err(|error| format!("its secret can not be read: {error}"))?;
            Ok(Target { url, signer: Signer::new(secret.expose()) })
        });
        Registration { paused: webhook.is_paused(), target }
    }

    /// Keeps what became of an attempt, soon.
    pub async fn settle(&self, id: DeliveryId, attempted: Attempted) {
        // The task that keeps it ends after all that send to it.
        let _ = self.settles.send((id, attempted)).await;
    }
}
