//! Serves made-up live games, so that the way from a connection to an answer can be measured alone.
//!
//! `serve_games ADDRESS`, then read `/api/v1/games/live?league=nfl&team_ids=nfl-buf,...`

use std::sync::Arc;
use std::time::Duration;

use cache::{Cache, CacheConfig};
use chrono::Utc;
use game_model::{
    Clock, Colors, Game, GameId, GameStatus, InfluxReport, League, MockWebhookDesk, PollHint, PollReport,
    Side, StatusReport, StorageReport, SystemClock, Team, TeamFacts,
};
use http_api::{Api, ApiConfig, EventStream, ServerConfig};
use store::{Store, StoreConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

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

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8005".into());
    let nfl: League = "nfl".parse()?;
    let cache = Arc::new(Cache::new(CacheConfig::default(), [nfl]));
    let games = nfl.teams.chunks(2).map(|pair| Arc::new(game(nfl, &pair[0], &pair[1]))).collect();
    cache.publish(nfl, games, Some(Utc::now()), Duration::from_hours(24));
    let folder = tempfile::tempdir()?;
    let config = StoreConfig { dir: folder.path().to_owned(), ..StoreConfig::default() };
    let store = Store::open(config, Arc::new(SystemClock))?;
    let api = Api {
        config: ApiConfig {
            version: "0.0.0",
            leagues: vec![nfl],
            admin_token: None,
            cors_allowed_origins: Vec::new(),
        },
        cache,
        status: Arc::new(Quiet),
        preferences: Arc::new(store.clone()),
        history: Arc::new(store.clone()),
        events: EventStream::new(Arc::new(store), webhooks::event_body),
        webhooks: Arc::new(MockWebhookDesk::new()),
        breaker: None,
        hint: Arc::new(Quiet),
        clock: Arc::new(SystemClock),
    };
    let service = http_api::router(api).await;
    let listener = TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    http_api::serve(listener, service, ServerConfig::default(), CancellationToken::new(), Duration::ZERO)
        .await;
    Ok(())
}

fn game(league: League, home: &TeamFacts, away: &TeamFacts) -> Game {
    let start = Utc::now();
    Game {
        id: GameId(home.espn_id.to_string()),
        league,
        season: None,
        week: None,
        status: GameStatus::Live,
        start,
        start_text: start.format("%Y-%m-%dT%H:%MZ").to_string(),
        start_confirmed: true,
        home: side(league, home),
        away: side(league, away),
        clock: Clock { number: 2, period: None, display: "3:21".into(), ..Clock::default() },
        venue: None,
    }
}

fn side(league: League, facts: &TeamFacts) -> Side {
    let team = Team {
        id: league.team_id(facts.abbreviation),
        espn_id: facts.espn_id.to_string(),
        name: facts.name.into(),
        nickname: facts.nickname.into(),
        abbreviation: facts.abbreviation.into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    Side { team, score: 7, record: None }
}
