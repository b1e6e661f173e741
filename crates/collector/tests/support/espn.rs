//! An ESPN that plays scripted games by the world's clock and keeps what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use game_model::{
    EventProblem, Game, League, Scoreboard, ScoreboardSource, SeasonDays, Slate, SlateId, SourceError,
    SourceErrorKind,
};

use super::{WorldClock, utc};

/// From this moment on the game is like this, and on this slate.
struct Step {
    from: DateTime<Utc>,
    slate: SlateId,
    game: Game,
}

#[derive(Default)]
struct State {
    steps: Vec<Step>,
    /// The default slate of a league from a moment on.
    current: Vec<(DateTime<Utc>, League, SlateId)>,
    faults: Vec<(League, SourceError)>,
    hangs: bool,
    panics_about: Option<League>,
    problems: Vec<EventProblem>,
    weeks: Vec<(SlateId, DateTime<Utc>)>,
    days: Option<SeasonDays>,
    requests: Vec<(DateTime<Utc>, League, Slate)>,
}

pub struct FakeEspn {
    clock: Arc<WorldClock>,
    state: Mutex<State>,
}

impl FakeEspn {
    pub fn new(clock: Arc<WorldClock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// From this moment on the game is like this, on this slate and no other.
    pub fn plays(&self, from: &str, slate: SlateId, game: Game) {
        self.state.lock().unwrap().steps.push(Step { from: utc(from), slate, game });
    }

    /// From this moment on this is the default slate of the league.
    pub fn shows(&self, from: &str, league: &str, slate: SlateId) {
        self.state.lock().unwrap().current.push((utc(from), league.parse().unwrap(), slate));
    }

    pub fn has_weeks(&self, weeks: Vec<(SlateId, DateTime<Utc>)>) {
        self.state.lock().unwrap().weeks = weeks;
    }

    pub fn has_days(&self, year: i32, days: &[&str]) {
        let days = days.iter().map(|day| day.parse().unwrap()).collect();
        self.state.lock().unwrap().days = Some(SeasonDays { year, days, are_listed: true });
    }

    pub fn has_problems(&self, problems: Vec<EventProblem>) {
        self.state.lock().unwrap().problems = problems;
    }

    /// Questions about the league fail from now on.
    pub fn fails(&self, league: &str, kind: SourceErrorKind, message: &str, retry_after: Duration) {
        let error = SourceError { kind, message: message.into(), retry_after };
        self.state.lock().unwrap().faults.push((league.parse().unwrap(), error));
    }

    pub fn hangs(&self, hangs: bool) {
        self.state.lock().unwrap().hangs = hangs;
    }

    /// Questions about the league end in a panic from now on.
    pub fn panics(&self, league: &str) {
        self.state.lock().unwrap().panics_about = Some(league.parse().unwrap());
    }

    pub fn recovers(&self) {
        self.state.lock().unwrap().faults.clear();
    }

    /// What was asked about the league, and when.
    pub fn requests(&self, league: &str) -> Vec<(DateTime<Utc>, Slate)> {
        let league: League = league.parse().unwrap();
        let state = self.state.lock().unwrap();
        let asked = state.requests.iter().filter(|(_, about, _)| *about == league);
        asked.map(|(at, _, slate)| (*at, *slate)).collect()
    }

    /// When a slate of the league was asked for in this time.
    pub fn asked(&self, league: &str, slate: Slate, from: &str, to: &str) -> Vec<DateTime<Utc>> {
        let requests = self.requests(league).into_iter();
        requests
            .filter(|(at, asked)| *asked == slate && (utc(from)..utc(to)).contains(at))
            .map(|(at, _)| at)
            .collect()
    }
}

impl State {
    fn answer(&self, now: DateTime<Utc>, league: League, asked: Slate) -> Scoreboard {
        let shown = self.current.iter().rev().find(|(from, of, _)| *from <= now && *of == league);
        let slate = match asked {
            Slate::Current => shown.map(|(_, _, slate)| *slate),
            Slate::Named(id) => Some(id),
        };
        // The order of the script is ESPN's; the last step that began holds.
        let mut games: Vec<(SlateId, Game)> = Vec::new();
        for step in self.steps.iter().filter(|step| step.from <= now && step.game.league == league) {
            match games.iter_mut().find(|(_, game)| game.id == step.game.id) {
                Some(known) => *known = (step.slate, step.game.clone()),
                None => games.push((step.slate, step.game.clone())),
            }
        }
        games.retain(|(on, _)| Some(*on) == slate);
        Scoreboard {
            league,
            asked,
            slate,
            games: games.into_iter().map(|(_, game)| game).collect(),
            problems: self.problems.clone(),
            weeks: self.weeks.clone(),
            days: self.days.clone(),
            max_age: Duration::from_secs(5),
            server_time: Some(now),
            bytes: 1_000,
        }
    }
}

#[async_trait]
impl ScoreboardSource for FakeEspn {
    async fn fetch(&self, league: League, slate: Slate) -> Result<Arc<Scoreboard>, SourceError> {
        let hangs = self.state.lock().unwrap().hangs;
        if hangs {
            std::future::pending::<()>().await;
        }
        let panics_about = self.state.lock().unwrap().panics_about;
        assert!(panics_about != Some(league), "the source is broken");
        let now = self.clock.truth();
        let mut script = self.state.lock().unwrap();
        script.requests.push((now, league, slate));
        match script.faults.iter().find(|(of, _)| *of == league) {
            Some((_, error)) => Err(error.clone()),
            None => Ok(Arc::new(script.answer(now, league, slate))),
        }
    }
}
