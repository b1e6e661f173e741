//! `VictoriaMetrics`, whose write endpoint is that of `InfluxDB` 2.

use std::net::SocketAddr;
use std::process::Command;

use anyhow::ensure;

use super::not_yet;
use super::server::{Place, Recipe, Server};
use crate::http;
use crate::interrupt::Interrupt;
use crate::packages::Package;

/// Debian's package.
pub const PACKAGE: Package = Package { name: "victoria-metrics", program: "victoria-metrics" };

/// It drops what is older without a word, and the games of the tests are years old.
const RETENTION: &str = "-retentionPeriod=100y";

/// Starts it.
pub fn start(interrupt: &Interrupt) -> anyhow::Result<Server> {
    Server::start(&Recipe { name: "VictoriaMetrics", configuration, command, ready }, interrupt)
}

/// Its flags say everything.
fn configuration(_: &Place) -> String {
    String::new()
}

fn command(place: &Place) -> Command {
    let mut command = Command::new(PACKAGE.program);
    command
        .arg(format!("-storageDataPath={}", place.folder.join("data").display()))
        .arg(format!("-httpListenAddr={}", place.address))
        .arg(RETENTION);
    command
}

fn ready(address: SocketAddr) -> anyhow::Result<()> {
    let health = http::get(address, "/health").map_err(not_yet)?;
    ensure!(health.is_success(), "/health answers {}", health.status);
    Ok(())
}
