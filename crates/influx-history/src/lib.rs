//! History out of InfluxDB: alone, or as what is older than the embedded store.
#![doc = include_str!("../README.md")]

mod auto;
mod config;
mod games;
mod history;
mod mirror;
mod parts;
mod row;
mod select;
mod server;
mod span;
mod statement;

pub use auto::AutoHistory;
pub use config::InfluxHistoryConfig;
pub use history::InfluxHistory;
pub use server::Trouble;
