//! Tests of all parts together, on a clock that stands still but when it is waited for.

pub(crate) mod support;
