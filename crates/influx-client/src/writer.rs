//! The port through which lines are written, and what a caller can do where that fails.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

/// Writes line protocol to one bucket or database of one server.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait LineWriter: Send + Sync {
    /// Finds out what the server is, and its retention: before the first write, and again after a setting was
    /// refused. On InfluxDB 3 the database gets its retention here, for the first write would create it without.
    async fn prepare(&self) -> Result<ServerFacts, WriteError>;

    /// Writes lines, separated by newlines. It succeeds only where the server said that all of them are stored.
    async fn write(&self, batch: Bytes) -> Result<(), WriteError>;
}

/// What is known of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// What to call it: "InfluxDB 2.7.11 at <http://host:8086>". It holds no secrets.
    pub name: String,
    /// Its version, where it gives one.
    pub version: Option<String>,
    /// How many writes it likes at a time.
    pub parallel_writes: usize,
    /// Its retention in whole days (a shorter one counts as 1); `Some(0)`: for ever; none: it could not be read.
    pub retention_days: Option<u32>,
}

/// Why lines were not written: what the caller can do is the kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The server could not take them now: they are to be sent again. They may be stored already, which does no
    /// harm.
    #[error("{reason}")]
    Retry {
        /// How long the server asks to wait.
        after: Option<Duration>,
        /// A sentence for people.
        reason: String,
    },
    /// The server refuses lines for what is in them.
    #[error("{reason}")]
    Data {
        /// What is wrong with them.
        kind: DataRefusal,
        /// The server's own words, shortened.
        reason: String,
        /// Where the server says so (InfluxDB 3): exactly these lines were refused, all others are stored.
        lines: Vec<LineRefusal>,
    },
    /// A setting is wrong: the lines are to be kept, and nothing is to be sent before a person has mended it.
    #[error("{reason}")]
    Setting {
        /// A sentence for people that names the setting.
        reason: String,
    },
}

/// What is wrong with lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataRefusal {
    /// They are no line protocol.
    Malformed,
    /// A field has another type than before.
    TypeConflict,
    /// They are older (or newer) than the server keeps.
    BeyondRetention,
    /// They are too many bytes.
    TooLarge,
}

/// One line that the server refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRefusal {
    /// Its number within the batch, from 1.
    pub line: usize,
    /// The server's own words, shortened.
    pub reason: String,
}
