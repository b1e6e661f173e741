//! The newest scoreboards in memory, and the serialized answers made of them.
#![doc = include_str!("../README.md")]

mod answers;
mod cache;
mod config;
mod stats;
mod view;

pub use answers::{Answer, AnswerKind, CacheState, Serialized};
pub use cache::Cache;
pub use config::CacheConfig;
pub use stats::CacheStats;
pub use view::LeagueView;
