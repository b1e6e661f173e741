//! Registrations, queues and the log of events in memory, as the store keeps them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Attempted, Deliveries, Delivery, DeliveryId, DeliveryState, EventError, EventFilter, EventLog,
    EventNumber, EventPage, GameEvent, LoggedEvent, RegisterError, WallClock, Webhook, WebhookChange,
    WebhookId, WebhookRegistrations,
};
use tokio::sync::watch;
use tokio::time::Instant;

use super::support::noon;

/// It is noon when this is made, and later as the runtime's clock tells, unless somebody sets it.
pub struct TestClock {
    begun: Instant,
    set_on: AtomicU64,
}

impl TestClock {
    pub fn new() -> Self {
        Self { begun: Instant::now(), set_on: AtomicU64::new(0) }
    }

    /// Somebody sets it on by so many seconds.
    pub fn set_on(&self, seconds: u64) {
        self.set_on.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl WallClock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        let set_on = Duration::from_secs(self.set_on.load(Ordering::SeqCst));
        noon() + TimeDelta::from_std(self.begun.elapsed() + set_on).unwrap()
    }
}

#[derive(Default)]
struct Kept {
    webhooks: Vec<Webhook>,
    deliveries: Vec<Delivery>,
    events: u64,
}

pub struct Memory {
    kept: Mutex<Kept>,
    newest: watch::Sender<EventNumber>,
    clock: Arc<dyn WallClock>,
    /// Commits of outcomes.
    pub settles: AtomicU64,
    /// Nothing can be kept.
    pub full: Mutex<bool>,
}

impl Memory {
    pub fn new(clock: Arc<dyn WallClock>) -> Self {
        Self {
            kept: Mutex::default(),
            newest: watch::Sender::new(EventNumber::START),
            clock,
            settles: AtomicU64::new(0),
            full: Mutex::new(false),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    /// Commits an event with its deliveries.
    pub fn tell(&self, event: GameEvent) {
        let now = self.clock.now();
        let mut kept = self.kept();
        kept.events += 1;
        let event = LoggedEvent { number: EventNumber(kept.events), event: Arc::new(event) };
        let wanted =
            kept.webhooks.iter().filter(|hook| !hook.is_paused() && hook.filter.matches(&event.event));
        let wanted: Vec<_> = wanted.map(|hook| (hook.id.clone(), hook.delay)).collect();
        for (webhook, delay) in wanted {
            let id = DeliveryId(kept.deliveries.len() as u64 + 1);
            kept.deliveries.push(Delivery {
                id,
                webhook,
                event: event.clone(),
                state: DeliveryState::Pending,
                queued_at: now,
                next_attempt_at: now + delay,
                attempts: 0,
                last_error: None,
                settled_at: None,
            });
        }
        drop(kept);
        self.newest.send_replace(event.number);
    }

    /// How the deliveries of a webhook stand, in order.
    pub fn states(&self, webhook: &str) -> Vec<(DeliveryState, u32)> {
        let kept = self.kept();
        let theirs = kept.deliveries.iter().filter(|delivery| delivery.webhook.0 == webhook);
        theirs.map(|delivery| (delivery.state, delivery.attempts)).collect()
    }
}

fn page(found: impl Iterator<Item = Delivery>, limit: usize) -> Vec<Delivery> {
    found.take(limit).collect()
}

#[async_trait]
impl Deliveries for Memory {
    async fn pending(&self, after: DeliveryId, limit: usize) -> Result<Vec<Delivery>, EventError> {
        let kept = self.kept();
        let waiting = kept.deliveries.iter().filter(|d| d.id > after && d.settled_at.is_none());
        Ok(page(waiting.cloned(), limit))
    }

    async fn pending_of(
        &self,
        webhook: &WebhookId,
        after: DeliveryId,
        limit: usize,
    ) -> Result<Vec<Delivery>, EventError> {
        let kept = self.kept();
        let waiting = kept.deliveries.iter().filter(|d| d.id > after && d.settled_at.is_none());
        Ok(page(waiting.filter(|d| d.webhook == *webhook).cloned(), limit))
    }

    async fn settle(&self, attempted: Vec<(DeliveryId, Attempted)>) -> Result<(), EventError> {
        if *self.full.lock().unwrap() {
            return Err(EventError { message: "the disk is full".into() });
        }
        self.settles.fetch_add(1, Ordering::SeqCst);
        let now = self.clock.now();
        let mut kept = self.kept();
        for (id, attempted) in attempted {
            let Some(delivery) = kept.deliveries.iter_mut().find(|d| d.id == id && d.settled_at.is_none())
            else {
                continue;
            };
            delivery.attempts += 1;
            match attempted {
                Attempted::Delivered => {
                    (delivery.state, delivery.settled_at) = (DeliveryState::Delivered, Some(now));
                }
                Attempted::Retry { at, error } => {
                    (delivery.next_attempt_at, delivery.last_error) = (at, Some(error));
                }
                Attempted::GivenUp { error } => {
                    (delivery.state, delivery.settled_at) = (DeliveryState::Failed, Some(now));
                    delivery.last_error = Some(error);
                }
            }
        }
        Ok(())
    }

    async fn deliveries(
        &self,
        webhook: &WebhookId,
        before: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<Delivery>, EventError> {
        let kept = self.kept();
        let theirs = kept.deliveries.iter().rev().filter(|d| d.webhook == *webhook);
        Ok(page(theirs.filter(|d| before.is_none_or(|before| d.id < before)).cloned(), limit))
    }
}

#[async_trait]
impl WebhookRegistrations for Memory {
    async fn register(&self, webhook: Webhook) -> Result<(), RegisterError> {
        self.kept().webhooks.push(webhook);
        Ok(())
    }

    async fn webhooks(&self) -> Result<Vec<Webhook>, EventError> {
        Ok(self.kept().webhooks.clone())
    }

    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, EventError> {
        Ok(self.kept().webhooks.iter().find(|hook| hook.id == *id).cloned())
    }

    async fn change_webhook(
        &self,
        id: &WebhookId,
        change: WebhookChange,
    ) -> Result<Option<Webhook>, EventError> {
        let mut kept = self.kept();
        let Some(hook) = kept.webhooks.iter_mut().find(|hook| hook.id == *id) else { return Ok(None) };
        *hook = change.apply(hook.clone());
        Ok(Some(hook.clone()))
    }

    async fn delete_webhook(&self, id: &WebhookId) -> Result<bool, EventError> {
        let mut kept = self.kept();
        let before = kept.webhooks.len();
        kept.webhooks.retain(|hook| hook.id != *id);
        kept.deliveries.retain(|delivery| delivery.webhook != *id);
        Ok(kept.webhooks.len() < before)
    }

    fn webhooks_revision(&self) -> u64 {
        0
    }
}

#[async_trait]
impl EventLog for Memory {
    async fn events(&self, after: EventNumber, _: &EventFilter, _: usize) -> Result<EventPage, EventError> {
        Ok(EventPage { through: after, ..EventPage::default() })
    }

    fn newest(&self) -> EventNumber {
        *self.newest.borrow()
    }

    async fn oldest(&self) -> Result<EventNumber, EventError> {
        Ok(EventNumber(1))
    }

    async fn wait_beyond(&self, after: EventNumber) -> EventNumber {
        *self.newest.subscribe().wait_for(|newest| *newest > after).await.unwrap()
    }
}
