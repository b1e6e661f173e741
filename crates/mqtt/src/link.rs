//! A connection to a broker, as the publisher sees it. MQTT 5 is one; tests have others.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::BoxFuture;

/// One message, sent with quality of service 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its topic.
    pub topic: Arc<str>,
    /// Its payload; an empty one that is retained takes back what the topic retains.
    pub payload: Bytes,
    /// Whether the broker keeps it for those who subscribe later.
    pub retain: bool,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The broker has it.
    Taken,
    /// The broker refuses it, for this reason.
    Refused(String),
    /// The connection ended before the broker said anything.
    Lost,
}

/// Tells what became of a message, once that is known.
pub type Receipt = BoxFuture<'static, Outcome>;

/// What a connection tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A message of a topic that was subscribed to.
    Received {
        /// Its topic.
        topic: String,
        /// Its payload.
        payload: Bytes,
        /// Whether the broker had kept it.
        retained: bool,
    },
    /// The connection ended.
    Lost(LinkError),
}

/// Why there is no connection, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LinkError(pub String);

/// A connection. What is sent over it arrives in its order, and nothing that is asked of it waits.
#[async_trait]
pub trait Link: Send {
    /// Sends a message. Fails only where the connection has ended.
    fn publish(&mut self, message: Message) -> Result<Receipt, LinkError>;

    /// Asks for the messages of a topic, those that the broker keeps among them, but for our own.
    fn subscribe(&mut self, filter: &str) -> Result<(), LinkError>;

    /// Asks for them no more.
    fn unsubscribe(&mut self, filter: &str) -> Result<(), LinkError>;

    /// Waits for what the connection tells next. Nothing is lost where the wait is given up.
    async fn next(&mut self) -> Incoming;

    /// Ends the connection so that the broker does not take it for dead.
    async fn close(self: Box<Self>);
}

/// Makes connections. The broker is told to publish the will should one end without a goodbye.
#[async_trait]
pub trait Dial: Send + Sync {
    /// Makes one.
    async fn dial(&self) -> Result<Box<dyn Link>, LinkError>;
}
