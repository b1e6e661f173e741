//! Delivers to one webhook: one delivery after the other, in order.

use std::collections::VecDeque;
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use circuit_breaker::{Admission, CircuitBreaker};
use game_model::{Attempted, Delivery, DeliveryId};
use tokio::sync::SemaphorePermit;
use tokio::time::{Instant, sleep};

use crate::counters::count;
use crate::hook::{Hook, SLOW, Target};
use crate::inbox::Next;
use crate::payload::{Head, headers};
use crate::schedule::{MAX_RETRY_AFTER, QUICK_ATTEMPTS, TRIED_FOR, breaker, wait_after};
use crate::shared::Shared;
use crate::transport::{Answer, Failure, Post};

/// Deliveries that are read from the store at once.
const PAGE: usize = 64;

/// The clock of the wall is looked at this often, as it may be set.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(30);

/// What can not be read is read again so much later.
const READ_AGAIN: Duration = Duration::from_secs(2);

struct Worker {
    shared: Arc<Shared>,
    hook: Arc<Hook>,
    breaker: CircuitBreaker,
    /// The newest delivery that was taken up.
    after: DeliveryId,
    /// Read from the store.
    read: VecDeque<Delivery>,
    /// The one that is delivered, or waits to be.
    head: Option<Delivery>,
    /// Why one was given up for its age: those that are as old follow it, untried.
    expired: Option<String>,
}

/// Delivers until the webhook is deleted, or everything stops.
pub(crate) async fn run(shared: Arc<Shared>, hook: Arc<Hook>) {
    let mut worker = Worker {
        shared,
        hook,
        breaker: CircuitBreaker::new(breaker()),
        after: DeliveryId::START,
        read: VecDeque::new(),
        head: None,
        expired: None,
    };
    while worker.step().await.is_continue() {}
}

impl Worker {
    async fn step(&mut self) -> ControlFlow<()> {
        if self.hook.deleted.is_cancelled() || self.shared.aborting.is_cancelled() {
            return Break(());
        }
        if self.head.is_none() {
            match self.next().await {
                Ok(Some(next)) => self.head = Some(next),
                Ok(None) => return self.wait(None).await,
                Err(()) => return self.wait(Some(READ_AGAIN)).await,
            }
        }
        let registration = self.hook.registration();
        if registration.paused || registration.target.is_err() {
            return self.wait(None).await;
        }
        let now = self.shared.clock.now();
        if self.hook.is_to_be_tried_now() {
            (self.breaker, self.expired) = (CircuitBreaker::new(breaker()), None);
            if let Some(head) = self.head.as_mut().filter(|head| head.attempts > 0) {
                head.next_attempt_at = head.next_attempt_at.min(now);
            }
        }
        let Some(due) = self.head.as_ref().map(|head| head.next_attempt_at) else { return Continue(()) };
        if self.give_up_with_those_before(now).await {
            return Continue(());
        }
        if let Ok(wait) = (due - now).to_std()
            && !wait.is_zero()
        {
            return self.wait(Some(wait)).await;
        }
        // Whoever waits takes no place of others.
        match self.breaker.retry_in(Instant::now().into_std()) {
            Some(wait) if !wait.is_zero() => self.wait(Some(wait)).await,
            _ => self.attempt_in_its_place().await,
        }
    }

    async fn attempt_in_its_place(&mut self) -> ControlFlow<()> {
        let shared = self.shared.clone();
        let Some(place) = self.place(&shared).await else { return Break(()) };
        // It may have been paused or changed meanwhile.
        let registration = self.hook.registration();
        let Ok(target) = &registration.target else { return Continue(()) };
        if registration.paused {
            return Continue(());
        }
        match self.breaker.admit(Instant::now().into_std()) {
            (Admission::Refused { retry_in }, _) => {
                drop(place);
                self.wait(Some(retry_in.unwrap_or(LOOK_AT_CLOCK))).await
            }
            _ => self.attempt(target).await,
        }
    }

    /// The delivery after the newest that was taken up.
    async fn next(&mut self) -> Result<Option<Delivery>, ()> {
        if let Some(next) = self.read.pop_front() {
            self.after = next.id;
            return Ok(Some(next));
        }
        match self.hook.inbox.next(self.after) {
            Next::Delivery(next) => {
                self.after = next.id;
                Ok(Some(next))
            }
            Next::Nothing => Ok(None),
            Next::Store => {
                match self.shared.deliveries.pending_of(&self.hook.id, self.after, PAGE).await {
                    Ok(page) => {
                        // One that can not be read is left out of a page: only an empty one is the last.
                        self.hook.inbox.read(!page.is_empty());
                        self.read = page.into();
                        let next = self.read.pop_front();
                        self.after = next.as_ref().map_or(self.after, |next| next.id);
                        Ok(next)
                    }
                    Err(error) => {
                        self.hook.inbox.read(true);
                        tracing::warn!(webhook = %self.hook.id, "what waits for a webhook can not be read: {error}");
                        Err(())
                    }
                }
            }
        }
    }

    /// Waits until something comes or changes, or for so long. Whoever waits has nothing to deliver now: that is the
    /// end, where everything stops.
    async fn wait(&self, wait: Option<Duration>) -> ControlFlow<()> {
        if self.shared.stopping.is_cancelled() {
            return Break(());
        }
        let wait = wait.map(|wait| wait.clamp(Duration::from_millis(1), LOOK_AT_CLOCK));
        tokio::select! {
            () = self.hook.wake.notified() => {}
            () = self.hook.deleted.cancelled() => {}
            () = self.shared.stopping.cancelled() => {}
            () = self.shared.aborting.cancelled() => {}
            () = sleep(wait.unwrap_or_default()), if wait.is_some() => {}
        }
        Continue(())
    }

    /// A place among the deliveries under way; none where there is no more use for it.
    async fn place<'a>(&self, shared: &'a Shared) -> Option<SemaphorePermit<'a>> {
        let troubled = self.hook.health().is_troubled();
        let places = if troubled { &shared.troubled_places } else { &shared.places };
        tokio::select! {
            place = places.acquire() => place.ok(),
            () = self.hook.deleted.cancelled() => None,
            () = shared.aborting.cancelled() => None,
        }
    }

    async fn attempt(&mut self, target: &Target) -> ControlFlow<()> {
        let Some(head) = &self.head else { return Continue(()) };
        let post = self.post(target, head);
        let shared = self.shared.clone();
        let (_under_way, begun) = (shared.counters.under_way(), Instant::now());
        let answer = tokio::select! {
            biased;
            () = self.hook.deleted.cancelled() => return Break(()),
            () = shared.aborting.cancelled() => return Break(()),
            answer = shared.transport.post(post) => answer,
        };
        self.hook.health().slow = begun.elapsed() > SLOW;
        self.finish(answer).await;
        Continue(())
    }

    fn post(&self, target: &Target, head: &Delivery) -> Post {
        let body = self.shared.bodies.of(&head.event);
        let event = &head.event.event;
        let about = Head {
            webhook: &self.hook.id,
            event: event.kind().as_str(),
            delivery: &event.id.0,
            attempt: head.attempts.saturating_add(1),
            now: self.shared.clock.now(),
        };
        Post {
            url: target.url.clone(),
            headers: headers(about, &target.signer, &body),
            body,
            timeout: self.shared.config.answer_timeout,
        }
    }

    /// An attempt ended.
    async fn finish(&mut self, answer: Answer) {
        let Some(head) = self.head.take() else { return };
        let now = self.shared.clock.now();
        match answer.outcome {
            Ok(()) => {
                self.succeeded(&head, now);
                self.shared.settle(head.id, Attempted::Delivered).await;
            }
            Err(failure) => self.failed(head, failure, now).await,
        }
    }

    fn succeeded(&mut self, head: &Delivery, now: DateTime<Utc>) {
        self.expired = None;
        if self.breaker.succeed(Instant::now().into_std()).is_some() {
            tracing::info!(webhook = %self.hook.id, "a webhook takes events again");
        }
        count(&self.shared.counters.delivered);
        if head.attempts == 0 {
            self.shared.counters.took((now - head.next_attempt_at).to_std().unwrap_or_default());
        }
        let mut health = self.hook.health();
        health.failures = 0;
        (health.last_error, health.next_attempt_at) = (None, None);
        health.last_delivery = Some(now);
    }

    async fn failed(&mut self, mut head: Delivery, failure: Failure, now: DateTime<Utc>) {
        let Failure { error, this_one_alone, retry_after } = failure;
        count(&self.shared.counters.failed_attempts);
        let tick = Instant::now().into_std();
        head.attempts = head.attempts.saturating_add(1);
        if this_one_alone {
            // Whoever refuses one event may take the next.
            self.breaker.release();
        } else if self
            .breaker
            .fail(tick, &error)
            .is_some_and(|change| change.from == circuit_breaker::State::Closed)
        {
            tracing::warn!(webhook = %self.hook.id, "a webhook does not take events: {error}");
        }
        let failures = {
            let mut health = self.hook.health();
            health.failures = health.failures.saturating_add(1);
            health.last_error = Some(error.clone());
            health.failures
        };
        let tried_enough = head.attempts >= QUICK_ATTEMPTS || failures > QUICK_ATTEMPTS;
        let is_old = is_old(&head, now);
        let is_refused = this_one_alone && head.attempts >= QUICK_ATTEMPTS;
        if is_refused || (is_old && tried_enough) {
            if !this_one_alone {
                self.expired = Some(error.clone());
            }
            self.give_up(head.id, error).await;
            return;
        }
        let wait = wait_after(head.attempts)
            .max(self.breaker.retry_in(tick).unwrap_or_default())
            .max(retry_after.unwrap_or_default().min(MAX_RETRY_AFTER));
        let at = TimeDelta::from_std(wait).ok().and_then(|wait| now.checked_add_signed(wait)).unwrap_or(now);
        self.hook.health().next_attempt_at = Some(at);
        head.next_attempt_at = at;
        let id = head.id;
        self.head = Some(head);
        self.shared.settle(id, Attempted::Retry { at, error }).await;
    }

    /// Gives the head up where it is as old as one that was given up for its age, and says whether it did.
    async fn give_up_with_those_before(&mut self, now: DateTime<Utc>) -> bool {
        let Some(head) = self.head.as_ref().filter(|_| self.expired.is_some()) else { return false };
        if !is_old(head, now) {
            self.expired = None;
            return false;
        }
        let error = self.expired.as_deref().unwrap_or_default();
        let error = format!("given up with the one before it, which was tried for 24 h: {error}");
        let id = head.id;
        self.head = None;
        self.give_up(id, error).await;
        true
    }

    async fn give_up(&self, id: DeliveryId, error: String) {
        count(&self.shared.counters.given_up);
        self.shared.settle(id, Attempted::GivenUp { error }).await;
    }
}

/// Whether it was to be tried up to now.
fn is_old(head: &Delivery, now: DateTime<Utc>) -> bool {
    now - head.queued_at >= TRIED_FOR
}
