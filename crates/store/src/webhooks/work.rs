//! What changes webhooks and their deliveries.

use game_model::{Attempted, DeliveryId, MAX_WEBHOOKS, RegisterError, Webhook, WebhookChange, WebhookId};
use influx_schema::nanoseconds;
use rusqlite::Result;

use super::deliveries;
use super::rows::{self, Row};
use crate::writer::{Batch, Work};

/// Registers a webhook.
pub(super) struct Register(pub Webhook);

impl Work for Register {
    type Output = Result<(), RegisterError>;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<Self::Output> {
        if rows::count(batch.db)? >= MAX_WEBHOOKS {
            return Ok(Err(RegisterError::TooMany));
        }
        batch.listening = None;
        if rows::insert(batch.db, &self.0)? {
            Ok(Ok(()))
        } else {
            Ok(Err(RegisterError::Exists(self.0.id.clone())))
        }
    }
}

/// Changes a webhook.
pub(super) struct Change {
    pub id: WebhookId,
    pub change: WebhookChange,
}

impl Work for Change {
    type Output = Option<Webhook>;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<Self::Output> {
        let Some(Row { number, webhook }) = rows::one(batch.db, &self.id)? else {
            return Ok(None);
        };
        let row = Row { number, webhook: self.change.clone().apply(webhook) };
        rows::update(batch.db, &row)?;
        batch.listening = None;
        Ok(Some(row.webhook))
    }
}

/// Deletes a webhook; its deliveries go with it.
pub(super) struct Delete(pub WebhookId);

impl Work for Delete {
    type Output = bool;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<bool> {
        batch.listening = None;
        rows::delete(batch.db, &self.0)
    }
}

/// Keeps what became of attempts.
pub(super) struct Settle(pub Vec<(DeliveryId, Attempted)>);

impl Work for Settle {
    type Output = ();

    fn apply(&self, batch: &mut Batch<'_>) -> Result<()> {
        let now = nanoseconds(batch.now);
        self.0.iter().try_for_each(|(id, attempted)| deliveries::settle(batch.db, *id, attempted, now))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use game_model::{EventFilter, SealedSecret};

    use super::*;
    use crate::tests::support::{Place, Run};
    use crate::webhooks::listening;

    /// A transaction may hold an event, a registration, and another event.
    #[tokio::test]
    async fn who_listens_is_read_anew_after_each_change() {
        let store = Place::new().open(None);
        let counted = store.write(Run(|batch: &mut Batch<'_>| {
            let id = WebhookId("a".into());
            let webhook = Webhook {
                id: id.clone(),
                url: String::new(),
                filter: EventFilter::default(),
                delay: Duration::ZERO,
                paused: false,
                held: false,
                secret: SealedSecret(Vec::new()),
                created_at: DateTime::UNIX_EPOCH,
            };
            let change = |paused| WebhookChange { paused: Some(paused), ..WebhookChange::default() };
            let mut counted = vec![listening(batch)?.len()];
            Register(webhook).apply(batch)?.ok();
            counted.push(listening(batch)?.len());
            Change { id: id.clone(), change: change(true) }.apply(batch)?;
            counted.push(listening(batch)?.len());
            Change { id: id.clone(), change: change(false) }.apply(batch)?;
            counted.push(listening(batch)?.len());
            Delete(id).apply(batch)?;
            counted.push(listening(batch)?.len());
            Ok(counted)
        }));
        assert_eq!(counted.await.unwrap(), [0, 1, 0, 1, 0]);
    }
}
