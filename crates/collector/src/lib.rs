//! Decides when a league is asked, publishes what came to the cache, commits it to the store.
#![doc = include_str!("../README.md")]

mod backfill;
mod clock;
mod collector;
mod committer;
mod config;
mod describe;
mod hint;
mod league_task;
mod look;
mod schedule;
mod slates;
mod status;
#[cfg(test)]
mod test_support;
mod tracked;
mod turns;
mod window;

pub use backfill::{
    Backfill, BackfillConfig, BackfillError, BackfillPlan, BackfillRange, BackgroundBackfill, TakenSlate,
};
pub use clock::SourceClock;
pub use collector::{Collector, CollectorHandle};
pub use committer::DRAIN_WITHIN;
pub use config::CollectorConfig;
pub use tracked::Tracked;
