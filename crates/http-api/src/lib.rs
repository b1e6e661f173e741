//! The HTTP interface on port 8005: routes, wire types, errors, health and metrics.
#![doc = include_str!("../README.md")]

mod admin_token;
mod answers;
mod api;
mod app;
mod body;
mod cors;
mod error;
mod favorites;
pub mod lines;
mod metrics;
mod openapi;
mod query;
mod request_id;
mod route;
mod routes;
mod server;
mod service;
mod stream;
mod turns;
mod wire;

pub use admin_token::AdminToken;
pub use api::{Api, ApiConfig};
pub use server::{ServerConfig, serve};
pub use service::{HttpService, router};
pub use stream::{DEFAULT_MAX_CLIENTS, EventStream, HEARTBEAT};
