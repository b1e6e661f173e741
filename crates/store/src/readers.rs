//! The connections that read: a few, each used by one question at a time, none in the way of the writer.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Result};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::failure::Failure;
use crate::schema::open_reader;

/// Questions that are answered at the same time; others wait their turn.
const READERS: usize = 2;

/// The connections that read.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default(), turns: Arc::new(Semaphore::new(READERS)) }
    }

    /// Asks the database on a thread that may block.
    pub async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Failure::stopped())?;
        let readers = Arc::clone(self);
        let answer = spawn_blocking(move || {
            let answer = readers.answer(question);
            drop(turn);
            answer.map_err(|error| Failure::of(&readers.path, &error))
        });
        answer.await.map_err(|_| Failure::stopped())?
    }

    fn answer<T>(&self, question: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        // A connection that failed is not used again.
        let answer = question(&connection)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(answer)
    }

    /// Closes the connections, once those in use are done. Later questions are refused.
    pub async fn close(&self) {
        let turns = u32::try_from(READERS).unwrap_or(u32::MAX);
        // Refused only if it was closed before.
        let all = self.turns.acquire_many(turns).await;
        self.turns.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        drop(all);
    }
}
