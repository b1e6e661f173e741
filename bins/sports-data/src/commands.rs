//! What can be done besides running the service.

pub mod check_config;
pub mod healthcheck;
pub mod setup_retention;
