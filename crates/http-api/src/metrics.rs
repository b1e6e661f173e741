//! What is counted of requests, and everything that Prometheus is told.

mod counters;
mod exposition;
mod families;

pub(crate) use counters::Counters;
pub(crate) use exposition::scrape;
