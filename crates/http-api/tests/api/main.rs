//! The interface on fakes of its ports, and the server loop on real sockets.

mod admin;
mod desk;
mod errors;
mod events;
mod games;
mod golden;
mod health;
mod history;
mod home_assistant;
mod log;
mod metrics;
mod openapi;
mod past;
mod preferences;
mod server;
mod sse;
mod support;
mod teams;
mod webhooks;
