//! The server: routes and server loop of the service on its store, with games that are made up.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cache::{Cache, CacheConfig};
use chrono::{DateTime, TimeDelta, Utc};
use espn_client::decode;
use espn_sim::shape::{event, scoreboard};
use game_model::{
    InfluxReport, League, MockWebhookDesk, Observation, ObservationLog, PollHint, PollReport, Seen, Slate,
    StatusReport, StorageReport, SystemClock,
};
use http_api::{Api, ApiConfig, EventStream, ServerConfig};
use store::{Store, StoreConfig};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::Failure;

/// Stands for the collector.
struct Quiet;

impl PollHint for Quiet {
    fn hint(&self, _: League) {}
}

impl StatusReport for Quiet {
    fn polls(&self) -> Vec<PollReport> {
        Vec::new()
    }

    fn influx(&self) -> Option<InfluxReport> {
        None
    }

    fn storage(&self) -> StorageReport {
        StorageReport::default()
    }
}

/// The server, running.
pub struct Served {
    pub address: SocketAddr,
    store: Store,
    league: League,
    start: DateTime<Utc>,
    stop: CancellationToken,
    task: JoinHandle<()>,
    _folder: TempDir,
}

impl Served {
    /// Starts it, for so many clients.
    pub async fn start(clients: usize) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let config = StoreConfig { dir: folder.path().to_owned(), ..StoreConfig::default() };
        let store = Store::open(config, Arc::new(SystemClock))?;
        let league: League = "nfl".parse()?;
        let events = EventStream::new(Arc::new(store.clone()), webhooks::event_body);
        let api = Api {
            config: ApiConfig {
                version: "0.0.0",
                leagues: vec![league],
                admin_token: None,
                cors_allowed_origins: Vec::new(),
            },
            cache: Arc::new(Cache::new(CacheConfig::default(), [league])),
            status: Arc::new(Quiet),
            preferences: Arc::new(store.clone()),
            history: Arc::new(store.clone()),
            breaker: None,
            webhooks: Arc::new(MockWebhookDesk::new()),
            events: EventStream { max_clients: clients, ..events },
            hint: Arc::new(Quiet),
            clock: Arc::new(SystemClock),
        };
        let service = http_api::router(api).await;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, stop) = (listener.local_addr()?, CancellationToken::new());
        let serving =
            http_api::serve(listener, service, ServerConfig::default(), stop.clone(), Duration::from_secs(8));
        let start = Utc::now() - TimeDelta::minutes(30);
        Ok(Self { address, store, league, start, stop, task: tokio::spawn(serving), _folder: folder })
    }

    /// Reads an answer of ESPN with so many points of one side, and commits it.
    pub async fn commit(&self, points: u32) -> Result<(), Failure> {
        let body = answer(self.league, self.start, points);
        let board = decode(self.league, Slate::Current, &body)?;
        let games = board.games.into_iter().map(Arc::new).collect();
        let observation =
            Observation { league: self.league, observed_at: Utc::now(), games, seen: Seen::Watched };
        self.store.commit(observation).await?;
        Ok(())
    }

    /// Ends it.
    pub async fn stop(self) -> Result<(), Failure> {
        self.stop.cancel();
        self.task.await?;
        self.store.close().await;
        Ok(())
    }
}

/// A scoreboard of 16 games in ESPN's shape, in one of which the home side has so many points.
fn answer(league: League, start: DateTime<Utc>, points: u32) -> Vec<u8> {
    let pairs = league.teams.chunks(2).enumerate();
    let board = pairs.fold(scoreboard(league), |board, (n, pair)| {
        let points = if n == 0 { points } else { 0 };
        let game =
            event(format!("{}", 401 + n)).home(pair[0].abbreviation, points).away(pair[1].abbreviation, 100);
        board.event(game.status("STATUS_IN_PROGRESS").period(2).clock("3:21").starts(start))
    });
    board.to_json().to_string().into_bytes()
}
