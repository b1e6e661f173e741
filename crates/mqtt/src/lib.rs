//! Publishes teams and what happens to them over MQTT, as Home Assistant discovers it.
//!
//! It knows how states and events are published, not how they arise: games come from the `cache`, events and history
//! from behind the ports of `game-model`, and connections from behind [`Dial`].
#![doc = include_str!("../README.md")]

mod address;
mod attributes;
mod backoff;
mod board;
mod client;
mod config;
mod discovery;
mod event;
mod last;
mod link;
mod phase;
mod publisher;
mod queue;
mod report;
mod retained;
mod seat;
mod state;
mod team;
#[cfg(test)]
mod tests;
mod tls;
mod topics;

pub use address::{BrokerAddress, Credentials, MQTT_URL_FORM, Password};
pub use client::Client;
pub use config::{MqttConfig, check_prefix};
pub use link::{Dial, Incoming, Link, LinkError, Message, Outcome, Receipt};
pub use publisher::{MqttPublisher, Sources};
pub use report::MqttStatus;
pub use team::{FollowedTeams, NamedTeam};
pub use tls::CaFile;
