//! The client against a server on loopback.

mod failures;
mod politeness;
mod requests;
mod server;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use espn_client::{EspnClient, EspnConfig};
use espn_sim::shape::{event, scoreboard};
use game_model::{League, Scoreboard, ScoreboardSource, Slate, SourceError, WallClock};
use server::Server;

/// Longer than any test.
const LONG: Duration = Duration::from_mins(10);

fn league(key: &str) -> League {
    key.parse().unwrap()
}

/// A client of the server that, after a failure, does not ask again during a test.
fn config(server: &Server) -> EspnConfig {
    EspnConfig {
        base_url: server.url().parse().unwrap(),
        first_backoff: LONG,
        max_backoff: LONG,
        ..EspnConfig::default()
    }
}

fn client(server: &Server) -> EspnClient {
    EspnClient::new(config(server)).unwrap()
}

async fn fetch(client: &EspnClient) -> Result<Arc<Scoreboard>, SourceError> {
    client.fetch(league("nhl"), Slate::Current).await
}

/// A scoreboard of one game.
fn board() -> String {
    let live = event("401").home("BOS", 2).away("TOR", 1).status("STATUS_IN_PROGRESS").period(2);
    scoreboard(league("nhl")).event(live).to_json().to_string()
}

/// A clock that is moved by hand.
struct HandClock(Mutex<DateTime<Utc>>);

impl HandClock {
    fn at(text: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(text.parse().unwrap())))
    }

    fn set(&self, text: &str) {
        *self.0.lock().unwrap() = text.parse().unwrap();
    }
}

impl WallClock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}
