//! Something to write, and who waits for it.

use rusqlite::Result;
use tokio::sync::oneshot;

use crate::failure::Failure;
use crate::writer::Batch;

/// Something to write. It may be applied again if the first transaction came to nothing.
pub(crate) trait Work: Send + 'static {
    /// What the asker is told after the commit.
    type Output: Send;

    /// Whether readers are to be held up rather than its asker.
    const IS_URGENT: bool = true;

    fn apply(&self, batch: &mut Batch<'_>) -> Result<Self::Output>;
}

/// A [`Work`] of any kind, with its asker.
pub(crate) trait Job: Send {
    fn apply(&mut self, batch: &mut Batch<'_>) -> Result<()>;

    /// Tells the asker what became of it.
    fn answer(self: Box<Self>, outcome: Result<(), Failure>);
}

/// A piece of work and the way back to its asker.
pub(crate) struct Request<W: Work> {
    work: W,
    output: Option<W::Output>,
    reply: oneshot::Sender<Result<W::Output, Failure>>,
}

impl<W: Work> Request<W> {
    pub fn new(work: W) -> (Self, oneshot::Receiver<Result<W::Output, Failure>>) {
        let (reply, outcome) = oneshot::channel();
        (Self { work, output: None, reply }, outcome)
    }
}

impl<W: Work> Job for Request<W> {
    fn apply(&mut self, batch: &mut Batch<'_>) -> Result<()> {
        self.output = Some(self.work.apply(batch)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), Failure>) {
        let Self { output, reply, .. } = *self;
        let answer = outcome.and_then(|()| output.ok_or_else(Failure::stopped));
        // Whoever no longer waits does not want to know.
        let _ = reply.send(answer);
    }
}
