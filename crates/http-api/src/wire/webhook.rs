//! Webhooks and their deliveries as clients get them. Secrets are shown as `***`.

use game_model::{
    Delivery, DeliveryState, EventFilter, TeamQuery, TestOutcome, Webhook, WebhookId, WebhookState,
};
use serde_json::{Value, json};

use super::object::Object;
use super::timestamp;

/// What is shown of a secret.
const HIDDEN: &str = "***";

fn events(filter: &EventFilter) -> Vec<&'static str> {
    if filter.kinds.is_empty() { vec!["*"] } else { filter.kinds.iter().map(|kind| kind.as_str()).collect() }
}

fn teams(filter: &EventFilter) -> Option<String> {
    let teams: Vec<&str> = filter.teams.queries().iter().map(TeamQuery::as_str).collect();
    (!teams.is_empty()).then(|| teams.join(","))
}

fn sport(filter: &EventFilter) -> Option<String> {
    let leagues: Vec<&str> = filter.leagues.iter().map(|league| league.key).collect();
    (!leagues.is_empty()).then(|| leagues.join(","))
}

/// What is registered. `team` as somebody named it, where that is known.
fn registration(webhook: &Webhook, team: Option<String>) -> Object {
    let filter = &webhook.filter;
    Object::default()
        .with("webhook_id", webhook.id.0.clone())
        .with("url", webhook.url.clone())
        .with("events", events(filter))
        .with("team", team.or_else(|| teams(filter)))
        .with("sport", sport(filter))
        .with("delay_seconds", webhook.delay.as_secs_f64())
        .with("pregame_minutes", filter.pregame_minutes)
        .with("paused", webhook.paused)
}

/// The answer to who registered a webhook.
pub(crate) fn registered_body(webhook: &Webhook, team: Option<String>) -> Object {
    let test = format!("registered; POST /api/v1/webhooks/{}/test sends a test event to it", webhook.id);
    registration(webhook, team).with("message", test)
}

/// A webhook, and how it does.
pub(crate) fn webhook_body(state: &WebhookState) -> Object {
    let last_error = state.broken.clone().or_else(|| state.last_error.clone());
    registration(&state.webhook, None)
        .with("secret", HIDDEN)
        .with("created_at", timestamp(state.webhook.created_at))
        .with("consecutive_failures", state.consecutive_failures)
        .with("last_error", last_error)
        .with("last_delivery", state.last_delivery.map(timestamp))
}

/// What came of a test.
pub(crate) fn test_body(id: &WebhookId, outcome: &TestOutcome) -> Object {
    Object::default()
        .with("webhook_id", id.0.clone())
        .with("delivery_id", outcome.id.clone())
        .with("delivered", outcome.delivered)
        .with("status", outcome.status)
        .with("answer", outcome.answer.clone())
        .with("error", outcome.error.clone())
        .with("milliseconds", u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX))
}

/// Deliveries of a webhook, newest first. Where a page is full, `next_before` leads to the next.
pub(crate) fn deliveries_body(id: &WebhookId, deliveries: &[Delivery], limit: usize) -> Object {
    let next = deliveries.last().filter(|_| deliveries.len() == limit).map(|last| last.id.0);
    Object::default()
        .with("webhook_id", id.0.clone())
        .with("deliveries", deliveries.iter().map(delivery).collect::<Vec<_>>())
        .with("count", deliveries.len())
        .with("next_before", next)
}

fn delivery(delivery: &Delivery) -> Value {
    let event = &delivery.event.event;
    let waits = delivery.state == DeliveryState::Pending;
    json!({
        "number": delivery.id.0,
        "delivery_id": event.id.0,
        "event": event.kind().as_str(),
        "game_id": event.game.id.0,
        "league": event.game.league.code,
        "state": delivery.state.as_str(),
        "attempts": delivery.attempts,
        "queued_at": timestamp(delivery.queued_at),
        "next_attempt_at": waits.then(|| timestamp(delivery.next_attempt_at)),
        "last_error": delivery.last_error,
        "settled_at": delivery.settled_at.map(timestamp),
    })
}
