//! Delivers events to webhooks: signed, in order, at least once, each webhook by itself.
//!
//! It knows how events are delivered, not how they arise, and keeps nothing itself: registrations and queues are
//! behind the ports of `game-model`.
#![doc = include_str!("../README.md")]

mod address;
mod allowed_hosts;
mod config;
mod counters;
mod desk;
mod hook;
mod http;
mod inbox;
mod intake;
mod payload;
mod reasons;
mod resolver;
mod schedule;
mod service;
mod settle;
mod shared;
mod signature;
#[cfg(test)]
mod tests;
mod transport;
mod vault;
mod worker;

pub use allowed_hosts::AllowedHosts;
pub use config::WebhooksConfig;
pub use http::HttpTransport;
pub use payload::body as event_body;
pub use service::{Delivering, KEEP_WITHIN, OpenError, Webhooks};
pub use signature::{signature, signature_with_time};
pub use transport::{Answer, Failure, Post, Transport};
