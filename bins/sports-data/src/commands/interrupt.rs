//! Long work that blocks and that a person or the system may end between two of its steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::signal::unix::{SignalKind, signal};

/// How long the step that runs is waited for. Standard input may never say anything more.
const STEP: Duration = Duration::from_secs(5);

/// Whether the work is to end after its step.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Whether the work is to end.
    pub fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Does the work on a thread of its own, and has it end when the program is told to.
pub async fn run<T: Send + 'static>(
    work: impl FnOnce(&Interrupt) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let interrupt = Interrupt::default();
    let (mut terminate, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let theirs = interrupt.clone();
    let mut working = tokio::task::spawn_blocking(move || work(&theirs));
    let ended = tokio::select! {
        ended = &mut working => ended,
        () = async { tokio::select! { _ = terminate.recv() => {}, _ = int.recv() => {} } } => {
            interrupt.0.store(true, Ordering::Relaxed);
            match tokio::time::timeout(STEP, working).await {
                Ok(ended) => ended,
                Err(_) => bail!("interrupted while it waited for its input"),
            }
        }
    };
    ended.context("the work ended in a panic")?
}
