//! The embedded database: history of observations, outbox, dead letters, preferences.
