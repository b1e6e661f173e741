//! Webhooks served on fakes: a store in memory, and receivers that do as they are told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use game_model::{EventFilter, NewWebhook, WebhookDesk, WebhookId, WebhookSecret};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::memory::{Memory, TestClock};
use crate::transport::{Answer, Failure, Post, Transport};
use crate::{Webhooks, WebhooksConfig};

pub const SECRET: &str = "a secret of sixteen characters";

/// What a receiver does.
#[derive(Debug, Clone, PartialEq)]
pub enum Does {
    Takes,
    TakesAfter(Duration),
    Fails,
    /// Does not want this event.
    Refuses,
    /// Answers after its sender has given up.
    Hangs,
    AsksToWait(Duration),
}

/// A request as it was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Since the start.
    pub at: Duration,
    pub host: String,
    pub post: Post,
}

impl Sent {
    pub fn header(&self, name: &str) -> &str {
        self.post.headers[name].to_str().unwrap()
    }
}

pub struct Receivers {
    does: Mutex<HashMap<String, Does>>,
    sent: Mutex<Vec<Sent>>,
    begun: Instant,
}

#[async_trait]
impl Transport for Receivers {
    async fn post(&self, post: Post) -> Answer {
        let (host, timeout) = (post.url.host_str().unwrap().to_owned(), post.timeout);
        let does = self.does.lock().unwrap().get(&host).cloned().unwrap_or(Does::Takes);
        self.sent.lock().unwrap().push(Sent { at: self.begun.elapsed(), host, post });
        let failed = |error: &str, this_one_alone, retry_after| {
            Err(Failure { error: error.into(), this_one_alone, retry_after })
        };
        let (status, outcome) = match does {
            Does::Takes => (Some(200), Ok(())),
            Does::TakesAfter(wait) => {
                sleep(wait).await;
                (Some(200), Ok(()))
            }
            Does::Fails => (Some(500), failed("it answers 500", false, None)),
            Does::Refuses => (Some(400), failed("it answers 400", true, None)),
            Does::Hangs => {
                sleep(timeout).await;
                (None, failed("it does not answer", false, None))
            }
            Does::AsksToWait(wait) => (Some(429), failed("it answers 429", false, Some(wait))),
        };
        Answer { status, excerpt: String::new(), outcome }
    }
}

/// Webhooks, served.
pub struct House {
    pub store: Arc<Memory>,
    pub receivers: Arc<Receivers>,
    pub desk: Webhooks,
    pub folder: Arc<TempDir>,
    pub clock: Arc<TestClock>,
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl House {
    pub async fn new() -> Self {
        let clock = Arc::new(TestClock::new());
        let store = Arc::new(Memory::new(clock.clone()));
        let receivers = Receivers { does: Mutex::default(), sent: Mutex::default(), begun: Instant::now() };
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::open(clock, store, Arc::new(receivers), folder, |_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut WebhooksConfig)) -> Self {
        let house = Self::new().await;
        house.restart_with(change).await
    }

    async fn open(
        clock: Arc<TestClock>,
        store: Arc<Memory>,
        receivers: Arc<Receivers>,
        folder: Arc<TempDir>,
        change: impl FnOnce(&mut WebhooksConfig),
    ) -> Self {
        let mut config = WebhooksConfig::new(folder.path().join("webhooks.key"));
        change(&mut config);
        let (desk, delivering) =
            Webhooks::with_transport(config, store.clone(), clock.clone(), receivers.clone()).await.unwrap();
        let stop = CancellationToken::new();
        let running = tokio::spawn(delivering.run(stop.clone(), Duration::from_secs(5)));
        Self { store, receivers, desk, folder, clock, stop, running }
    }

    /// Kills what runs, and starts it again.
    pub async fn restart_with(self, change: impl FnOnce(&mut WebhooksConfig)) -> Self {
        self.desk.shared.aborting.cancel();
        self.desk.shared.workers.close();
        self.desk.shared.workers.wait().await;
        self.running.abort();
        Self::open(self.clock, self.store, self.receivers, self.folder, change).await
    }

    /// Stops as the service does, and tells how long that took.
    pub async fn stop(self) -> Duration {
        let begun = Instant::now();
        self.stop.cancel();
        self.running.await.unwrap();
        begun.elapsed()
    }

    /// Registers a webhook at this host.
    pub async fn register(&self, host: &str) -> WebhookId {
        self.register_delayed(host, Duration::ZERO).await
    }

    pub async fn register_delayed(&self, host: &str, delay: Duration) -> WebhookId {
        let wanted = NewWebhook {
            url: format!("http://{host}/hook"),
            filter: EventFilter::default(),
            delay,
            secret: WebhookSecret::new(SECRET.into()),
        };
        self.desk.register(wanted).await.unwrap().id
    }

    /// From now on the receiver does this.
    pub fn does(&self, host: &str, does: Does) {
        self.receivers.does.lock().unwrap().insert(host.into(), does);
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.receivers.sent.lock().unwrap().clone()
    }

    /// What was sent to a host: seconds since the start, the number of the touchdown, the attempt.
    pub fn sent_to(&self, host: &str) -> Vec<(u64, u32, u32)> {
        let sent = self.sent().into_iter().filter(|sent| sent.host == host);
        sent.map(|sent| {
            let number = sent.header("x-webhook-delivery").rsplit('-').next().unwrap().parse().unwrap();
            (sent.at.as_secs(), number, sent.header("x-webhook-attempt").parse().unwrap())
        })
        .collect()
    }
}

/// Lets everything happen that happens within this time.
pub async fn within(time: Duration) {
    sleep(time).await;
}

pub async fn seconds(seconds: u64) {
    within(Duration::from_secs(seconds)).await;
}
