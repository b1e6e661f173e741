//! What people do with webhooks.

use std::sync::atomic::Ordering;
use std::time::Instant;

use async_trait::async_trait;
use game_model::{
    Delivery, DeliveryId, DeskError, EventError, NewWebhook, RegisterError, SealedSecret, TestOutcome,
    Webhook, WebhookChange, WebhookDesk, WebhookEdit, WebhookId, WebhookSecret, WebhookState, WebhooksReport,
};

use crate::hook::Target;
use crate::payload::{Head, headers, test_body};
use crate::service::Webhooks;
use crate::signature::hex;
use crate::transport::Post;
use crate::{address, reasons};

/// Random bytes of a webhook's id.
const ID_BYTES: usize = 12;

/// The kind of a test, as headers and body tell it.
const TEST: &str = "test";

fn unavailable(error: &EventError) -> DeskError {
    DeskError::Unavailable(format!("webhooks can not be read or kept: {error}"))
}

/// A name that nobody guesses.
fn random(prefix: &str) -> Result<String, DeskError> {
    let mut bytes = [0; ID_BYTES];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| DeskError::Unavailable("the system gives no random numbers; try again".into()))?;
    Ok(format!("{prefix}{}", hex(&bytes)))
}

impl Webhooks {
    fn url(&self, given: &str) -> Result<String, DeskError> {
        let url = address::check(given, &self.shared.config.allowed_hosts).map_err(DeskError::Refused)?;
        Ok(url.to_string())
    }

    /// Encrypts a secret; the first time that writes to the disk.
    async fn seal(&self, id: &WebhookId, secret: WebhookSecret) -> Result<SealedSecret, DeskError> {
        let (vault, id) = (self.shared.vault.clone(), id.clone());
        let sealed = tokio::task::spawn_blocking(move || vault.seal(&id, &secret)).await;
        let sealed = sealed
            .map_err(|_| DeskError::Unavailable("the secret could not be encrypted; try again".into()))?;
        sealed.map_err(|error| DeskError::Unavailable(format!("the secret can not be kept: {error}")))
    }

    fn state(&self, webhook: Webhook) -> WebhookState {
        let Some(hook) = self.shared.hook(&webhook.id) else {
            let broken = reasons::broken(&self.shared.read(&webhook));
            return WebhookState {
                webhook,
                consecutive_failures: 0,
                last_error: None,
                last_delivery: None,
                broken,
            };
        };
        let (health, broken) = (hook.health().clone(), reasons::broken(&hook.registration()));
        WebhookState {
            webhook,
            consecutive_failures: health.failures,
            last_error: health.last_error,
            last_delivery: health.last_delivery,
            broken,
        }
    }

    async fn registered(&self, id: &WebhookId) -> Result<Option<Webhook>, DeskError> {
        self.shared.registrations.webhook(id).await.map_err(|error| unavailable(&error))
    }

    async fn send_test(&self, id: &WebhookId, target: &Target) -> Result<TestOutcome, DeskError> {
        let (delivery, now) = (random("test-")?, self.shared.clock.now());
        let body = test_body(&delivery, now);
        let head = Head { webhook: id, event: TEST, delivery: &delivery, attempt: 1, now };
        let post = Post {
            url: target.url.clone(),
            headers: headers(head, &target.signer, &body),
            body,
            timeout: self.shared.config.test_timeout,
        };
        let begun = Instant::now();
        let answer = self.shared.transport.post(post).await;
        Ok(TestOutcome {
            id: delivery,
            delivered: answer.outcome.is_ok(),
            status: answer.status,
            answer: answer.excerpt,
            error: answer.outcome.err().map(|failure| failure.error),
            took: begun.elapsed(),
        })
    }
}

#[async_trait]
impl WebhookDesk for Webhooks {
    fn check_url(&self, url: &str) -> Result<(), String> {
        address::check(url, &self.shared.config.allowed_hosts).map(drop)
    }

    async fn register(&self, wanted: NewWebhook) -> Result<Webhook, DeskError> {
        let NewWebhook { url, filter, delay, secret } = wanted;
        let (url, id) = (self.url(&url)?, WebhookId(random("wh_")?));
        let secret = self.seal(&id, secret).await?;
        let created_at = self.shared.clock.now();
        let webhook = Webhook { id, url, filter, delay, paused: false, held: false, secret, created_at };
        self.shared.registrations.register(webhook.clone()).await.map_err(|error| match error {
            RegisterError::TooMany => DeskError::TooMany,
            RegisterError::Exists(_) => DeskError::Unavailable(format!("{error}; try again")),
            RegisterError::Store(error) => unavailable(&error),
        })?;
        self.shared.add(&webhook, true);
        Ok(webhook)
    }

    async fn list(&self) -> Result<Vec<WebhookState>, DeskError> {
        let all = self.shared.registrations.webhooks().await.map_err(|error| unavailable(&error))?;
        Ok(all.into_iter().map(|webhook| self.state(webhook)).collect())
    }

    async fn find(&self, id: &WebhookId) -> Result<Option<WebhookState>, DeskError> {
        Ok(self.registered(id).await?.map(|webhook| self.state(webhook)))
    }

    async fn edit(&self, id: &WebhookId, edit: WebhookEdit) -> Result<Option<WebhookState>, DeskError> {
        let WebhookEdit { url, filter, delay, paused, secret } = edit;
        let Some(before) = self.registered(id).await? else { return Ok(None) };
        let url = url.map(|url| self.url(&url)).transpose()?;
        if paused == Some(false)
            && secret.is_none()
            && let Err(error) = self.shared.vault.unseal(id, &before.secret)
        {
            return Err(DeskError::Refused(format!(
                "paused can not be false, as the webhook's secret can not be read ({error}); give another secret with it"
            )));
        }
        let secret = match secret {
            Some(secret) => Some(self.seal(id, secret).await?),
            None => None,
        };
        // Its secret can be read: it was, or it is new.
        let held = (secret.is_some() || paused == Some(false)).then_some(false);
        let resumed = paused == Some(false) && before.is_paused();
        let tried_now = url.is_some() || secret.is_some() || resumed;
        let change = WebhookChange { url, filter, delay, paused, held, secret };
        let changed = self.shared.registrations.change_webhook(id, change).await;
        let Some(webhook) = changed.map_err(|error| unavailable(&error))? else { return Ok(None) };
        if let Some(hook) = self.shared.hook(id) {
            hook.change(self.shared.read(&webhook));
            if tried_now {
                hook.try_now();
            }
        }
        Ok(Some(self.state(webhook)))
    }

    async fn delete(&self, id: &WebhookId) -> Result<bool, DeskError> {
        let deleted =
            self.shared.registrations.delete_webhook(id).await.map_err(|error| unavailable(&error))?;
        self.shared.remove(id);
        Ok(deleted)
    }

    async fn test(&self, id: &WebhookId) -> Result<Option<TestOutcome>, DeskError> {
        let Some(webhook) = self.registered(id).await? else { return Ok(None) };
        let registration = self.shared.read(&webhook);
        let Ok(target) = &registration.target else {
            return Err(DeskError::Refused(reasons::broken(&registration).unwrap_or_default()));
        };
        let outcome = self.send_test(id, target).await?;
        if outcome.delivered
            && let Some(hook) = self.shared.hook(id)
        {
            hook.try_now();
        }
        Ok(Some(outcome))
    }

    async fn deliveries(
        &self,
        id: &WebhookId,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Option<Vec<Delivery>>, DeskError> {
        if self.registered(id).await?.is_none() {
            return Ok(None);
        }
        let found = self.shared.deliveries.deliveries(id, before, limit).await;
        found.map(Some).map_err(|error| unavailable(&error))
    }

    fn report(&self) -> WebhooksReport {
        let hooks = self.shared.all();
        let count = |matches: &dyn Fn(&crate::hook::Hook) -> bool| {
            hooks.iter().filter(|hook| matches(hook)).count() as u64
        };
        let counters = &self.shared.counters;
        let (durations, durations_sum) = counters.durations();
        WebhooksReport {
            registered: hooks.len() as u64,
            paused: count(&|hook| hook.registration().paused),
            failing: count(&reasons::is_failing),
            in_flight: counters.in_flight.load(Ordering::Relaxed),
            delivered: counters.delivered.load(Ordering::Relaxed),
            failed_attempts: counters.failed_attempts.load(Ordering::Relaxed),
            given_up: counters.given_up.load(Ordering::Relaxed),
            durations,
            durations_sum,
            reasons: reasons::of(hooks.iter().map(|hook| &**hook), self.shared.clock.now()),
        }
    }
}
