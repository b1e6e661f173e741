//! The store as a whole, on real files.

mod auditing;
mod bounds;
mod damage;
mod keeping;
mod model;
mod opening;
mod pruning;
mod queueing;
mod support;
mod thinning;
mod writing;
