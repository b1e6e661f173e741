//! A broker in memory: it keeps what is retained, and tests decide what becomes of connections and messages.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use bytes::Bytes;
use futures::FutureExt;
use tokio::sync::mpsc;

use crate::link::{Dial, Incoming, Link, LinkError, Message, Outcome, Receipt};

#[derive(Default)]
struct Inside {
    retained: BTreeMap<String, String>,
    /// Everything that was published, in order: topic, payload, whether it was retained.
    published: Vec<(String, String, bool)>,
    /// Connections are refused with this.
    refuses: Option<String>,
    /// Nothing is acknowledged.
    is_silent: bool,
    /// Messages of topics that contain this are refused.
    forbids: Option<&'static str>,
    dials: u32,
    closed: u32,
    subscribed: Vec<String>,
    told: Option<mpsc::UnboundedSender<Incoming>>,
}

/// A broker. Cheap to clone.
#[derive(Clone, Default)]
pub struct Broker(Arc<Mutex<Inside>>);

impl Broker {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap()
    }

    pub fn retained(&self, topic: &str) -> Option<String> {
        self.inside().retained.get(topic).cloned()
    }

    pub fn topics(&self) -> Vec<String> {
        self.inside().retained.keys().cloned().collect()
    }

    pub fn keep(&self, topic: &str, payload: &str) {
        self.inside().retained.insert(topic.into(), payload.into());
    }

    /// What was published since this was asked last.
    pub fn published(&self) -> Vec<(String, String, bool)> {
        std::mem::take(&mut self.inside().published)
    }

    pub fn is_silent(&self, is_silent: bool) {
        self.inside().is_silent = is_silent;
    }

    pub fn forbids(&self, part: Option<&'static str>) {
        self.inside().forbids = part;
    }

    /// Connections are refused from now on.
    pub fn refuses(&self, error: Option<&str>) {
        self.inside().refuses = error.map(str::to_owned);
    }

    /// Ends the connection, and forgets what it retained.
    pub fn restarts(&self) {
        self.inside().retained.clear();
        self.cuts();
    }

    /// Ends the connection.
    pub fn cuts(&self) {
        self.tells(Incoming::Lost(LinkError("the connection was cut".into())));
    }

    pub fn sends(&self, topic: &str, payload: &'static str, retained: bool) {
        self.tells(Incoming::Received {
            topic: topic.into(),
            payload: Bytes::from_static(payload.as_bytes()),
            retained,
        });
    }

    fn tells(&self, incoming: Incoming) {
        let told = self.inside().told.clone().expect("a connection");
        told.send(incoming).unwrap_or_else(|_| panic!("nobody listens"));
    }

    pub fn dials(&self) -> u32 {
        self.inside().dials
    }

    pub fn closed(&self) -> u32 {
        self.inside().closed
    }

    pub fn subscribed(&self) -> Vec<String> {
        self.inside().subscribed.clone()
    }
}

#[async_trait]
impl Dial for Broker {
    async fn dial(&self) -> Result<Box<dyn Link>, LinkError> {
        let mut inside = self.inside();
        inside.dials += 1;
        if let Some(error) = &inside.refuses {
            return Err(LinkError(error.clone()));
        }
        let (tell, told) = mpsc::unbounded_channel();
        (inside.told, inside.subscribed) = (Some(tell), Vec::new());
        Ok(Box::new(Connection { broker: self.clone(), told }))
    }
}

struct Connection {
    broker: Broker,
    told: mpsc::UnboundedReceiver<Incoming>,
}

#[async_trait]
impl Link for Connection {
    fn publish(&mut self, message: Message) -> Result<Receipt, LinkError> {
        let Message { topic, payload, retain } = message;
        let payload = String::from_utf8(payload.to_vec()).unwrap();
        let mut inside = self.broker.inside();
        inside.published.push((topic.to_string(), payload.clone(), retain));
        if inside.forbids.is_some_and(|part| topic.contains(part)) {
            return Ok(futures::future::ready(Outcome::Refused("not authorized".into())).boxed());
        }
        if inside.is_silent {
            return Ok(futures::future::pending().boxed());
        }
        if retain && payload.is_empty() {
            inside.retained.remove(&*topic);
        } else if retain {
            inside.retained.insert(topic.to_string(), payload);
        }
        Ok(futures::future::ready(Outcome::Taken).boxed())
    }

    fn subscribe(&mut self, filter: &str) -> Result<(), LinkError> {
        let mut inside = self.broker.inside();
        inside.subscribed.push(filter.into());
        let Some((head, tail)) = filter.split_once('+') else { return Ok(()) };
        let kept: Vec<_> = inside
            .retained
            .iter()
            .filter(|(topic, _)| topic.starts_with(head) && topic.ends_with(tail))
            .collect();
        for (topic, payload) in kept {
            let payload = Bytes::from(payload.clone());
            let incoming = Incoming::Received { topic: topic.clone(), payload, retained: true };
            inside.told.as_ref().unwrap().send(incoming).unwrap_or_else(|_| panic!("nobody listens"));
        }
        Ok(())
    }

    fn unsubscribe(&mut self, filter: &str) -> Result<(), LinkError> {
        self.broker.inside().subscribed.retain(|subscribed| subscribed != filter);
        Ok(())
    }

    async fn next(&mut self) -> Incoming {
        self.told.recv().await.unwrap_or_else(|| Incoming::Lost(LinkError("gone".into())))
    }

    async fn close(self: Box<Self>) {
        self.broker.inside().closed += 1;
    }
}
