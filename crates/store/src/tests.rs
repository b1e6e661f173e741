//! The store as a whole, on real files.

mod auditing;
mod backfilling;
mod bounds;
mod checkup;
mod damage;
mod dead_letters;
mod disk_full;
mod events;
mod flips;
mod importing;
mod keeping;
mod model;
mod opening;
mod power_loss;
mod pregames;
mod pruning;
mod queueing;
mod replaying;
pub(crate) mod support;
mod thinning;
mod webhooks;
mod writing;
