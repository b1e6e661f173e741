//! What the server holds between requests.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{NaiveDate, TimeDelta, Utc};
use game_model::{League, eastern_date};
use serde_json::Value;

use crate::answer::Body;
use crate::deck::{Board, Deck};
use crate::fault::Faults;
use crate::shift::{day_of_slate, move_by};
use crate::slates::Question;
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
    /// The day to which scoreboards are moved; none: they keep their dates.
    today: Option<NaiveDate>,
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
        let today = config.shift_dates.then_some(today);
        let mut decks: HashMap<League, Deck> = HashMap::new();
        for (league, scoreboard) in scoreboards {
            decks
                .entry(league)
                .or_insert_with(|| Deck::new(config.step_every))
                .push(as_of(scoreboard, today));
        }
        let clock_offset = config.clock_offset;
        let inner = Inner { decks, faults: Faults::default(), requests: VecDeque::new(), clock_offset };
        Self { config, today, inner: Mutex::new(inner) }
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
        let board = as_of(scoreboard, self.today);
        let step_every = self.config.step_every;
        self.lock().decks.entry(league).or_insert_with(|| Deck::new(step_every)).show(board);
    }

    /// The answer to a question about a league; none for a league that is not served.
    pub fn answer(&self, league: League, question: Question) -> Option<Arc<Body>> {
        Some(self.lock().decks.get_mut(&league)?.answer(question, Instant::now()))
    }
}

/// The scoreboard with its dates moved so that its slate is that of the day.
fn as_of(mut scoreboard: Value, day: Option<NaiveDate>) -> Board {
    let moved = day.zip(day_of_slate(&scoreboard)).map_or(0, |(day, of_slate)| (day - of_slate).num_days());
    move_by(&mut scoreboard, moved);
    Board { json: scoreboard, moved }
}
