//! Servers, stores and a clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Datelike, TimeDelta, TimeZone, Utc};
use game_model::{Observation, ObservationLog, PastGame, SeasonPhase, WallClock, WeekNames};
use influx_client::{ApiChoice, InfluxClient, InfluxConfig, LineWriter, Secret};
use influx_history::{InfluxHistory, InfluxHistoryConfig};
use influx_sim::{InfluxSim, Kind, Options};
use outbox::{EntryId, Outbox};
use store::{QueueConfig, Store, StoreConfig};
use tempfile::TempDir;

/// A clock that is set by hand.
pub struct TestClock(Mutex<DateTime<Utc>>);

impl WallClock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

impl TestClock {
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap() = now;
    }
}

/// A minute of this hour's beginning, so many days ago: points are written within the retention of a real server.
pub fn days_ago(days: i64) -> DateTime<Utc> {
    let hour = Utc::now().timestamp().div_euclid(3600) * 3600;
    DateTime::from_timestamp(hour, 0).unwrap() - TimeDelta::days(days)
}

/// The summer of last year: a real server keeps it, and the year is the same for a while.
pub fn summer() -> DateTime<Utc> {
    let last_year = Utc::now().year() - 1;
    Utc.with_ymd_and_hms(last_year, 7, 1, 0, 0, 0).unwrap()
}

/// A server, and a client of an empty database on it.
pub struct Server {
    pub name: &'static str,
    pub client: InfluxClient,
    pub sim: Option<InfluxSim>,
}

fn client(url: &str, token: &str, bucket: &str) -> InfluxClient {
    let config = InfluxConfig {
        url: url.parse().expect("a URL"),
        token: Some(Secret::new(token.to_owned())),
        org: "homeiq".into(),
        bucket: bucket.into(),
        api: ApiChoice::Auto,
        timeout: Duration::from_secs(10),
        retention_days: 730,
    };
    InfluxClient::new(config).expect("a client")
}

pub async fn simulated(kind: Kind, options: Options) -> Server {
    let sim = InfluxSim::start(kind, options).await;
    let client = client(&sim.url(), "test-token", "sports_data");
    client.prepare().await.expect("a database");
    let name = if kind == Kind::V2 { "simulated InfluxDB 2" } else { "simulated InfluxDB 3" };
    Server { name, client, sim: Some(sim) }
}

/// The real one; none, with a printed word, where there is none.
pub async fn real(database: &str) -> Option<Server> {
    let Ok(url) = std::env::var("SPORTS_DATA_TEST_INFLUX_V1_URL") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        println!("skipped: SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
        return None;
    };
    let client = client(&url, "test:test-password", database);
    client.query_influxql(&format!("DROP DATABASE {database}")).await.expect("drop the database");
    client.set_retention(730).await.expect("create the database");
    Some(Server { name: "InfluxDB 1", client, sim: None })
}

/// Every server there is.
pub async fn servers(database: &str) -> Vec<Server> {
    let mut servers =
        vec![simulated(Kind::V2, Options::default()).await, simulated(Kind::V3, Options::default()).await];
    servers.extend(real(database).await);
    servers
}

/// A store in a folder of its own, whose lines go to a server.
pub struct Watched {
    pub store: Arc<Store>,
    pub clock: Arc<TestClock>,
    pub written: Arc<AtomicU64>,
    client: InfluxClient,
    _folder: TempDir,
}

impl Watched {
    pub fn new(client: &InfluxClient) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder");
        let config = StoreConfig {
            dir: folder.path().join("data"),
            queue: Some(QueueConfig { retention: Duration::from_hours(24 * 730) }),
            disk_free_min_bytes: 0,
            history_clock: Duration::ZERO,
            ..StoreConfig::default()
        };
        let clock = Arc::new(TestClock(Mutex::new(Utc::now())));
        let store = Arc::new(Store::open(config, clock.clone()).expect("the store opens"));
        Self { store, clock, written: Arc::default(), client: client.clone(), _folder: folder }
    }

    /// Commits what was seen.
    pub async fn see(&self, observations: &[Observation]) {
        for observation in observations {
            self.store.commit(observation.clone()).await.expect("committed");
        }
    }

    /// Sends what waits, as the sink does.
    pub async fn deliver(&self) {
        loop {
            let entries = self.store.peek(EntryId::START, 5000).await.expect("lines");
            if entries.is_empty() {
                return;
            }
            let lines: Vec<&[u8]> = entries.iter().map(|entry| &entry.bytes[..]).collect();
            self.client.write(Bytes::from(lines.join(&b'\n'))).await.expect("written");
            let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id).collect();
            self.store.acknowledge(&ids).await.expect("acknowledged");
            self.written.fetch_add(ids.len() as u64, Ordering::Relaxed);
        }
    }

    pub fn history_with(&self, config: InfluxHistoryConfig) -> InfluxHistory {
        let written = self.written.clone();
        InfluxHistory::new(self.client.clone(), config, self.clock.clone(), move || {
            written.load(Ordering::Relaxed)
        })
    }

    pub fn history(&self) -> InfluxHistory {
        // A machine under load answers late: how long is waited is tested where it matters.
        self.history_with(InfluxHistoryConfig {
            within: Duration::from_secs(30),
            ..InfluxHistoryConfig::default()
        })
    }
}

/// A game as far as `InfluxDB` holds it: of leagues without weeks the phase of the season is not there.
pub fn held(mut game: PastGame) -> PastGame {
    if game.league.week_names == WeekNames::None
        && let Some(season) = &mut game.season
    {
        season.phase = SeasonPhase::Other(0);
    }
    game
}
