//! The real program, from outside: its commands, and the service.

mod commands;
mod history;
mod influx;
mod openapi;
mod operators;
mod service;
mod support;
