//! Webhooks, served: opened, run, and stopped.

use std::sync::Arc;
use std::time::Duration;

use game_model::{Deliveries, EventError, EventLog, WallClock, Webhook, WebhookChange, WebhookRegistrations};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::counters::Counters;
use crate::payload::Bodies;
use crate::shared::Shared;
use crate::transport::Transport;
use crate::vault::Vault;
use crate::{HttpTransport, WebhooksConfig, intake, settle};

/// At the end what is under way is left within this, and what became of it is kept within the same.
pub const KEEP_WITHIN: Duration = Duration::from_millis(500);

/// Why webhooks can not be served.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The registrations can not be read or changed.
    #[error("the registered webhooks can not be read: {0}")]
    Store(#[from] EventError),
    /// The HTTP client can not be made.
    #[error("the HTTP client for webhooks could not be made")]
    Http(#[from] reqwest::Error),
}

/// Webhooks, served. Cheap to clone; a [`WebhookDesk`](game_model::WebhookDesk) for those who register them.
#[derive(Clone)]
pub struct Webhooks {
    pub(crate) shared: Arc<Shared>,
}

/// Keeps what became of deliveries, and how to end that.
struct Settler {
    task: JoinHandle<()>,
    done: CancellationToken,
}

/// Delivers what is queued, until it is told to stop.
pub struct Delivering {
    shared: Arc<Shared>,
    log: Arc<dyn EventLog>,
    settler: Settler,
}

impl Webhooks {
    /// Webhooks over HTTP.
    pub async fn open<S>(
        config: WebhooksConfig,
        store: Arc<S>,
        clock: Arc<dyn WallClock>,
    ) -> Result<(Self, Delivering), OpenError>
    where
        S: WebhookRegistrations + Deliveries + EventLog + 'static,
    {
        let transport = Arc::new(HttpTransport::new(&config)?);
        Self::with_transport(config, store, clock, transport).await
    }

    /// Webhooks over another transport.
    pub async fn with_transport<S>(
        config: WebhooksConfig,
        store: Arc<S>,
        clock: Arc<dyn WallClock>,
        transport: Arc<dyn Transport>,
    ) -> Result<(Self, Delivering), OpenError>
    where
        S: WebhookRegistrations + Deliveries + EventLog + 'static,
    {
        let (settles, attempted) = mpsc::channel(settle::WAITING);
        let shared = Arc::new(Shared {
            vault: Arc::new(Vault::open(config.key_file.clone())),
            places: Semaphore::new(config.at_once),
            troubled_places: Semaphore::new(config.troubled_at_once),
            config,
            registrations: store.clone(),
            deliveries: store.clone(),
            transport,
            clock,
            hooks: std::sync::RwLock::default(),
            bodies: Bodies::default(),
            counters: Counters::default(),
            settles,
            stopping: CancellationToken::new(),
            aborting: CancellationToken::new(),
            workers: TaskTracker::new(),
        });
        for webhook in shared.registrations.webhooks().await? {
            let webhook = hold_without_secret(&shared, webhook).await?;
            shared.add(&webhook, false);
        }
        let done = CancellationToken::new();
        let task = tokio::spawn(settle::run(store.clone(), attempted, done.clone()));
        let delivering = Delivering { shared: shared.clone(), log: store, settler: Settler { task, done } };
        Ok((Self { shared }, delivering))
    }
}

/// A webhook whose secret can not be read is held: nothing can be signed for it, so nothing is queued either. One whose
/// secret can be read again goes on, as no person wanted it to stop.
async fn hold_without_secret(shared: &Shared, webhook: Webhook) -> Result<Webhook, EventError> {
    let held = match shared.vault.unseal(&webhook.id, &webhook.secret) {
        Ok(_) => false,
        Err(error) => {
            tracing::warn!(webhook = %webhook.id, "the secret of a webhook can not be read: {error}; nothing is queued for it");
            true
        }
    };
    if held == webhook.held {
        return Ok(webhook);
    }
    if !held {
        tracing::info!(webhook = %webhook.id, "the secret of a webhook can be read again: it goes on");
    }
    let change = WebhookChange { held: Some(held), ..WebhookChange::default() };
    let changed = shared.registrations.change_webhook(&webhook.id, change).await?;
    Ok(changed.unwrap_or(webhook))
}

impl Delivering {
    /// Delivers until it is told to stop. Then what is due goes out yet, within `drain`; what is left stays queued. It
    /// ends within a second more.
    pub async fn run(self, stop: CancellationToken, drain: Duration) {
        let Self { shared, log, settler } = self;
        intake::run(&shared, log, stop).await;
        shared.stopping.cancel();
        shared.workers.close();
        if tokio::time::timeout(drain, shared.workers.wait()).await.is_err() {
            tracing::warn!("not every delivery ended in time; they are made again after the next start");
            shared.aborting.cancel();
            let _ = tokio::time::timeout(KEEP_WITHIN, shared.workers.wait()).await;
        }
        settler.done.cancel();
        if tokio::time::timeout(KEEP_WITHIN, settler.task).await.is_err() {
            tracing::warn!("what became of the last deliveries could not be kept; they may be made again");
        }
    }
}
