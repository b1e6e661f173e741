//! A publisher on a real broker, with the real store and cache.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cache::{Cache, CacheConfig};
use chrono::{TimeDelta, Utc};
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, League, MqttReport, Observation, ObservationLog, Period, Seen,
    Side, SystemClock, Team,
};
use mqtt::{Client, FollowedTeams, MqttConfig, MqttPublisher, MqttStatus, NamedTeam, Sources};
use store::{Store, StoreConfig};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::server::DEADLINE;

pub const CONFIG: &str = "homeassistant/device/sports-data_nfl-ne/config";
pub const STATUS: &str = "sports-data/status";

pub fn nfl() -> League {
    "nfl".parse().expect("a league")
}

/// A topic of New England.
pub fn topic(leaf: &str) -> String {
    format!("sports-data/nfl-ne/{leaf}")
}

fn side(abbreviation: &str, score: u32) -> Side {
    let facts = nfl().team_called(abbreviation).expect("a team");
    let team = Team {
        id: nfl().team_id(abbreviation),
        espn_id: facts.espn_id.to_string(),
        name: facts.name.into(),
        nickname: facts.nickname.into(),
        abbreviation: abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score, record: None }
}

/// New England against Buffalo, in the second quarter.
pub fn game(home: u32, away: u32) -> Game {
    let start = Utc::now() - TimeDelta::hours(1);
    Game {
        id: GameId("401".into()),
        league: nfl(),
        season: Some(nfl().season(2026, 2)),
        week: None,
        status: GameStatus::Live,
        start,
        start_text: start.format("%Y-%m-%dT%H:%MZ").to_string(),
        start_confirmed: true,
        home: side("NE", home),
        away: side("BUF", away),
        clock: Clock {
            number: 2,
            period: Some(Period::Regulation(2)),
            display: "3:21".into(),
            ..Clock::default()
        },
        venue: None,
    }
}

pub fn followed(names: &[&str]) -> FollowedTeams {
    let teams = names.iter().map(|name| NamedTeam { league: nfl(), name: (*name).to_owned() });
    FollowedTeams { teams: teams.collect(), is_complete: true }
}

/// A publisher with all that it follows.
pub struct House {
    cache: Arc<Cache>,
    store: Arc<Store>,
    pub teams: watch::Sender<FollowedTeams>,
    pub status: MqttStatus,
    stop: CancellationToken,
    running: JoinHandle<()>,
    _folder: TempDir,
}

impl House {
    /// New England is followed on the broker at this address.
    pub fn start(url: &str) -> Self {
        Self::with(MqttConfig::new(url.parse().expect("an address")), &["nfl-ne"])
    }

    pub fn with(config: MqttConfig, names: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let store_config = StoreConfig { dir: folder.path().to_owned(), ..StoreConfig::default() };
        let store = Arc::new(Store::open(store_config, Arc::new(SystemClock)).expect("a store"));
        let cache = Arc::new(Cache::new(CacheConfig::default(), [nfl()]));
        let (teams, stop) = (watch::Sender::new(followed(names)), CancellationToken::new());
        let sources = Sources {
            cache: cache.clone(),
            leagues: vec![nfl()],
            events: store.clone(),
            history: store.clone(),
            teams: teams.subscribe(),
            clock: Arc::new(SystemClock),
        };
        let client = Client::new(&config, format!("test-{}", std::process::id())).expect("a client");
        let publisher = MqttPublisher::new(config, Arc::new(client), sources, || 0.1);
        let status = publisher.status();
        let running = tokio::spawn(publisher.run(stop.clone()));
        Self { cache, store, teams, status, stop, running, _folder: folder }
    }

    /// A look at the game: on the scoreboard, then committed. Answers when the commit began.
    pub async fn look(&self, game: Game) -> Instant {
        let game = Arc::new(game);
        self.cache.publish(nfl(), vec![game.clone()], Some(Utc::now()), Duration::from_secs(5));
        let observation =
            Observation { league: nfl(), observed_at: Utc::now(), games: vec![game], seen: Seen::Watched };
        let begun = Instant::now();
        self.store.commit(observation).await.expect("committed");
        begun
    }

    pub fn report(&self) -> MqttReport {
        self.status.report()
    }

    /// Waits until publishing goes as wanted.
    pub async fn wait_for(&self, wanted: impl Fn(&MqttReport) -> bool) -> MqttReport {
        let begun = Instant::now();
        loop {
            let report = self.report();
            if wanted(&report) {
                return report;
            }
            assert!(begun.elapsed() < DEADLINE, "it never went as wanted: {report:?}");
            tokio::task::yield_now().await;
        }
    }

    /// Ends the process, as far as the broker can tell.
    pub async fn kill(self) {
        self.running.abort();
        let _ = self.running.await;
        Store::clone(&self.store).close().await;
    }

    /// Tells it to stop, and answers how long that took.
    pub async fn stop(self) -> Duration {
        let begun = Instant::now();
        self.stop.cancel();
        self.running.await.expect("it ended well");
        Store::clone(&self.store).close().await;
        begun.elapsed()
    }
}
