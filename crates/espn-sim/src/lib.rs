//! A small ESPN on loopback: replays captured scoreboards, shifts their dates, misbehaves on request.
//!
//! For tests, benchmarks and the demo; the service itself never depends on it.
#![doc = include_str!("../README.md")]

mod answer;
mod captures;
mod clock;
mod config;
mod deck;
mod eastern;
mod error;
mod fault;
pub mod seasons;
mod server;
pub mod shape;
mod shift;
mod slates;
mod state;

pub use clock::GameClock;
pub use config::{Scoreboards, SimConfig};
pub use error::SimError;
pub use fault::{Fault, Times};
pub use server::EspnSim;
pub use state::RequestSeen;
