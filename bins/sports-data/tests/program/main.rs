//! The real program, from outside: its commands, and the service.

mod commands;
mod influx;
mod service;
mod support;
