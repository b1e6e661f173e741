//! Deliveries of webhooks as clients get them.

use game_model::{Delivery, DeliveryState, WebhookId};
use serde::Serialize;
use utoipa::ToSchema;

use super::schemas::{delivery_state, event, time, time_or_none};
use super::timestamp;

/// Deliveries of a webhook, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryPage {
    webhook_id: String,
    deliveries: Vec<DeliveryBody>,
    count: usize,
    /// Where the page is full: what `before` is to be for the next.
    #[schema(required)]
    next_before: Option<u64>,
}

impl DeliveryPage {
    pub(crate) fn new(id: &WebhookId, deliveries: &[Delivery], limit: usize) -> Self {
        Self {
            webhook_id: id.0.clone(),
            deliveries: deliveries.iter().map(DeliveryBody::new).collect(),
            count: deliveries.len(),
            next_before: deliveries.last().filter(|_| deliveries.len() == limit).map(|last| last.id.0),
        }
    }
}

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveryBody {
    number: u64,
    /// The event's id.
    delivery_id: String,
    #[schema(schema_with = event)]
    event: &'static str,
    game_id: String,
    league: &'static str,
    #[schema(schema_with = delivery_state)]
    state: &'static str,
    attempts: u32,
    #[schema(schema_with = time)]
    queued_at: String,
    /// Of one that waits.
    #[schema(schema_with = time_or_none, required)]
    next_attempt_at: Option<String>,
    #[schema(required)]
    last_error: Option<String>,
    /// When it was delivered or given up.
    #[schema(schema_with = time_or_none, required)]
    settled_at: Option<String>,
}

impl DeliveryBody {
    fn new(delivery: &Delivery) -> Self {
        let event = &delivery.event.event;
        let waits = delivery.state == DeliveryState::Pending;
        Self {
            number: delivery.id.0,
            delivery_id: event.id.0.clone(),
            event: event.kind().as_str(),
            game_id: event.game.id.0.clone(),
            league: event.game.league.code,
            state: delivery.state.as_str(),
            attempts: delivery.attempts,
            queued_at: timestamp(delivery.queued_at),
            next_attempt_at: waits.then(|| timestamp(delivery.next_attempt_at)),
            last_error: delivery.last_error.clone(),
            settled_at: delivery.settled_at.map(timestamp),
        }
    }
}
