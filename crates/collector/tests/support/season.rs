//! An ESPN that plays a whole season by the world's clock, and a log that keeps what was first seen when.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    CommitError, Committed, Game, GameStatus, League, Observation, ObservationLog, RememberedGame,
    Scoreboard, ScoreboardSource, Slate, SlateId, SourceError, Team,
};

use super::{WorldClock, game, side};

/// A team of the table of leagues.
fn team(league: League, abbreviation: &str) -> Team {
    let facts = league.known_teams().find(|team| team.abbreviation == abbreviation).unwrap();
    Team { espn_id: facts.espn_id.to_string(), ..side(league, abbreviation, 0).team }
}

/// ESPN shows a game as live so long after its announced start.
const BEGINS_AFTER: TimeDelta = TimeDelta::minutes(2);

/// One side scores this often.
const SCORES_EVERY: TimeDelta = TimeDelta::minutes(11);

/// A game as it will be played.
#[derive(Debug, Clone)]
pub struct Planned {
    pub id: String,
    pub slate: SlateId,
    pub start: DateTime<Utc>,
    pub lasts: TimeDelta,
    pub away: String,
    pub home: String,
}

impl Planned {
    pub fn begins(&self) -> DateTime<Utc> {
        self.start + BEGINS_AFTER
    }

    pub fn ends(&self) -> DateTime<Utc> {
        self.start + self.lasts
    }

    fn at(&self, league: League, now: DateTime<Utc>) -> Game {
        let start = self.start.format("%Y-%m-%dT%H:%M").to_string();
        let (status, until) = match () {
            () if now >= self.ends() => (GameStatus::Finished, self.ends()),
            () if now >= self.begins() => (GameStatus::Live, now),
            () => (GameStatus::Scheduled, self.begins()),
        };
        let scores = (until - self.begins()).num_seconds() / SCORES_EVERY.num_seconds();
        let mut game = game(league.key, &self.id, &start, status, u32::try_from(scores).unwrap());
        game.away.team = team(league, &self.away);
        game.home.team = team(league, &self.home);
        game
    }

    /// When the game will next look different.
    fn changes_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if now < self.begins() {
            return Some(self.begins());
        }
        let scores = (now - self.begins()).num_seconds() / SCORES_EVERY.num_seconds();
        let next_score = self.begins() + SCORES_EVERY * i32::try_from(scores + 1).unwrap();
        (now < self.ends()).then(|| next_score.min(self.ends()))
    }
}

/// All that will be played, and the slates.
#[derive(Debug, Clone)]
pub struct Season {
    pub league: League,
    pub games: Vec<Planned>,
    /// Of a league whose slates are weeks.
    pub weeks: Vec<(SlateId, DateTime<Utc>)>,
    /// The slate that ESPN shows by default.
    pub current: fn(&Season, DateTime<Utc>) -> Option<SlateId>,
}

type Shown = (DateTime<Utc>, Arc<Scoreboard>);

pub struct SeasonEspn {
    clock: Arc<WorldClock>,
    season: Season,
    max_age: Duration,
    /// The newest scoreboards, each with the moment until which it holds.
    shown: Mutex<HashMap<(Slate, Option<SlateId>), Shown>>,
    requests: Mutex<Vec<(DateTime<Utc>, Slate)>>,
}

impl SeasonEspn {
    pub fn new(clock: Arc<WorldClock>, season: Season, max_age: Duration) -> Self {
        Self { clock, season, max_age, shown: Mutex::default(), requests: Mutex::default() }
    }

    /// What was asked, and when.
    pub fn requests(&self) -> Vec<(DateTime<Utc>, Slate)> {
        self.requests.lock().unwrap().clone()
    }
}

#[async_trait]
impl ScoreboardSource for SeasonEspn {
    async fn fetch(&self, league: League, asked: Slate) -> Result<Arc<Scoreboard>, SourceError> {
        let now = self.clock.truth();
        self.requests.lock().unwrap().push((now, asked));
        let slate = match asked {
            Slate::Current => (self.season.current)(&self.season, now),
            Slate::Named(id) => Some(id),
        };
        let mut shown = self.shown.lock().unwrap();
        if let Some((_, board)) = shown.get(&(asked, slate)).filter(|(until, _)| now < *until) {
            return Ok(Arc::clone(board));
        }
        let games = self.season.games.iter().filter(|game| Some(game.slate) == slate);
        let until = games.clone().filter_map(|game| game.changes_after(now)).min();
        let board = Arc::new(Scoreboard {
            league,
            asked,
            slate,
            games: games.map(|game| game.at(league, now)).collect(),
            problems: Vec::new(),
            weeks: self.season.weeks.clone(),
            days: None,
            max_age: self.max_age,
            server_time: None,
            bytes: 1_000,
        });
        shown.insert((asked, slate), (until.unwrap_or(DateTime::<Utc>::MAX_UTC), Arc::clone(&board)));
        Ok(board)
    }
}

/// When each game was first seen in each state.
#[derive(Default)]
pub struct Sightings(Mutex<HashMap<String, Vec<Sighting>>>);

type Sighting = (GameStatus, DateTime<Utc>);

impl Sightings {
    /// When the game was first seen so.
    pub fn first(&self, id: &str, status: GameStatus) -> Option<DateTime<Utc>> {
        let seen = self.0.lock().unwrap();
        seen.get(id)?.iter().find(|(seen, _)| *seen == status).map(|(_, at)| *at)
    }
}

#[async_trait]
impl ObservationLog for Sightings {
    async fn commit(&self, observation: Observation) -> Result<Committed, CommitError> {
        let mut seen = self.0.lock().unwrap();
        for game in &observation.games {
            match seen.get_mut(&game.id.0) {
                Some(known) if known.last().is_some_and(|(status, _)| *status == game.status) => {}
                Some(known) => known.push((game.status, observation.observed_at)),
                None => {
                    seen.insert(game.id.0.clone(), vec![(game.status, observation.observed_at)]);
                }
            }
        }
        Ok(Committed::default())
    }

    async fn remembered(&self, _: League, _: DateTime<Utc>) -> Result<Vec<RememberedGame>, CommitError> {
        Ok(Vec::new())
    }
}
