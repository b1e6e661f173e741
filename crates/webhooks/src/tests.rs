//! Tests of all parts together, on a clock that stands still but when it is waited for.

mod changes;
mod delivering;
mod house;
mod memory;
mod secrets;
mod stopping;
pub(crate) mod support;
mod troubles;
