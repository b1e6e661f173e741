//! The threads that read: a few, each with a connection of its own, none in the way of the writer.

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::{io, thread};

use rusqlite::{Connection, Result};
use tokio::sync::{Semaphore, oneshot};

use crate::failure::Failure;
use crate::schema::open_reader;

/// Questions that are answered at the same time; others wait their turn.
const READERS: u32 = 2;

/// How far the reader of the outbox steps back, as `nice` counts it.
#[cfg(target_os = "linux")]
const OUTBOX_NICE: i32 = 10;

/// A question with the way back to its asker.
type Question = Box<dyn FnOnce(&mut Reader) + Send>;

/// The threads that read.
///
/// They have the writer's priority: with a lower one commits were measured to take longer, because a reader that does
/// not get on holds its snapshot, and with it the log, for longer. The one that reads the outbox is an exception: its
/// questions are small, and nobody but a queue waits for them.
pub(crate) struct Readers {
    path: PathBuf,
    count: u32,
    /// None once they are closed.
    questions: Mutex<Option<mpsc::Sender<Question>>>,
    turns: Arc<Semaphore>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Readers {
    /// Starts the threads. They end once this is dropped.
    pub fn start(path: PathBuf) -> io::Result<Self> {
        Self::start_threads(path, "store-reader", READERS, || ())
    }

    /// Starts the one thread that reads the outbox. It steps back behind all others.
    pub fn start_for_outbox(path: PathBuf) -> io::Result<Self> {
        Self::start_threads(path, "outbox-reader", 1, step_back)
    }

    fn start_threads(path: PathBuf, name: &str, count: u32, first: fn()) -> io::Result<Self> {
        let (questions, asked) = mpsc::channel();
        let asked = Arc::new(Mutex::new(asked));
        let mut threads = Vec::new();
        for _ in 0..count {
            let (mut reader, asked) = (Reader::new(&path), Arc::clone(&asked));
            let read = move || {
                first();
                reader.run(&asked);
            };
            threads.push(thread::Builder::new().name(name.to_owned()).spawn(read)?);
        }
        Ok(Self {
            path,
            count,
            questions: Mutex::new(Some(questions)),
            turns: Arc::new(Semaphore::new(count as usize)),
            threads: Mutex::new(threads),
        })
    }

    /// Asks the database.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Failure::stopped())?;
        let (reply, answer) = oneshot::channel();
        let question: Question = Box::new(move |reader| {
            let said = reader.answer(question);
            drop(turn);
            // Whoever no longer waits does not want to know.
            let _ = reply.send(said);
        });
        self.hand_over(question)?;
        let answer = answer.await.map_err(|_| Failure::stopped())?;
        answer.map_err(|error| Failure::of(&self.path, &error))
    }

    fn hand_over(&self, question: Question) -> Result<(), Failure> {
        let questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = questions.as_ref().map(|questions| questions.send(question).is_ok());
        if sent == Some(true) { Ok(()) } else { Err(Failure::stopped()) }
    }

    /// Closes the connections, once those in use are done. Later questions are refused.
    pub async fn close(&self) {
        // Refused only if it was closed before.
        let all = self.turns.acquire_many(self.count).await;
        self.turns.close();
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).take();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        // Both can only tell of a panic, which was printed when it happened.
        let _ = tokio::task::spawn_blocking(|| threads.into_iter().try_for_each(JoinHandle::join)).await;
        drop(all);
    }
}

/// Lowers the priority of this thread. Where that can not be, it takes time from others and nothing else.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, OUTBOX_NICE) {
        tracing::debug!(%error, "the thread that reads the outbox keeps its priority");
    }
}

/// What a thread reads with.
struct Reader {
    path: PathBuf,
    /// Opened for the first question.
    connection: Option<Connection>,
}

impl Reader {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), connection: None }
    }

    /// Answers questions until nobody can ask any more.
    fn run(&mut self, asked: &Mutex<mpsc::Receiver<Question>>) {
        loop {
            let next = asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(question) = next else { return };
            // The asker notices that it gets no answer; what panicked was printed.
            let _ = catch_unwind(AssertUnwindSafe(|| question(self)));
        }
    }

    fn answer<T>(&mut self, question: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        // A connection that failed is not used again.
        let answer = question(&connection)?;
        self.connection = Some(connection);
        Ok(answer)
    }
}
