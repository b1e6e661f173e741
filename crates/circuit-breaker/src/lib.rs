//! A circuit breaker whose time is passed in: closed, open, half-open with a single probe.
