//! Comparing the counters with what they count, in the background and in one snapshot.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::thread::JoinHandle;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, InterruptHandle, Result};
use tokio::sync::mpsc;
use tracing::warn;

use crate::counters::Counters;
use crate::failure::Failure;
use crate::schema::open_reader;
use crate::writer::Message;

/// Between two audits.
const AUDIT_EVERY: TimeDelta = TimeDelta::hours(1);

/// The differences, in sentences, or why there was no audit.
pub(crate) type Finding = Result<Vec<String>, Failure>;

/// The audits of one store: one at a time, on a thread and a connection of its own, so that the writer goes on.
pub(crate) struct Audits {
    /// The way to the writer. It does not keep the store open.
    writer: mpsc::WeakSender<Message>,
    last: Option<DateTime<Utc>>,
    running: Option<(InterruptHandle, JoinHandle<()>)>,
}

impl Audits {
    pub fn new(writer: mpsc::WeakSender<Message>) -> Self {
        Self { writer, last: None, running: None }
    }

    /// Begins an audit where none runs and the last one is long ago. Its finding comes as a message.
    pub fn begin_if_due(&mut self, path: &Path, now: DateTime<Utc>) {
        let long_ago = self.last.is_none_or(|last| (now - last).abs() >= AUDIT_EVERY);
        if self.running.is_some() || !long_ago {
            return;
        }
        self.last = Some(now);
        match self.begin(path) {
            Ok(running) => self.running = Some(running),
            Err(error) => warn!(%error, "the counters are not compared with the tables this time"),
        }
    }

    fn begin(&self, path: &Path) -> std::io::Result<(InterruptHandle, JoinHandle<()>)> {
        let mut db = open_reader(path).map_err(std::io::Error::other)?;
        let interrupt = db.get_interrupt_handle();
        let (writer, path) = (self.writer.clone(), path.to_owned());
        let thread = std::thread::Builder::new().name("store-audit".into()).spawn(move || {
            let finding = differences(&mut db).map_err(|error| Failure::of(&path, &error));
            drop(db);
            // A writer that ended does not want to know.
            if let Some(writer) = writer.upgrade() {
                let _ = writer.blocking_send(Message::Audited(finding));
            }
        })?;
        Ok((interrupt, thread))
    }

    /// The finding of the running audit came.
    pub fn ended(&mut self) {
        self.running = None;
    }

    /// Ends a running audit and waits until it let go of the database.
    pub fn stop(&mut self) {
        if let Some((interrupt, thread)) = self.running.take() {
            interrupt.interrupt();
            // Can only tell of a panic, which was printed when it happened.
            let _ = thread.join();
        }
    }
}

/// How the counters differ from the tables, a sentence each; both as of one moment.
pub(crate) fn differences(db: &mut Connection) -> Result<Vec<String>> {
    let snapshot = db.transaction()?;
    let counters = Counters::load(&snapshot)?;
    let count = |sql: &str| snapshot.query_row(sql, [], |row| row.get::<_, u64>(0));
    let (lines, bytes) =
        snapshot.query_row("SELECT count(*), coalesce(sum(length(line)), 0) FROM outbox", [], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?))
        })?;
    let deferred = count("SELECT count(*) FROM observations WHERE deferred = 1")?;
    let letters = count("SELECT count(*) FROM dead_letters")?;
    let observations = count("SELECT count(*) FROM observations")?;
    let totals = counters.totals();
    let compared = [
        (
            "points accepted",
            totals.accepted,
            "points written, waiting and set aside",
            [lines, deferred, totals.set_aside]
                .iter()
                .fold(totals.delivered, |sum, more| sum.saturating_add(*more)),
        ),
        ("bytes that wait", counters.pending_bytes, "bytes of lines in the outbox", bytes),
        ("deferred points", counters.deferred, "deferred rows of history", deferred),
        (
            "points set aside",
            totals.set_aside,
            "dead letters and discarded ones",
            letters.saturating_add(totals.discarded),
        ),
        ("observations", counters.observations, "rows of history", observations),
    ];
    let differing = compared.into_iter().filter(|(_, counted, _, found)| counted != found);
    let sentences = differing.map(|(counter, counted, what, found)| {
        format!(
            "the books of the database do not balance: it counted {counted} {counter} and holds {found} {what}; \
             nothing is dropped for it, please report it with the log"
        )
    });
    Ok(sentences.collect())
}
