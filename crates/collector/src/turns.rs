//! Whose turn it is to ask about a league: one request at a time, and polls go before looks at the past.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use game_model::{League, Scoreboard, ScoreboardSource, Slate, SourceError};
use tokio::sync::{Mutex, MutexGuard, watch};

/// The turns of one league.
#[derive(Debug)]
pub(crate) struct Turns {
    busy: Mutex<()>,
    /// How many polls wait. A count and no signal: one that nobody waited for would interrupt a later look at the past,
    /// which the source would be asked for twice.
    waiting: watch::Sender<usize>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { busy: Mutex::default(), waiting: watch::Sender::new(0) }
    }
}

/// A poll that waits, until it has its turn or is given up.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn begin(waiting: &'a watch::Sender<usize>) -> Self {
        waiting.send_modify(|polls| *polls += 1);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|polls| *polls -= 1);
    }
}

impl Turns {
    /// The turn of a poll: whoever looks at the past gives its own up.
    pub(crate) async fn poll(&self) -> MutexGuard<'_, ()> {
        let _waiting = Waiting::begin(&self.waiting);
        self.busy.lock().await
    }

    /// Makes a request between two polls; none where a poll came in between, or waits already.
    async fn between_polls<T>(&self, request: impl Future<Output = T>) -> Option<T> {
        let _turn = self.busy.lock().await;
        let mut waiting = self.waiting.subscribe();
        if *waiting.borrow_and_update() > 0 {
            return None;
        }
        tokio::select! {
            biased;
            answer = request => Some(answer),
            _ = waiting.wait_for(|polls| *polls > 0) => None,
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
