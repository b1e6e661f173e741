//! A part that runs on a thread of its own, behind what somebody waits for.

use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::JoinError;

/// How much such a thread steps back where others want the processor as well, as `nice` counts it: 10 leaves it about
/// a tenth of what a thread of ordinary priority gets beside it.
const NICE: i32 = 10;

/// A part that runs aside.
pub struct Aside(oneshot::Receiver<Result<(), JoinError>>);

impl Aside {
    /// Runs a part on a thread of its own and low priority, and with it all that it spawns.
    ///
    /// It has its own runtime, so that its connections and its compressing take no turns of the threads that answer
    /// readers.
    pub fn spawn(name: &str, part: impl Future<Output = ()> + Send + 'static) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().thread_name(name).build()?;
        let (done, ended) = oneshot::channel();
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            step_back();
            let result = runtime.block_on(async { tokio::spawn(part).await });
            // Nobody waits any more for a part that outlived the deadline of the stop.
            let _ = done.send(result);
        })?;
        Ok(Self(ended))
    }

    /// Waits until it ended, and tells whether it panicked.
    pub async fn ended(self) -> Result<(), JoinError> {
        // Unanswered only where the thread itself was torn down with the process.
        self.0.await.unwrap_or(Ok(()))
    }
}

/// Lowers the priority of this thread, and of those that it starts. What can not be lowered stays as it is: it costs
/// readers time, and nothing else.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "this thread keeps its priority");
    }
}

#[cfg(test)]
mod tests;
