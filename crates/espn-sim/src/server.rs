//! The server: one loopback listener.

use game_model::League;
use serde_json::Value;

use crate::{Fault, RequestSeen, SimConfig, SimError, Times};

/// A running simulated ESPN. It stops when dropped.
#[derive(Debug)]
pub struct EspnSim {}

impl EspnSim {
    /// Reads the scoreboards and starts to listen on 127.0.0.1.
    pub async fn start(_config: SimConfig) -> Result<Self, SimError> {
        todo!()
    }
    /// The base URL: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        todo!()
    }
    /// The requests so far, oldest first; at most the newest 10,000.
    pub fn requests(&self) -> Vec<RequestSeen> {
        todo!()
    }
    /// Makes requests fail: those for one league, or with `None` all.
    pub fn fault(&self, _league: impl Into<Option<League>>, _fault: Fault, _times: Times) {
        todo!()
    }
    /// Ends all faults.
    pub fn clear_faults(&self) {
        todo!()
    }
    /// Shows the league's next scoreboard; false when the last one is shown already.
    pub fn step(&self, _league: League) -> bool {
        todo!()
    }
    /// Replaces everything that the league still has to show by this scoreboard.
    pub fn show(&self, _league: League, _scoreboard: Value) {
        todo!()
    }
    /// Moves the `Date` header ahead of this machine's clock.
    pub fn set_clock_offset(&self, _offset: chrono::TimeDelta) {
        todo!()
    }
    /// Stops listening and drops every connection.
    pub async fn stop(self) {
        todo!()
    }
}
