//! The application `sports-data`: settings, wiring, signals and the order of shutdown.
//!
//! The program is a thin shell around this library, so that tests can build the service too.

mod aside;
pub mod cli;
pub mod commands;
pub mod logging;
mod open_files;
mod pregame;
pub mod service;
pub mod settings;
pub mod status;
pub mod tracking;
