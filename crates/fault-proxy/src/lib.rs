//! A TCP proxy on loopback that injects faults between a real client and a real server.
#![doc = include_str!("../README.md")]

mod connection;
mod counts;
mod fault;
mod plan;
mod proxy;
mod wire;

pub use counts::Counts;
pub use fault::{Fault, FaultKind};
pub use plan::{Mix, Plan, Strike};
pub use proxy::FaultProxy;
