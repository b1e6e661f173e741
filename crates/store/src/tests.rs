//! The store as a whole, on real files.

mod damage;
mod keeping;
mod model;
mod opening;
mod pruning;
mod queueing;
mod support;
mod writing;
