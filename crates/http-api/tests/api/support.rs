//! An interface whose every port is a fake that holds state, and games written by hand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use cache::{Cache, CacheConfig};
use chrono::{DateTime, TimeDelta, Utc};
use game_model::{
    BackfillReport, BreakerHold, BreakerSwitch, Clock, Colors, Delivery, DeskError, Game, GameId, GameStatus,
    InfluxReport, League, MqttReport, Period, PollHint, PollReport, Preferences, PreferencesError, Record,
    Side, StatusReport, StorageReport, Team, TeamPreferences, TestOutcome, WallClock, Watching,
    WebhookSecret, WebhookState, WebhooksReport,
};
use http_api::{AdminToken, Api, ApiConfig, EventStream, HttpService};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::log::Log;
use crate::past::Past;

/// No answer in these tests takes longer.
pub const WITHIN: Duration = Duration::from_secs(10);

/// The state of all ports.
#[derive(Default)]
pub struct Ports {
    pub hints: Mutex<Vec<League>>,
    pub now: Mutex<DateTime<Utc>>,
    pub holds: Mutex<Vec<BreakerHold>>,
    pub admin_token: Mutex<Option<&'static str>>,
    pub polls: Mutex<Vec<PollReport>>,
    pub influx: Mutex<Option<InfluxReport>>,
    pub storage: Mutex<StorageReport>,
    pub backfill: Mutex<Vec<BackfillReport>>,
    pub users: Mutex<BTreeMap<String, TeamPreferences>>,
    /// Reading and saving preferences fails with this.
    pub broken: Mutex<Option<&'static str>>,
    pub webhooks: Mutex<Vec<WebhookState>>,
    pub deliveries: Mutex<Vec<Delivery>>,
    /// What was registered or changed, with its secret.
    pub secrets: Mutex<Vec<WebhookSecret>>,
    /// What webhooks answer to tests.
    pub test: Mutex<Option<TestOutcome>>,
    /// What comes of anything that is done with webhooks.
    pub desk_error: Mutex<Option<DeskError>>,
    pub webhooks_report: Mutex<WebhooksReport>,
    pub mqtt: Mutex<Option<MqttReport>>,
    /// What happened in games.
    pub log: Arc<Log>,
    /// Followers of it at once; none: as many as usual.
    pub max_clients: Option<usize>,
    /// They hear something this often; none: as often as usual.
    pub heartbeat: Option<Duration>,
    /// Asking for reports panics.
    pub defect: Mutex<bool>,
    /// Saving waits until this is free.
    pub gate: tokio::sync::Mutex<()>,
}

impl PollHint for Ports {
    fn hint(&self, league: League) {
        self.hints.lock().unwrap().push(league);
    }
}

impl BreakerSwitch for Ports {
    fn hold(&self, hold: BreakerHold) {
        self.holds.lock().unwrap().push(hold);
    }
}

impl WallClock for Ports {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }
}

impl StatusReport for Ports {
    fn polls(&self) -> Vec<PollReport> {
        assert!(!*self.defect.lock().unwrap(), "a defect");
        self.polls.lock().unwrap().clone()
    }

    fn influx(&self) -> Option<InfluxReport> {
        self.influx.lock().unwrap().clone()
    }

    fn storage(&self) -> StorageReport {
        self.storage.lock().unwrap().clone()
    }

    fn backfill(&self) -> Vec<BackfillReport> {
        self.backfill.lock().unwrap().clone()
    }

    fn mqtt(&self) -> Option<MqttReport> {
        self.mqtt.lock().unwrap().clone()
    }
}

#[async_trait]
impl Preferences for Ports {
    async fn teams(&self, user_id: &str) -> Result<TeamPreferences, PreferencesError> {
        self.check()?;
        Ok(self.users.lock().unwrap().get(user_id).cloned().unwrap_or_default())
    }

    async fn save_teams(&self, user_id: &str, teams: TeamPreferences) -> Result<(), PreferencesError> {
        drop(self.gate.lock().await);
        self.check()?;
        self.users.lock().unwrap().insert(user_id.into(), teams);
        Ok(())
    }
}

impl Ports {
    fn check(&self) -> Result<(), PreferencesError> {
        match *self.broken.lock().unwrap() {
            Some(message) => Err(PreferencesError { message: message.into() }),
            None => Ok(()),
        }
    }
}

/// An interface on fakes.
pub struct Fixture {
    pub service: HttpService,
    pub ports: Arc<Ports>,
    pub history: Arc<Past>,
    pub cache: Arc<Cache>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn detail(&self) -> String {
        let json = self.json();
        let only = json.as_object().is_some_and(|object| object.len() == 1);
        assert!(only && self.header("content-type") == "application/json", "{self:?}");
        json["detail"].as_str().unwrap_or_else(|| panic!("{}", self.text)).to_owned()
    }

    pub fn ids(&self) -> Vec<String> {
        let games = self.json()["games"].as_array().expect("games").clone();
        games.iter().map(|game| game["id"].as_str().expect("an id").to_owned()).collect()
    }
}

impl Fixture {
    pub async fn new(leagues: &[&str]) -> Self {
        Self::with(leagues, Ports::default(), &["http://localhost:3000"]).await
    }

    pub async fn with(leagues: &[&str], ports: Ports, origins: &[&str]) -> Self {
        let leagues: Vec<League> = leagues.iter().map(|key| league(key)).collect();
        let ports = Arc::new(ports);
        *ports.now.lock().unwrap() = noon();
        let cache = Arc::new(Cache::new(CacheConfig::default(), leagues.clone()));
        let history = Arc::new(Past::default());
        let events =
            EventStream::new(ports.log.clone(), |event| serde_json::to_vec(event).expect("JSON").into());
        let events = EventStream {
            max_clients: ports.max_clients.unwrap_or(events.max_clients),
            heartbeat: ports.heartbeat.unwrap_or(events.heartbeat),
            ..events
        };
        let api = Api {
            config: ApiConfig {
                version: "1.2.3",
                leagues,
                admin_token: ports.admin_token.lock().unwrap().map(AdminToken::new),
                cors_allowed_origins: origins.iter().map(ToString::to_string).collect(),
            },
            cache: cache.clone(),
            status: ports.clone(),
            preferences: ports.clone(),
            history: history.clone(),
            breaker: Some(ports.clone()),
            webhooks: ports.clone(),
            events,
            hint: ports.clone(),
            clock: ports.clone(),
        };
        Self { service: http_api::router(api).await, ports, history, cache }
    }

    /// Publishes games that were seen just now.
    pub fn publish(&self, league: League, games: Vec<Game>) {
        let games = games.into_iter().map(Arc::new).collect();
        self.cache.publish(league, games, Some(self.ports.now()), Duration::from_secs(15));
    }

    pub fn advance(&self, by: TimeDelta) {
        *self.ports.now.lock().unwrap() += by;
    }

    pub fn hints(&self) -> Vec<League> {
        std::mem::take(&mut *self.ports.hints.lock().unwrap())
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    /// The status of a file, whether it is packed, and its bytes.
    pub async fn bytes(&self, path: &str) -> (u16, bool, Vec<u8>) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let (parts, body) = self.service.answer(request, WITHIN).await.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        (parts.status.as_u16(), parts.headers.contains_key("content-encoding"), bytes.to_vec())
    }

    pub async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], body).await
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.service.answer(request, WITHIN).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }
}

pub fn league(key: &str) -> League {
    key.parse().expect("a league")
}

pub fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().expect("a time")
}

/// A report of a league that goes well.
pub fn poll(key: &str) -> PollReport {
    PollReport {
        league: league(key),
        last_success: Some(noon()),
        last_error: None,
        consecutive_failures: 0,
        games: 2,
        next_poll_in: Duration::from_millis(9_900),
        watching: Watching::Soon,
        tracked: Some(vec!["nfl-ne".into()]),
        attempted: true,
        requests_today: 40,
        attempts: vec![("ok", 40), ("backing_off", 3), ("timed_out", 2)],
        unreadable_events: 1,
        refused_observations: 0,
        reasons: Vec::new(),
    }
}

/// A live game of the league between two of its teams, by their abbreviations.
pub fn game(key: &str, id: &str, home: &str, away: &str) -> Game {
    let league = league(key);
    Game {
        id: GameId(id.into()),
        league,
        season: None,
        week: None,
        status: GameStatus::Live,
        start: noon() - TimeDelta::hours(1),
        start_text: "2026-11-23T11:00Z".into(),
        start_confirmed: true,
        home: side(league, home, 14),
        away: side(league, away, 7),
        clock: Clock {
            number: 2,
            period: Some(Period::Regulation(2)),
            display: "3:21".into(),
            ..Clock::default()
        },
        venue: None,
    }
}

pub fn scheduled(key: &str, id: &str, home: &str, away: &str, start: DateTime<Utc>) -> Game {
    Game { status: GameStatus::Scheduled, start, ..game(key, id, home, away) }
}

fn side(league: League, abbreviation: &str, score: u32) -> Side {
    let facts = league.known_teams().find(|team| team.abbreviation == abbreviation);
    let team = Team {
        id: league.team_id(abbreviation),
        espn_id: facts.map_or_else(|| "999".into(), |facts| facts.espn_id.to_string()),
        name: facts.map_or_else(|| format!("The {abbreviation}s"), |facts| facts.name.into()),
        nickname: facts.map_or_else(|| abbreviation.into(), |facts| facts.nickname.into()),
        abbreviation: abbreviation.into(),
        logo: format!("https://logos.example/{abbreviation}.png"),
        colors: Colors::default(),
    };
    Side { team, score, record: Some(Record { wins: 5, losses: 2, ties: 1, overtime_losses: 3 }) }
}
