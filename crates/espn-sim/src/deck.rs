//! The scoreboards of one league, shown one after the other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;

use crate::answer::Body;
use crate::slates::{Question, answer};

/// So many answers of one scoreboard are kept ready.
const READY: usize = 64;

/// So many scoreboards that were shown before are kept, for those who ask for their days or weeks.
const PAST: usize = 64;

/// A scoreboard, and by how many days its dates were moved.
#[derive(Debug)]
pub(crate) struct Board {
    pub json: Value,
    pub moved: i64,
}

/// The scoreboards of one league, shown one after the other. The last one stays.
#[derive(Debug)]
pub(crate) struct Deck {
    boards: Vec<Board>,
    shown: usize,
    since: Instant,
    step_every: Option<Duration>,
    /// Answers made of the scoreboard that is shown and those before it.
    ready: HashMap<Question, Arc<Body>>,
}

impl Deck {
    pub fn new(step_every: Option<Duration>) -> Self {
        Self { boards: Vec::new(), shown: 0, since: Instant::now(), step_every, ready: HashMap::new() }
    }

    /// Adds a scoreboard behind the others.
    pub fn push(&mut self, board: Board) {
        self.boards.push(board);
    }

    pub fn len(&self) -> usize {
        self.boards.len()
    }

    /// Shows the next one; false when the last one is shown already.
    pub fn step(&mut self) -> bool {
        if self.shown + 1 >= self.boards.len() {
            return false;
        }
        self.shown += 1;
        let forgotten = self.shown.saturating_sub(PAST);
        self.boards.drain(..forgotten);
        self.shown -= forgotten;
        self.ready.clear();
        true
    }

    /// Shows one scoreboard instead of everything still to be shown.
    pub fn show(&mut self, board: Board) {
        self.boards.truncate(self.shown + 1);
        self.boards.push(board);
        self.step();
    }

    /// The answer to a question, made once for each scoreboard.
    pub fn answer(&mut self, question: Question, now: Instant) -> Arc<Body> {
        self.keep_time(now);
        if let Some(ready) = self.ready.get(&question) {
            return Arc::clone(ready);
        }
        let body = Arc::new(Body::new(Bytes::from(answer(&self.known(), question).to_string())));
        if self.ready.len() >= READY {
            self.ready.clear();
        }
        self.ready.insert(question, Arc::clone(&body));
        body
    }

    /// What is known: the scoreboard that is shown, and those before it, newest first. Scoreboards that were moved
    /// by other numbers of days are of other times and say nothing of these.
    fn known(&self) -> Vec<&Value> {
        let up_to_now = self.boards.iter().take(self.shown + 1).rev();
        let moved = self.boards.get(self.shown).map(|board| board.moved);
        up_to_now.filter(|board| Some(board.moved) == moved).map(|board| &board.json).collect()
    }

    /// Steps as often as the time that has passed asks for.
    fn keep_time(&mut self, now: Instant) {
        let Some(every) = self.step_every.filter(|every| !every.is_zero()) else { return };
        while now.saturating_duration_since(self.since) >= every {
            self.since += every;
            if !self.step() {
                self.step_every = None;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests;
