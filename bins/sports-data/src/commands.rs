//! What can be done besides running the service.

pub mod backfill;
pub mod check_config;
pub mod dead_letters;
pub mod doctor;
pub mod healthcheck;
pub mod replay;
pub mod setup_retention;
