//! Registered webhooks, and the queues of events that wait for them.

mod deliveries;
mod rows;
mod work;

use std::rc::Rc;

use async_trait::async_trait;
use game_model::{
    Attempted, Deliveries, Delivery, DeliveryId, EventError, LoggedEvent, RegisterError, Webhook,
    WebhookChange, WebhookId, WebhookRegistrations,
};
use influx_schema::nanoseconds;
use rusqlite::Result;

use crate::store::Store;
use crate::writer::Batch;
use deliveries::Asked;

pub(crate) use rows::Row;

/// The webhooks for which events are queued. Read once for all events of a transaction.
pub(crate) fn listening(batch: &mut Batch<'_>) -> Result<Rc<[Webhook]>> {
    Ok(rows_listening(batch)?.iter().map(|row| row.webhook.clone()).collect())
}

fn rows_listening(batch: &mut Batch<'_>) -> Result<Rc<[Row]>> {
    if let Some(known) = &batch.listening {
        return Ok(Rc::clone(known));
    }
    let all: Rc<[Row]> = rows::all(batch.db)?.into_iter().filter(|row| !row.webhook.is_paused()).collect();
    batch.listening = Some(Rc::clone(&all));
    Ok(all)
}

/// Queues an event for the webhooks that want it.
pub(crate) fn queue(batch: &mut Batch<'_>, event: &LoggedEvent) -> Result<()> {
    let rows = rows_listening(batch)?;
    let now = nanoseconds(batch.now);
    for row in rows.iter().filter(|row| row.webhook.filter.matches(&event.event)) {
        let delay = i64::try_from(row.webhook.delay.as_nanos()).unwrap_or(i64::MAX);
        deliveries::add(batch.db, row.number, event.number, now, now.saturating_add(delay))?;
    }
    Ok(())
}

#[async_trait]
impl WebhookRegistrations for Store {
    async fn register(&self, webhook: Webhook) -> Result<(), RegisterError> {
        let registered = self.write(work::Register(webhook)).await.map_err(EventError::from)?;
        self.webhooks_changed();
        registered
    }

    async fn webhooks(&self) -> Result<Vec<Webhook>, EventError> {
        let rows = self.ask_for_events(rows::all).await?;
        Ok(rows.into_iter().map(|row| row.webhook).collect())
    }

    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, EventError> {
        let id = id.clone();
        let row = self.ask_for_events(move |db| rows::one(db, &id)).await?;
        Ok(row.map(|row| row.webhook))
    }

    async fn change_webhook(
        &self,
        id: &WebhookId,
        change: WebhookChange,
    ) -> Result<Option<Webhook>, EventError> {
        let changed = self.write(work::Change { id: id.clone(), change }).await?;
        self.webhooks_changed();
        Ok(changed)
    }

    async fn delete_webhook(&self, id: &WebhookId) -> Result<bool, EventError> {
        let deleted = self.write(work::Delete(id.clone())).await?;
        self.webhooks_changed();
        Ok(deleted)
    }

    fn webhooks_revision(&self) -> u64 {
        self.webhooks_seen()
    }
}

#[async_trait]
impl Deliveries for Store {
    async fn pending(&self, after: DeliveryId, limit: usize) -> Result<Vec<Delivery>, EventError> {
        Ok(self.ask_for_events(move |db| deliveries::list(db, &Asked::Waiting { after }, limit)).await?)
    }

    async fn pending_of(
        &self,
        webhook: &WebhookId,
        after: DeliveryId,
        limit: usize,
    ) -> Result<Vec<Delivery>, EventError> {
        let webhook = webhook.clone();
        let asked = Asked::WaitingFor { webhook, after };
        Ok(self.ask_for_events(move |db| deliveries::list(db, &asked, limit)).await?)
    }

    async fn settle(&self, attempted: Vec<(DeliveryId, Attempted)>) -> Result<(), EventError> {
        Ok(self.write(work::Settle(attempted)).await?)
    }

    async fn deliveries(
        &self,
        webhook: &WebhookId,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<Delivery>, EventError> {
        let webhook = webhook.clone();
        let asked = Asked::Newest { webhook, before };
        Ok(self.ask_for_events(move |db| deliveries::list(db, &asked, limit)).await?)
    }
}
