//! Lines leave the outbox, however long it takes.

use backon::BackoffBuilder;
use outbox::{EntryId, OutboxError, Rejection};

use crate::courier::Courier;
use crate::failure::Failure;

/// How lines leave the outbox.
#[derive(Clone, Copy)]
enum Leave<'a> {
    Delivered(&'a [EntryId]),
    Rejected(&'a [Rejection]),
}

impl Courier {
    /// Removes lines that the server took.
    ///
    /// A failure is tried again until it works, for nothing else would either: if the service ends before, the
    /// lines are sent again after the next start, with the same bytes.
    pub async fn acknowledge(&self, delivered: &[EntryId]) -> Result<(), Failure> {
        if delivered.is_empty() {
            return Ok(());
        }
        self.settle(Leave::Delivered(delivered)).await
    }

    /// Sets lines aside that the server refused for what is in them.
    pub async fn set_aside(&self, rejected: &[Rejection]) -> Result<(), Failure> {
        if rejected.is_empty() {
            return Ok(());
        }
        for Rejection { id, reason, server } in rejected {
            tracing::warn!(id = id.0, reason, server, "a line was refused and goes to the dead letters");
        }
        self.settle(Leave::Rejected(rejected)).await
    }

    async fn settle(&self, leave: Leave<'_>) -> Result<(), Failure> {
        let mut pauses = self.pauses.build();
        loop {
            let last_try = self.stop.is_cancelled();
            let done = match leave {
                Leave::Delivered(ids) => self.outbox.acknowledge(ids).await,
                Leave::Rejected(rejections) => self.outbox.set_aside(rejections).await,
            };
            let done = self.noted(done);
            if done.is_ok() || last_try {
                return done;
            }
            let pause = pauses.next().unwrap_or_default();
            tokio::select! {
                biased;
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Reports whether the outbox did what it was asked for.
    pub fn noted<T>(&self, result: Result<T, OutboxError>) -> Result<T, Failure> {
        let error = result.as_ref().err().map(ToString::to_string);
        if let Some(error) = &error {
            tracing::error!(error, "the outbox could not be used; it is tried again");
        }
        self.reporter().outbox(error);
        result.map_err(|_| Failure::Outbox)
    }
}
