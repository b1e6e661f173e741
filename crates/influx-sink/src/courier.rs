//! Brings one batch to the server, and splits it where the server refuses a line.

use std::sync::Arc;
use std::time::Duration;

use backon::ExponentialBuilder;
use influx_client::{DataRefusal, LineRefusal, LineWriter, ServerFacts, WriteError};
use outbox::{Entry, EntryId, Outbox, Rejection};
use tokio_util::sync::CancellationToken;

use crate::batch::{Batch, blamed, body, ids};
use crate::failure::Failure;
use crate::gate::Gate;
use crate::report::Reporter;
use crate::suspects::Suspects;

/// Brings batches from the outbox to the server. Several may be under way at a time.
pub(crate) struct Courier {
    pub outbox: Arc<dyn Outbox>,
    pub writer: Arc<dyn LineWriter>,
    pub gate: Arc<Gate>,
    /// The pauses between tries to change the outbox.
    pub pauses: ExponentialBuilder,
    /// Once cancelled, nothing is waited for any more.
    pub stop: CancellationToken,
}

/// What the server said about lines.
enum Verdict {
    /// All are stored.
    Taken,
    /// Some are not, for what is in them.
    Refused { kind: DataRefusal, reason: String, lines: Vec<LineRefusal> },
}

impl Courier {
    pub fn reporter(&self) -> &Reporter {
        self.gate.reporter()
    }

    /// The oldest lines after `after`, up to `through`.
    pub async fn peek(&self, after: EntryId, through: EntryId, limit: usize) -> Result<Batch, Failure> {
        let entries = self.noted(self.outbox.peek(after, limit).await)?;
        Ok(Batch::of(entries, through, limit))
    }

    /// Finds out what the server is, and makes it ready for writing. While lines wait, only writing them proves
    /// that all is well again.
    pub async fn prepare(&self, lines_wait: bool) -> Result<ServerFacts, Failure> {
        self.gate.admit()?;
        let facts = match self.writer.prepare().await {
            Ok(facts) => facts,
            Err(WriteError::Retry { after, reason }) => return Err(self.failed(after, &reason)),
            Err(WriteError::Setting { reason } | WriteError::Data { reason, .. }) => {
                return Err(self.stopped(&reason));
            }
        };
        if self.reporter().reached(facts.clone()) {
            tracing::info!(server = facts.name, "InfluxDB is reached");
        }
        if lines_wait {
            self.gate.release();
        } else {
            self.gate.succeed();
            self.reporter().well();
        }
        Ok(facts)
    }

    /// Sends entries until each is stored, or set aside with the server's reason. After a failure, those that are
    /// neither are still in the outbox.
    ///
    /// Gives those that are stored, and yet to be acknowledged: all, where the server took them at the first go.
    pub async fn deliver(&self, entries: Vec<Entry>) -> Result<Vec<EntryId>, Failure> {
        let mut suspects = Suspects::default();
        let mut parts = vec![&entries[..]];
        while let Some(part) = parts.pop() {
            let (kind, reason, lines) = match self.send(part).await? {
                Verdict::Taken if part.len() == entries.len() => return Ok(ids(part)),
                Verdict::Taken => {
                    suspects.line_taken();
                    self.acknowledge(&ids(part)).await?;
                    continue;
                }
                Verdict::Refused { kind, reason, lines } => (kind, reason, lines),
            };
            let Some(blamed) = blamed(part, &reason, &lines) else {
                self.gate.release();
                let (older, newer) = part.split_at(part.len() / 2);
                parts.extend([newer, older]);
                continue;
            };
            let (mut rejected, mut delivered) = (Vec::new(), Vec::new());
            for (index, entry) in part.iter().enumerate() {
                match blamed.get(&index) {
                    Some(reason) => rejected.push(self.rejection(entry, reason)),
                    None => delivered.push(entry),
                }
            }
            if delivered.is_empty() {
                self.gate.release();
            } else {
                self.gate.succeed();
                suspects.line_taken();
                self.reporter()
                    .written(delivered.len(), delivered.iter().map(|entry| entry.bytes.len()).sum());
            }
            self.acknowledge(&delivered.iter().map(|entry| entry.id).collect::<Vec<_>>()).await?;
            let doomed = suspects.refused(kind, rejected).map_err(|reason| self.stopped(&reason))?;
            self.set_aside(&doomed).await?;
        }
        self.set_aside(&suspects.release()).await?;
        Ok(Vec::new())
    }

    async fn send(&self, part: &[Entry]) -> Result<Verdict, Failure> {
        self.gate.admit()?;
        let body = body(part);
        let bytes = body.len();
        match self.writer.write(body).await {
            Ok(()) => {
                self.gate.succeed();
                self.reporter().written(part.len(), bytes);
                Ok(Verdict::Taken)
            }
            Err(WriteError::Data { kind, reason, lines }) => {
                tracing::debug!(?kind, reason, lines = part.len(), "InfluxDB refused lines of a batch");
                self.reporter().refused(&reason);
                Ok(Verdict::Refused { kind, reason, lines })
            }
            Err(WriteError::Retry { after, reason }) => Err(self.failed(after, &reason)),
            Err(WriteError::Setting { reason }) => Err(self.stopped(&reason)),
        }
    }

    fn failed(&self, after: Option<Duration>, reason: &str) -> Failure {
        tracing::warn!(reason, "InfluxDB could not be written to; the lines are kept and sent again");
        self.reporter().failed(reason);
        self.gate.fail(reason);
        Failure::Retry { after }
    }

    fn stopped(&self, reason: &str) -> Failure {
        tracing::error!(reason, "InfluxDB refuses all lines until a setting is mended; they are kept");
        self.reporter().failed(reason);
        self.reporter().stopped(reason);
        self.gate.trip(reason);
        Failure::Setting
    }

    fn rejection(&self, entry: &Entry, reason: &str) -> Rejection {
        Rejection { id: entry.id, reason: reason.to_owned(), server: self.reporter().server_name() }
    }
}
