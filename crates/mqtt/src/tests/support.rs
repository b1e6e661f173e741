//! Games and teams that tests share.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    Change, Clock, Colors, EventError, EventFilter, EventLog, EventNumber, EventPage, Game, GameEvent,
    GameHistory, GameId, GameStatus, HistoryError, HistoryPage, HistoryQuery, HistorySource, League,
    LoggedEvent, PastGame, Period, Score, Season, SeasonPhase, Side, Team, TeamSeason, Timeline, Told,
    WallClock, Week,
};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::team::{KnownTeam, NamedTeam};

pub fn noon() -> DateTime<Utc> {
    "2026-11-22T18:00:00Z".parse().unwrap()
}

pub fn nfl() -> League {
    "nfl".parse().unwrap()
}

pub fn named(name: &str) -> NamedTeam {
    NamedTeam { league: nfl(), name: name.into() }
}

pub fn patriots() -> KnownTeam {
    KnownTeam::find(&named("nfl-ne"), None).unwrap()
}

fn side(abbreviation: &str, score: u32) -> Side {
    let facts = nfl().team_called(abbreviation).unwrap();
    let team = Team {
        id: nfl().team_id(abbreviation),
        espn_id: facts.espn_id.to_string(),
        name: facts.name.into(),
        nickname: facts.nickname.into(),
        abbreviation: abbreviation.into(),
        logo: format!("https://logos.example/{abbreviation}.png"),
        colors: Colors { primary: "#002244".into(), secondary: "#c60c30".into() },
    };
    Side { team, score, record: None }
}

/// New England against Buffalo: live, 14 to 7, in the second quarter.
pub fn game(id: &str) -> Game {
    Game {
        id: GameId(id.into()),
        league: nfl(),
        season: Some(Season { year: 2026, label: "2026".into(), phase: SeasonPhase::Regular }),
        week: None,
        status: GameStatus::Live,
        start: noon() - TimeDelta::hours(1),
        start_text: "2026-11-22T17:00Z".into(),
        start_confirmed: true,
        home: side("NE", 14),
        away: side("BUF", 7),
        clock: Clock {
            number: 2,
            period: Some(Period::Regulation(2)),
            display: "3:21".into(),
            ..Clock::default()
        },
        venue: Some("Gillette Stadium".into()),
    }
}

pub fn of_week(game: Game, number: u32) -> Game {
    Game { week: Some(Week { number, label: number.to_string() }), ..game }
}

/// The n-th touchdown of New England, seen at this time.
pub fn touchdown(n: u32, observed_at: DateTime<Utc>, late: bool) -> GameEvent {
    let change = Change::ScoreChanged { home: true, before: 7 * (n - 1), after: 7 * n };
    let before = Score { home: 7 * (n - 1), away: 7 };
    GameEvent::new(&Arc::new(game("401")), change, n, observed_at, late, Some(before))
}

/// It is noon when this is made, and later as the runtime's clock tells.
pub struct TestClock(Instant);

impl Default for TestClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl WallClock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        noon() + TimeDelta::from_std(self.0.elapsed()).unwrap()
    }
}

/// A log of events in memory.
pub struct Log {
    events: Mutex<Vec<LoggedEvent>>,
    newest: watch::Sender<EventNumber>,
    /// Reading fails so often yet.
    pub broken: Mutex<u32>,
}

impl Default for Log {
    fn default() -> Self {
        // One was told before the start.
        let before = LoggedEvent { number: EventNumber(1), event: Arc::new(touchdown(9, noon(), false)) };
        Self {
            events: Mutex::new(vec![before]),
            newest: watch::Sender::new(EventNumber(1)),
            broken: Mutex::default(),
        }
    }
}

impl Log {
    pub fn tell(&self, event: GameEvent) {
        let mut events = self.events.lock().unwrap();
        let number = EventNumber(events.len() as u64 + 1);
        events.push(LoggedEvent { number, event: Arc::new(event) });
        drop(events);
        self.newest.send_replace(number);
    }
}

#[async_trait]
impl EventLog for Log {
    async fn events(
        &self,
        after: EventNumber,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<EventPage, EventError> {
        {
            let mut broken = self.broken.lock().unwrap();
            if *broken > 0 {
                *broken -= 1;
                return Err(EventError { message: "the disk is away".into() });
            }
        }
        let events = self.events.lock().unwrap();
        let later: Vec<LoggedEvent> = events.iter().filter(|event| event.number > after).cloned().collect();
        let page: Vec<LoggedEvent> = later.iter().take(limit).cloned().collect();
        Ok(EventPage {
            through: page.last().map_or(after, |event| event.number),
            more: later.len() > page.len(),
            events: page.into_iter().filter(|event| filter.matches(&event.event)).collect(),
        })
    }

    fn newest(&self) -> EventNumber {
        *self.newest.borrow()
    }

    async fn oldest(&self) -> Result<EventNumber, EventError> {
        Ok(EventNumber(1))
    }

    async fn wait_beyond(&self, after: EventNumber) -> EventNumber {
        *self.newest.subscribe().wait_for(|newest| *newest > after).await.unwrap()
    }
}

/// A history of some games of New England.
#[derive(Default)]
pub struct History {
    pub games: Mutex<Vec<Game>>,
    pub revision: Mutex<u64>,
    /// It can not be read.
    pub is_broken: Mutex<bool>,
}

#[async_trait]
impl GameHistory for History {
    async fn games(&self, _: HistoryQuery) -> Result<Told<HistoryPage>, HistoryError> {
        unimplemented_in_tests()
    }

    async fn timelines(&self, _: Option<League>, _: GameId) -> Result<Told<Vec<Timeline>>, HistoryError> {
        unimplemented_in_tests()
    }

    async fn team_seasons(
        &self,
        league: Option<League>,
        team: String,
        begins: Option<i32>,
    ) -> Result<Told<Vec<TeamSeason>>, HistoryError> {
        if *self.is_broken.lock().unwrap() {
            return Err(HistoryError { message: "the disk is away".into() });
        }
        assert_eq!(league, Some(nfl()));
        let games = self.games.lock().unwrap();
        let games: Vec<&Game> =
            games.iter().filter(|game| game.sides().iter().any(|side| side.team.id == team)).collect();
        let of = |game: &Game| game.season.as_ref().map(|season| season.year);
        let newest = games.iter().copied().filter_map(of).max();
        let wanted = begins.or(newest);
        let found: Vec<PastGame> = games
            .iter()
            .filter(|game| of(game) == wanted)
            .map(|game| PastGame::observed(game, noon()))
            .collect();
        let season = found.first().map(|first| TeamSeason {
            league: nfl(),
            team: first.home.team.clone(),
            begins: wanted.unwrap_or_default(),
            games: found.clone(),
        });
        Ok(Told { source: HistorySource::Store, found: season.into_iter().collect() })
    }

    async fn league_season(&self, _: League, _: Option<i32>) -> Result<Told<Vec<PastGame>>, HistoryError> {
        unimplemented_in_tests()
    }

    fn revision(&self, _: Option<League>, _: Option<i32>) -> u64 {
        *self.revision.lock().unwrap()
    }
}

fn unimplemented_in_tests<T>() -> Result<T, HistoryError> {
    Err(HistoryError { message: "nobody asks this".into() })
}
