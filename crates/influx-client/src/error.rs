//! Why a question to InfluxDB was not answered.

use std::time::Duration;

use crate::WriteError;

/// Why a question to InfluxDB was not answered. Each is a sentence that says what to do; none holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InfluxError {
    /// No answer, or only a part of one.
    #[error("InfluxDB at {server} cannot be reached: {reason}; check INFLUXDB_URL, and that the server runs")]
    Unreachable {
        /// The server's address.
        server: String,
        /// What happened.
        reason: String,
    },
    /// The server is in trouble of its own (408, 429, 5xx).
    #[error("InfluxDB at {server} cannot answer now ({status}): {message}")]
    Busy {
        /// The server's address.
        server: String,
        /// The status of its answer.
        status: u16,
        /// Its own words, shortened.
        message: String,
        /// How long it asks to wait.
        after: Option<Duration>,
    },
}

impl From<InfluxError> for WriteError {
    fn from(error: InfluxError) -> Self {
        let reason = error.to_string();
        match error {
            InfluxError::Unreachable { .. } => Self::Retry { after: None, reason },
            InfluxError::Busy { after, .. } => Self::Retry { after, reason },
        }
    }
}
