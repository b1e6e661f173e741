//! A publisher with all that it follows.

use std::sync::Arc;
use std::time::Duration;

use cache::{Cache, CacheConfig};
use game_model::{Game, MqttReport};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::broker::Broker;
use super::support::{History, Log, TestClock, named, nfl, noon};
use crate::report::MqttStatus;
use crate::{FollowedTeams, MqttConfig, MqttPublisher, Sources};

/// A publisher with all that it follows. Time is paused: waiting takes none.
pub struct House {
    pub broker: Broker,
    pub log: Arc<Log>,
    pub history: Arc<History>,
    pub cache: Arc<Cache>,
    pub teams: watch::Sender<FollowedTeams>,
    pub stop: CancellationToken,
    pub running: JoinHandle<()>,
    pub status: MqttStatus,
    begun: Instant,
}

pub fn followed(names: &[&str]) -> FollowedTeams {
    FollowedTeams { teams: names.iter().map(|name| named(name)).collect(), is_complete: true }
}

/// A topic of New England.
pub fn topic(leaf: &str) -> String {
    format!("sports-data/nfl-ne/{leaf}")
}

pub const CONFIG: &str = "homeassistant/device/sports-data_nfl-ne/config";

impl House {
    /// New England is followed, and these games are on the scoreboard.
    pub async fn with(games: Vec<Game>) -> Self {
        Self::on(Broker::default(), History::default(), &["nfl-ne"], games).await
    }

    pub async fn on(broker: Broker, history: History, names: &[&str], games: Vec<Game>) -> Self {
        Self::following(broker, history, followed(names), games).await
    }

    pub async fn following(broker: Broker, history: History, teams: FollowedTeams, games: Vec<Game>) -> Self {
        let cache = Arc::new(Cache::new(CacheConfig::default(), [nfl()]));
        let (log, history) = (Arc::new(Log::default()), Arc::new(history));
        let teams = watch::Sender::new(teams);
        let sources = Sources {
            cache: cache.clone(),
            leagues: vec![nfl()],
            events: log.clone(),
            history: history.clone(),
            teams: teams.subscribe(),
            clock: Arc::new(TestClock::default()),
        };
        let config = MqttConfig::new("mqtt://broker".parse().unwrap());
        let publisher = MqttPublisher::new(config, Arc::new(broker.clone()), sources, || 0.5);
        let (status, stop) = (publisher.status(), CancellationToken::new());
        let begun = Instant::now();
        let house = Self {
            broker,
            log,
            history,
            cache,
            teams,
            running: tokio::spawn(publisher.run(stop.clone())),
            stop,
            status,
            begun,
        };
        house.show(games);
        house.settle().await;
        house
    }

    /// Puts these games on the scoreboard.
    pub fn show(&self, games: Vec<Game>) {
        let polled_at = noon() + self.begun.elapsed();
        self.cache.publish(
            nfl(),
            games.into_iter().map(Arc::new).collect(),
            Some(polled_at),
            Duration::from_secs(5),
        );
    }

    /// Lets everything happen that happens at once.
    pub async fn settle(&self) {
        sleep(Duration::from_millis(1)).await;
    }

    pub async fn pass(&self, seconds: u64) {
        sleep(Duration::from_secs(seconds)).await;
    }

    /// What is retained of New England.
    pub fn value(&self, leaf: &str) -> Option<String> {
        self.broker.retained(&topic(leaf))
    }

    pub fn attributes(&self) -> Value {
        serde_json::from_str(&self.value("attributes").expect("attributes")).unwrap()
    }

    /// The events that were published since this was asked last.
    pub fn events(&self) -> Vec<Value> {
        let published = self.broker.published().into_iter();
        let events = published.filter(|(topic, _, retained)| topic.ends_with("/event") && !retained);
        events.map(|(_, payload, _)| serde_json::from_str(&payload).unwrap()).collect()
    }

    pub fn report(&self) -> MqttReport {
        self.status.report()
    }

    /// Stops it, and tells how long that took.
    pub async fn stop(self) -> (Broker, Duration) {
        let begun = Instant::now();
        self.stop.cancel();
        self.running.await.unwrap();
        (self.broker, begun.elapsed())
    }
}
