//! Limits of the server.

use std::time::Duration;

use super::activity::Phase;

/// Limits of the server.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The head of a request arrives within this, the first of a connection included: 10 s.
    pub header_read_timeout: Duration,
    /// A request is answered within this, the arrival of its body included: 10 s.
    pub request_timeout: Duration,
    /// A client that takes nothing of its answer for so long is given up: 30 s. A streamed answer has something to
    /// send more often than that.
    pub write_timeout: Duration,
    /// A connection without a request is closed after this: 75 s.
    pub idle_timeout: Duration,
    /// Connections at once, those aside that follow the stream of events; one more is answered with 503: 1024.
    pub max_connections: usize,
    /// The head of a request has at most so many bytes, 8 KiB at least: 64 KiB.
    pub max_head: usize,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
            max_connections: 1024,
            max_head: 64 * 1024,
        }
    }
}

impl ServerConfig {
    /// Connections are looked at so often; what is overdue is closed by the next look.
    pub(super) fn look_interval(&self, phase: Phase) -> Duration {
        const LOOKS_PER_LIMIT: u32 = 8;
        let shortest = match phase {
            // There are thousands of these, and each ends with its connection.
            Phase::Following | Phase::Parting => self.write_timeout,
            _ => self.header_read_timeout.min(self.idle_timeout).min(self.write_timeout),
        };
        (shortest / LOOKS_PER_LIMIT).max(Duration::from_millis(1))
    }
}
