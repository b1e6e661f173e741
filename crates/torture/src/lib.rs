//! Kills the real service again and again while it writes through faults, and proves that nothing was lost.
#![doc = include_str!("../README.md")]

mod campaign;
mod games;
mod influx;
mod ledger;
mod lives;
mod outcome;
mod point;
mod service;
mod verdict;

pub use campaign::{Campaign, fresh_seed, run};
pub use games::World;
pub use influx::InfluxDb;
pub use ledger::{Ledger, Totals};
pub use outcome::Outcome;
pub use point::{Fields, Point, Value};
pub use verdict::{Findings, Verdict};
