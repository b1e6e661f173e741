//! A circuit breaker whose time is passed in: closed, open, half-open with a single probe.
#![doc = include_str!("../README.md")]

mod breaker;
mod config;
mod state;

pub use breaker::{Admission, CircuitBreaker};
pub use config::Config;
pub use state::{Counts, Hold, State, Transition};
