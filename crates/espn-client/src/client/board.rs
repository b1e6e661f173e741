//! What is known of one scoreboard: the newest result, and who is asking for it.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use game_model::{Scoreboard, SourceError};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::backoff::Backoff;

/// One scoreboard. Whoever holds the lock may ask for it; the others wait and share the result. A caller that
/// gives up lets the next one ask.
#[derive(Debug)]
pub(super) struct Board {
    /// How many requests ended.
    ended: AtomicU64,
    newest: Mutex<Newest>,
}

/// The newest result of a scoreboard.
#[derive(Debug)]
pub(super) struct Newest {
    result: Option<(Instant, Result<Arc<Scoreboard>, SourceError>)>,
    /// How long this question is not repeated after ESPN refused it.
    pub(super) refused: Backoff,
}

impl Board {
    pub(super) fn new(refused: Backoff) -> Self {
        Self { ended: AtomicU64::new(0), newest: Mutex::new(Newest { result: None, refused }) }
    }

    /// The result that holds now or is on its way, else of `ask`, to which nobody else asks meanwhile.
    pub(super) async fn get(
        &self,
        ask: impl AsyncFnOnce(&mut Newest) -> Result<Arc<Scoreboard>, SourceError>,
    ) -> Result<Arc<Scoreboard>, SourceError> {
        let ended_before = self.ended.load(Ordering::SeqCst);
        let mut newest = self.newest.lock().await;
        let came_meanwhile = self.ended.load(Ordering::SeqCst) != ended_before;
        if let Some(result) = newest.kept(Instant::now(), came_meanwhile) {
            return result;
        }
        let result = ask(&mut newest).await;
        newest.result = Some((Instant::now(), result.clone()));
        self.ended.fetch_add(1, Ordering::SeqCst);
        result
    }

    /// Whether forgetting it would change an answer.
    pub(super) fn is_needed(&self, now: Instant) -> bool {
        // Somebody is asking where the lock is taken.
        self.newest
            .try_lock()
            .map_or(true, |newest| newest.kept(now, false).is_some() || newest.refused.refusal(now).is_some())
    }
}

impl Newest {
    /// The newest result, where it holds: a scoreboard until its time is up, anything for those who waited for it.
    fn kept(&self, now: Instant, was_waited_for: bool) -> Option<Result<Arc<Scoreboard>, SourceError>> {
        let (at, result) = self.result.as_ref()?;
        let age = now.saturating_duration_since(*at);
        match result {
            Ok(board) if was_waited_for || age < board.max_age => Some(Ok(aged(board, age))),
            Err(error) if was_waited_for => Some(Err(error.clone())),
            _ => None,
        }
    }
}

/// The scoreboard as it is after this time: it may be kept for less long, and ESPN's clock went on.
fn aged(board: &Arc<Scoreboard>, age: Duration) -> Arc<Scoreboard> {
    if age.is_zero() {
        return Arc::clone(board);
    }
    let mut board = Scoreboard::clone(board);
    board.max_age = board.max_age.saturating_sub(age);
    board.server_time = board.server_time.map(|time| time + age);
    Arc::new(board)
}
