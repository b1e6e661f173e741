//! What can be done besides running the service.

pub mod backfill;
pub mod check_config;
pub mod dead_letters;
pub mod doctor;
pub mod export;
pub mod healthcheck;
pub mod import;
pub mod interrupt;
pub mod replay;
pub mod setup_retention;
