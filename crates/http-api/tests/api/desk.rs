//! Webhooks that nobody delivers to.

use async_trait::async_trait;
use game_model::{
    Delivery, DeliveryId, DeskError, NewWebhook, SealedSecret, TestOutcome, WallClock, Webhook, WebhookDesk,
    WebhookEdit, WebhookId, WebhookState, WebhooksReport,
};

use crate::support::Ports;

impl Ports {
    fn desk(&self) -> Result<(), DeskError> {
        self.desk_error.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    fn webhook(&self, id: &WebhookId) -> Option<WebhookState> {
        self.webhooks.lock().unwrap().iter().find(|known| known.webhook.id == *id).cloned()
    }
}

#[async_trait]
impl WebhookDesk for Ports {
    fn check_url(&self, url: &str) -> Result<(), String> {
        if url.starts_with("http") { Ok(()) } else { Err("url is no address".into()) }
    }

    async fn register(&self, wanted: NewWebhook) -> Result<Webhook, DeskError> {
        self.desk()?;
        let NewWebhook { url, filter, delay, secret } = wanted;
        let mut webhooks = self.webhooks.lock().unwrap();
        let id = WebhookId(format!("wh_{}", webhooks.len() + 1));
        self.secrets.lock().unwrap().push(secret);
        let (secret, created_at) = (SealedSecret(vec![7]), self.now());
        let webhook = Webhook { id, url, filter, delay, paused: false, held: false, secret, created_at };
        webhooks.push(WebhookState {
            webhook: webhook.clone(),
            consecutive_failures: 0,
            last_error: None,
            last_delivery: None,
            broken: None,
        });
        Ok(webhook)
    }

    async fn list(&self) -> Result<Vec<WebhookState>, DeskError> {
        self.desk()?;
        Ok(self.webhooks.lock().unwrap().clone())
    }

    async fn find(&self, id: &WebhookId) -> Result<Option<WebhookState>, DeskError> {
        self.desk()?;
        let found = self.webhook(id);
        // As one who reads a disk: meanwhile others ask.
        tokio::task::yield_now().await;
        Ok(found)
    }

    async fn edit(&self, id: &WebhookId, edit: WebhookEdit) -> Result<Option<WebhookState>, DeskError> {
        self.desk()?;
        let mut webhooks = self.webhooks.lock().unwrap();
        let Some(state) = webhooks.iter_mut().find(|known| known.webhook.id == *id) else { return Ok(None) };
        let WebhookEdit { url, filter, delay, paused, secret } = edit;
        self.secrets.lock().unwrap().extend(secret);
        state.webhook.url = url.unwrap_or(state.webhook.url.clone());
        state.webhook.filter = filter.unwrap_or(state.webhook.filter.clone());
        state.webhook.delay = delay.unwrap_or(state.webhook.delay);
        state.webhook.paused = paused.unwrap_or(state.webhook.paused);
        Ok(Some(state.clone()))
    }

    async fn delete(&self, id: &WebhookId) -> Result<bool, DeskError> {
        self.desk()?;
        let mut webhooks = self.webhooks.lock().unwrap();
        let before = webhooks.len();
        webhooks.retain(|known| known.webhook.id != *id);
        Ok(webhooks.len() < before)
    }

    async fn test(&self, id: &WebhookId) -> Result<Option<TestOutcome>, DeskError> {
        self.desk()?;
        Ok(self.webhook(id).and_then(|_| self.test.lock().unwrap().clone()))
    }

    async fn deliveries(
        &self,
        id: &WebhookId,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Option<Vec<Delivery>>, DeskError> {
        self.desk()?;
        let all = self.deliveries.lock().unwrap();
        let theirs = all.iter().filter(|known| before.is_none_or(|before| known.id < before)).take(limit);
        Ok(self.webhook(id).map(|_| theirs.cloned().collect()))
    }

    fn report(&self) -> WebhooksReport {
        self.webhooks_report.lock().unwrap().clone()
    }
}
