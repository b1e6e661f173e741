//! Mosquitto, a broker of MQTT, which lets anybody in.

use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use anyhow::Context;

use crate::interrupt::Interrupt;
use crate::packages::Package;
use crate::server::{Place, Recipe, Server};

/// Debian's package of the broker.
pub const PACKAGE: Package = Package { name: "mosquitto", program: "mosquitto" };

/// The same of its clients, which look at what tests published.
pub const CLIENTS: Package = Package { name: "mosquitto-clients", program: "mosquitto_sub" };

/// On loopback it takes a connection within this or not at all.
const CONNECT_WITHIN: Duration = Duration::from_secs(1);

/// Starts it.
pub fn start(interrupt: &Interrupt) -> anyhow::Result<Server> {
    Server::start(&Recipe { name: "Mosquitto", command: &command, ready: &ready }, interrupt)
}

fn command(place: &Place) -> anyhow::Result<Command> {
    let file = place.folder.join("mosquitto.conf");
    let (ip, port) = (place.address.ip(), place.address.port());
    let configuration = format!("listener {port} {ip}\nallow_anonymous true\npersistence false\n");
    std::fs::write(&file, configuration).context("cannot write its configuration")?;
    let mut command = Command::new(PACKAGE.program);
    command.arg("-c").arg(file);
    Ok(command)
}

fn ready(address: SocketAddr) -> anyhow::Result<()> {
    TcpStream::connect_timeout(&address, CONNECT_WITHIN).map(drop).context("no connection yet")
}
