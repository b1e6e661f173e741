//! A small world for the collector: an ESPN that plays scripted games, a log that holds state, and a clock; all on
//! tokio's paused clock.

#![allow(dead_code, reason = "each test file uses its part of the world")]

mod espn;
mod log;
pub mod plans;
pub mod season;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cache::{Cache, CacheConfig, LeagueView};
use chrono::{DateTime, TimeDelta, Utc};
use collector::{Collector, CollectorConfig, CollectorHandle, SourceClock};
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, PollReport, Side, SlateId, Team, WallClock,
};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

pub use espn::FakeEspn;
pub use log::FakeLog;

/// The time of day on the paused clock, wrong by an offset on request.
pub struct WorldClock {
    began: (DateTime<Utc>, Instant),
    off: Mutex<TimeDelta>,
}

impl WorldClock {
    /// The true time.
    pub fn truth(&self) -> DateTime<Utc> {
        self.began.0 + self.began.1.elapsed()
    }
}

impl WallClock for WorldClock {
    fn now(&self) -> DateTime<Utc> {
        self.truth() + *self.off.lock().unwrap()
    }
}

/// All that the collector touches.
pub struct World {
    pub clock: Arc<WorldClock>,
    pub espn: Arc<FakeEspn>,
    pub log: Arc<FakeLog>,
    pub cache: Arc<Cache>,
    pub leagues: Vec<League>,
    pub stop: CancellationToken,
}

/// A running collector.
pub struct Running {
    pub handle: CollectorHandle,
    pub task: JoinHandle<()>,
}

impl World {
    /// A world that begins at this moment in UTC.
    pub fn new(now: &str, leagues: &[&str]) -> Self {
        let clock = Arc::new(WorldClock { began: (utc(now), Instant::now()), off: Mutex::default() });
        let leagues: Vec<League> = leagues.iter().map(|key| key.parse().unwrap()).collect();
        Self {
            espn: Arc::new(FakeEspn::new(clock.clone())),
            clock,
            log: Arc::default(),
            cache: Arc::new(Cache::new(CacheConfig::default(), leagues.clone())),
            leagues,
            stop: CancellationToken::new(),
        }
    }

    pub fn collector(&self) -> Collector {
        let config = CollectorConfig { seed: Some(7), ..CollectorConfig::default() };
        let (espn, log) = (self.espn.clone(), self.log.clone());
        let clock = Arc::new(SourceClock::new(self.clock.clone()));
        Collector::new(config, self.leagues.clone(), espn, log, self.cache.clone(), clock)
    }

    /// Restores and starts the collector.
    pub async fn start(&self) -> Running {
        let collector = self.collector();
        collector.restore().await;
        let handle = collector.handle();
        Running { handle, task: tokio::spawn(collector.run(self.stop.clone())) }
    }

    /// Lets the world go on until this moment in UTC.
    pub async fn until(&self, moment: &str) {
        let ahead = (utc(moment) - self.clock.began.0).to_std().unwrap();
        sleep_until(self.clock.began.1 + ahead).await;
    }

    pub fn set_clock_off(&self, off: TimeDelta) {
        *self.clock.off.lock().unwrap() = off;
    }

    pub fn view(&self, league: &str) -> Arc<LeagueView> {
        self.cache.view(league.parse().unwrap()).expect("a scoreboard was published")
    }

    /// Id, status and score of the games served.
    pub fn served(&self, league: &str) -> Vec<(String, GameStatus, u32)> {
        let games = &self.view(league).games;
        games.iter().map(|game| (game.id.0.clone(), game.status, game.home.score)).collect()
    }
}

impl Running {
    pub fn report(&self) -> PollReport {
        self.handle.reports().remove(0)
    }

    pub fn changes(&self) -> Vec<(&'static str, u64)> {
        self.handle.changes_seen()
    }
}

/// A moment in UTC: `2026-01-10T19:00`, or with seconds.
pub fn utc(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().or_else(|_| format!("{text}Z").parse()).unwrap()
}

pub fn day(text: &str) -> SlateId {
    SlateId::Day(text.parse().unwrap())
}

pub fn game(league: &str, id: &str, start: &str, status: GameStatus, home: u32) -> Game {
    let league: League = league.parse().unwrap();
    Game {
        id: GameId(id.into()),
        league,
        season: None,
        week: None,
        status,
        start: utc(start),
        start_text: format!("{start}Z"),
        start_confirmed: true,
        home: side(league, "LA", home),
        away: side(league, "SJ", 0),
        clock: Clock::default(),
        venue: None,
    }
}

pub fn side(league: League, abbreviation: &str, score: u32) -> Side {
    let team = Team {
        id: league.team_id(abbreviation),
        espn_id: "1".into(),
        name: abbreviation.into(),
        nickname: abbreviation.into(),
        abbreviation: abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score, record: None }
}

pub const MINUTE: Duration = Duration::from_mins(1);
