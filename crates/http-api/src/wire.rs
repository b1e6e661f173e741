//! What answers look like.

pub(crate) mod breaker;
pub(crate) mod delivery;
pub(crate) mod game;
pub(crate) mod health;
pub(crate) mod home_assistant;
pub(crate) mod object;
pub(crate) mod past;
pub(crate) mod preferences;
pub(crate) mod problem;
pub(crate) mod schemas;
pub(crate) mod usage;
pub(crate) mod webhook;

use chrono::{DateTime, SecondsFormat, Utc};

/// A time as clients get it: `2026-11-23T11:16:25.625Z`.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
