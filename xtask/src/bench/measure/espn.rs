//! The small ESPN that feeds the service.

use crate::bench::captures::Captures;
use crate::bench::programs::Programs;
use crate::interrupt::Interrupt;
use crate::server::{self, Place, Recipe, Server};

/// A path that it answers once it is up.
const SCOREBOARD: &str = "/apis/site/v2/sports/football/nfl/scoreboard";

/// Starts it with the captures.
pub fn start(programs: &Programs, captures: &Captures, interrupt: &Interrupt) -> anyhow::Result<Server> {
    let command = |place: &Place| {
        let mut command = programs.espn_sim();
        command.arg("--captures").arg(captures.folder()).arg("--port").arg(place.address.port().to_string());
        Ok(command)
    };
    let ready = |address| server::answers(address, SCOREBOARD);
    Server::start(&Recipe { name: "espn-sim", command: &command, ready: &ready }, interrupt)
}
