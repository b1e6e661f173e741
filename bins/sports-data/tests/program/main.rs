//! The real program, from outside: its commands, and the service.

mod backfill;
mod commands;
mod event_stream;
mod events;
mod exchange;
mod history;
mod home_assistant;
mod influx;
mod mqtt;
mod openapi;
mod operators;
mod service;
mod support;
mod watching;
mod webhooks;
