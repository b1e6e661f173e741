//! What the server holds between requests.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{NaiveDate, TimeDelta, Utc};
use game_model::{League, eastern_date};
use serde_json::Value;

use crate::answer::Body;
use crate::deck::Deck;
use crate::fault::Faults;
use crate::shift::{day_of_slate, shift};
use crate::slates::Asked;
use crate::{Fault, SimConfig};

/// The newest requests that are remembered.
const REQUESTS: usize = 10_000;

/// A request as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestSeen {
    /// `/apis/site/v2/sports/football/nfl/scoreboard`
    pub path: String,
    /// `dates=20250907`; empty where there was none.
    pub query: String,
    /// The user agent, where one was sent.
    pub user_agent: Option<String>,
    /// When it came.
    pub at: Instant,
}

/// What the server holds between requests.
#[derive(Debug)]
pub(crate) struct State {
    pub config: SimConfig,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    decks: HashMap<League, Deck>,
    faults: Faults,
    requests: VecDeque<RequestSeen>,
    clock_offset: TimeDelta,
}

impl State {
    pub fn new(config: SimConfig, scoreboards: Vec<(League, Value)>) -> Self {
        let today = config.today.unwrap_or_else(|| eastern_date(Utc::now()));
        let mut decks: HashMap<League, Deck> = HashMap::new();
        for (league, mut scoreboard) in scoreboards {
            if config.shift_dates {
                move_to(&mut scoreboard, today);
            }
            decks.entry(league).or_insert_with(|| Deck::new(Vec::new(), config.step_every)).push(scoreboard);
        }
        let clock_offset = config.clock_offset;
        let inner = Inner { decks, faults: Faults::default(), requests: VecDeque::new(), clock_offset };
        Self { config, inner: Mutex::new(inner) }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The leagues that are served, and how many scoreboards each has.
    pub fn leagues(&self) -> Vec<(League, usize)> {
        let mut leagues: Vec<_> =
            self.lock().decks.iter().map(|(league, deck)| (*league, deck.len())).collect();
        leagues.sort();
        leagues
    }

    pub fn remember(&self, request: RequestSeen) {
        let requests = &mut self.lock().requests;
        if requests.len() == REQUESTS {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub fn requests(&self) -> Vec<RequestSeen> {
        self.lock().requests.iter().cloned().collect()
    }

    pub fn plan_fault(&self, league: Option<League>, fault: Fault, times: crate::Times) {
        self.lock().faults.plan(league, fault, times);
    }

    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    pub fn take_fault(&self, league: Option<League>) -> Option<Fault> {
        self.lock().faults.take(league)
    }

    pub fn clock_offset(&self) -> TimeDelta {
        self.lock().clock_offset
    }

    pub fn set_clock_offset(&self, offset: TimeDelta) {
        self.lock().clock_offset = offset;
    }

    pub fn step(&self, league: League) -> bool {
        self.lock().decks.get_mut(&league).is_some_and(Deck::step)
    }

    pub fn show(&self, league: League, scoreboard: Value) {
        let step_every = self.config.step_every;
        self.lock().decks.entry(league).or_insert_with(|| Deck::new(Vec::new(), step_every)).show(scoreboard);
    }

    /// The answer to a question about a league; none for a league that is not served.
    pub fn answer(&self, league: League, asked: Asked) -> Option<Arc<Body>> {
        Some(self.lock().decks.get_mut(&league)?.answer(asked, Instant::now()))
    }
}

/// Moves the scoreboard's dates so that its slate is that of the day.
fn move_to(scoreboard: &mut Value, day: NaiveDate) {
    if let Some(of_slate) = day_of_slate(scoreboard) {
        shift(scoreboard, (day - of_slate).num_days());
    }
}
