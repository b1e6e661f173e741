//! Connections over MQTT 5: TCP or TLS, each made once and never mended.
//!
//! The client that is used would reconnect by itself and send again what was not acknowledged. Here each connection is
//! another client, so that what is sent again is decided by the publisher, who knows what is too old.

use std::sync::Arc;

use async_trait::async_trait;
use futures::FutureExt;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v5::{ConnectReturnCode, LastWill, PubAckReason};
use rumqttc::{
    AsyncClient, ConnectionError, Event, EventLoop, Incoming as Packet, MqttOptions, NetworkOptions,
    PublishOptions, PublishResult, SubscribeFilterInput, TlsConfiguration, Transport,
};
use rustls::ClientConfig;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::config::MqttConfig;
use crate::link::{Dial, Incoming, Link, LinkError, Message, Outcome, Receipt};
use crate::tls;
use crate::topics::{OFFLINE, Topics};

/// Requests that wait for the connection at most: more than messages can be in flight, with subscriptions beside them.
const REQUESTS: usize = 128;

/// Messages of others that wait to be looked at; those beyond are of devices that the next connection finds.
const HEARD: usize = 1_024;

/// Bytes of a message of another that are read at most: an announcement of a device may be long.
const LONGEST: u32 = 1024 * 1024;

/// Dials a broker.
pub struct Client {
    config: MqttConfig,
    id: String,
    topics: Topics,
    tls: Option<Arc<ClientConfig>>,
}

impl Client {
    /// Connects to nothing yet. No other client of the broker may have this id.
    pub fn new(config: &MqttConfig, id: String) -> Result<Self, rustls::Error> {
        let tls = if config.broker.tls { Some(tls::client_config(config.ca.as_ref())?) } else { None };
        let topics = Topics::new(&config.discovery_prefix, &config.topic_prefix);
        Ok(Self { config: config.clone(), id, topics, tls })
    }
}

impl Client {
    fn options(&self) -> MqttOptions {
        let MqttConfig { broker, keep_alive, connect_within, .. } = &self.config;
        let mut options = MqttOptions::new(&self.id, (broker.host.clone(), broker.port));
        let will = LastWill::new(&*self.topics.availability(), OFFLINE, QoS::AtLeastOnce, true, None);
        // A goal does not wait for more to send.
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        options
            .set_network_options(network)
            .set_keep_alive(u16::try_from(keep_alive.as_secs()).unwrap_or(u16::MAX))
            .set_connect_timeout(*connect_within)
            .set_clean_start(true)
            .set_last_will(will)
            .set_max_packet_size(Some(LONGEST));
        if let Some(who) = self.config.credentials() {
            let password = who.password.as_ref().map(|password| password.expose().to_owned());
            options.set_credentials(who.user.clone(), password.unwrap_or_default());
        }
        if let Some(tls) = &self.tls {
            options.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(tls.clone())));
        }
        options
    }
}

#[async_trait]
impl Dial for Client {
    async fn dial(&self) -> Result<Box<dyn Link>, LinkError> {
        let (client, mut events) = AsyncClient::builder(self.options()).capacity(REQUESTS).build();
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => break,
                Ok(_) => {}
                Err(error) => return Err(LinkError(sentence(&error))),
            }
        }
        let (tell, told) = mpsc::channel(HEARD);
        let topics = self.topics.clone();
        let pump = tokio::spawn(pump(events, topics, tell));
        Ok(Box::new(Connection { client, told, pump }))
    }
}

/// Drives a connection until it ends.
async fn pump(mut events: EventLoop, topics: Topics, tell: mpsc::Sender<Incoming>) {
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Packet::Publish(publish))) => {
                let topic = String::from_utf8_lossy(&publish.topic).into_owned();
                let is_status = topic == topics.birth() || *topic == *topics.availability();
                if is_status || topics.may_be_ours(&topic) {
                    let incoming =
                        Incoming::Received { topic, payload: publish.payload, retained: publish.retain };
                    if tell.try_send(incoming).is_err() {
                        tracing::warn!(
                            "a message from the MQTT broker is left out, as too many came at once"
                        );
                    }
                }
            }
            Ok(_) => {}
            Err(error) => {
                let _ = tell.send(Incoming::Lost(LinkError(sentence(&error)))).await;
                return;
            }
        }
    }
}

/// One connection. Dropped, it ends without a goodbye, and the broker publishes the will.
struct Connection {
    client: AsyncClient,
    told: mpsc::Receiver<Incoming>,
    pump: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

fn ended<E>(_: E) -> LinkError {
    LinkError("the connection ended".into())
}

#[async_trait]
impl Link for Connection {
    fn publish(&mut self, message: Message) -> Result<Receipt, LinkError> {
        let Message { topic, payload, retain } = message;
        let options = PublishOptions::at_least_once().retain(retain);
        let notice = self.client.try_publish_tracked(&*topic, payload, options).map_err(ended)?;
        let receipt = notice.wait_async().map(|result| match result {
            Ok(PublishResult::Qos1(ack)) => match ack.reason {
                PubAckReason::Success | PubAckReason::NoMatchingSubscribers => Outcome::Taken,
                reason => Outcome::Refused(words(&format!("{reason:?}"))),
            },
            Ok(_) => Outcome::Taken,
            Err(_) => Outcome::Lost,
        });
        Ok(receipt.boxed())
    }

    fn subscribe(&mut self, filter: &str) -> Result<(), LinkError> {
        let filter = SubscribeFilterInput::new(filter, QoS::AtLeastOnce).no_local(true);
        self.client.try_subscribe_many([filter]).map_err(ended)
    }

    fn unsubscribe(&mut self, filter: &str) -> Result<(), LinkError> {
        self.client.try_unsubscribe(filter).map_err(ended)
    }

    async fn next(&mut self) -> Incoming {
        self.told.recv().await.unwrap_or_else(|| Incoming::Lost(ended(())))
    }

    async fn close(mut self: Box<Self>) {
        if self.client.try_disconnect_now().is_ok() {
            // The connection is driven until the goodbye is out.
            let _ = (&mut self.pump).await;
        }
    }
}

/// Why there is no connection, and what mends that.
fn sentence(error: &ConnectionError) -> String {
    match error {
        ConnectionError::ConnectionRefused(
            ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized,
        ) => "it refuses our user and password; set MQTT_USERNAME and MQTT_PASSWORD to a user that it knows"
            .into(),
        ConnectionError::ConnectionRefused(
            ConnectReturnCode::UnsupportedProtocolVersion | ConnectReturnCode::RefusedProtocolVersion,
        ) => "it does not know MQTT 5, which is needed; update it".into(),
        ConnectionError::ConnectionRefused(code) => {
            format!("it refuses the connection: {}", words(&format!("{code:?}")))
        }
        other => {
            let cause = cause(other);
            if cause.contains("certificate") {
                format!(
                    "its certificate is not trusted ({cause}); MQTT_CA_FILE names the authority that signed it, and MQTT_URL \
                     the host that it is for"
                )
            } else {
                cause
            }
        }
    }
}

/// What lies at the bottom of an error, which says most.
fn cause(error: &ConnectionError) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// A name of MQTT's, `NotAuthorized`, as words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_as_words() {
        assert_eq!(words("NotAuthorized"), "not authorized");
    }

    #[test]
    fn what_refuses_us_says_what_to_set() {
        let refused = |code| sentence(&ConnectionError::ConnectionRefused(code));
        assert!(refused(ConnectReturnCode::NotAuthorized).contains("MQTT_USERNAME"));
        assert!(refused(ConnectReturnCode::UnsupportedProtocolVersion).contains("MQTT 5"));
        assert!(refused(ConnectReturnCode::ServerBusy).ends_with("server busy"));
    }
}
