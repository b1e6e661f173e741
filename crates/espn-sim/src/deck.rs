//! The scoreboards of one league, shown one after the other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::Value;

use crate::answer::Body;
use crate::slates::{Asked, answer};

/// So many answers of one scoreboard are kept ready.
const READY: usize = 64;

/// The scoreboards of one league, shown one after the other. The last one stays.
#[derive(Debug)]
pub(crate) struct Deck {
    scoreboards: Vec<Value>,
    shown: usize,
    since: Instant,
    step_every: Option<Duration>,
    /// Answers made of the scoreboard that is shown.
    ready: HashMap<Asked, Arc<Body>>,
}

impl Deck {
    pub fn new(scoreboards: Vec<Value>, step_every: Option<Duration>) -> Self {
        Self { scoreboards, shown: 0, since: Instant::now(), step_every, ready: HashMap::new() }
    }

    /// Adds a scoreboard behind the others.
    pub fn push(&mut self, scoreboard: Value) {
        self.scoreboards.push(scoreboard);
    }

    pub fn len(&self) -> usize {
        self.scoreboards.len()
    }

    /// Shows the next one; false when the last one is shown already.
    pub fn step(&mut self) -> bool {
        if self.shown + 1 >= self.scoreboards.len() {
            return false;
        }
        self.shown += 1;
        self.ready.clear();
        true
    }

    /// Replaces everything still to be shown by one scoreboard.
    pub fn show(&mut self, scoreboard: Value) {
        self.scoreboards = vec![scoreboard];
        self.shown = 0;
        self.ready.clear();
    }

    /// The answer to a question, made once for each scoreboard.
    pub fn answer(&mut self, asked: Asked, now: Instant) -> Arc<Body> {
        self.keep_time(now);
        if let Some(ready) = self.ready.get(&asked) {
            return Arc::clone(ready);
        }
        let json = self.scoreboards.get(self.shown).map_or(Value::Null, |shown| answer(shown, asked));
        let body = Arc::new(Body::new(Bytes::from(json.to_string())));
        if self.ready.len() >= READY {
            self.ready.clear();
        }
        self.ready.insert(asked, Arc::clone(&body));
        body
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
mod tests {
    use serde_json::json;

    use super::*;

    fn deck(step_every: Option<Duration>) -> Deck {
        let boards = (1..=3)
            .map(|number| json!({"events": [{"id": number.to_string(), "date": "2025-10-07T17:00Z"}]}));
        Deck::new(boards.collect(), step_every)
    }

    fn shown(deck: &mut Deck, asked: Asked, at: Instant) -> String {
        let body: Value = serde_json::from_slice(&deck.answer(asked, at).plain).unwrap();
        body["events"][0]["id"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn it_steps_on_request_and_the_last_one_stays() {
        let (mut deck, now) = (deck(None), Instant::now());
        let mut seen = vec![shown(&mut deck, Asked::Current, now)];
        for _ in 0..3 {
            seen.push(format!("{} {}", deck.step(), shown(&mut deck, Asked::Current, now)));
        }
        assert_eq!(seen, ["1", "true 2", "true 3", "false 3"]);
        deck.show(json!({"events": [{"id": "9"}]}));
        assert_eq!((shown(&mut deck, Asked::Current, now).as_str(), deck.step()), ("9", false));
    }

    #[test]
    fn it_steps_on_a_schedule_however_seldom_it_is_asked() {
        let mut deck = deck(Some(Duration::from_secs(10)));
        let start = deck.since;
        let at = |seconds| start + Duration::from_secs(seconds);
        let seen = [0, 9, 10, 19, 45, 99].map(|second| shown(&mut deck, Asked::Current, at(second)));
        assert_eq!(seen, ["1", "1", "2", "2", "3", "3"]);
    }

    #[test]
    fn an_answer_is_made_once_and_few_are_kept() {
        let (mut deck, now) = (deck(None), Instant::now());
        let first = deck.answer(Asked::Current, now);
        assert!(Arc::ptr_eq(&first, &deck.answer(Asked::Current, now)));
        for year in 1900..2200 {
            deck.answer(Asked::Year(year), now);
            assert!(deck.ready.len() <= READY);
        }
    }
}
