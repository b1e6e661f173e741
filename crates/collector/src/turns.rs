//! Whose turn it is to ask about a league: one request at a time, and polls go before looks at the past.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use game_model::{League, Scoreboard, ScoreboardSource, Slate, SourceError};
use tokio::sync::{Mutex, MutexGuard, Notify};

/// The turns of one league.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    busy: Mutex<()>,
    /// A poll waits.
    wanted: Notify,
}

impl Turns {
    /// The turn of a poll: whoever looks at the past gives its own up.
    pub(crate) async fn poll(&self) -> MutexGuard<'_, ()> {
        if let Ok(turn) = self.busy.try_lock() {
            return turn;
        }
        self.wanted.notify_one();
        self.busy.lock().await
    }

    /// Makes a request between two polls; none where a poll came in between.
    async fn between_polls<T>(&self, request: impl Future<Output = T>) -> Option<T> {
        let _turn = self.busy.lock().await;
        tokio::select! {
            biased;
            answer = request => Some(answer),
            () = self.wanted.notified() => None,
        }
    }
}

/// A source that is asked between the polls of the collector.
pub(crate) struct BetweenPolls {
    pub(crate) source: Arc<dyn ScoreboardSource>,
    pub(crate) turns: HashMap<League, Arc<Turns>>,
}

#[async_trait]
impl ScoreboardSource for BetweenPolls {
    /// Asks; a request that a poll interrupts is made again after it.
    async fn fetch(&self, league: League, slate: Slate) -> Result<Arc<Scoreboard>, SourceError> {
        let Some(turns) = self.turns.get(&league) else { return self.source.fetch(league, slate).await };
        loop {
            if let Some(answer) = turns.between_polls(self.source.fetch(league, slate)).await {
                return answer;
            }
        }
    }
}
