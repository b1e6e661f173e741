//! The interface on fakes of its ports, and the server loop on real sockets.

mod admin;
mod errors;
mod games;
mod golden;
mod health;
mod history;
mod metrics;
mod openapi;
mod past;
mod preferences;
mod server;
mod support;
mod teams;
