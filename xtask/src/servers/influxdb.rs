//! `InfluxDB` 1, as Debian packages it, with authentication on.

use std::net::SocketAddr;
use std::process::Command;

use anyhow::ensure;

use super::not_yet;
use super::server::{Place, Recipe, Server};
use crate::http;
use crate::interrupt::Interrupt;
use crate::packages::Package;

/// Debian's package.
pub const PACKAGE: Package = Package { name: "influxdb", program: "influxd" };

/// The administrator `test` with the password `test-password`, as the tests know them. With authentication on and no
/// user yet, this is the one statement that `InfluxDB` takes from anybody.
const CREATE_ADMINISTRATOR: &str = "q=CREATE+USER+test+WITH+PASSWORD+%27test-password%27+WITH+ALL+PRIVILEGES";

/// Starts it, with its administrator.
pub fn start(interrupt: &Interrupt) -> anyhow::Result<Server> {
    Server::start(&Recipe { name: "InfluxDB 1", configuration, command, ready }, interrupt)
}

fn command(place: &Place) -> Command {
    let mut command = Command::new(PACKAGE.program);
    command.arg("-config").arg(place.configuration());
    command
}

/// The second address is that of its backup interface, which would take a fixed port otherwise.
fn configuration(Place { folder, address, spare }: &Place) -> String {
    let folder = folder.display();
    format!(
        r#"reporting-disabled = true
bind-address = "{spare}"
[meta]
dir = "{folder}/meta"
[data]
dir = "{folder}/data"
wal-dir = "{folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "{address}"
auth-enabled = true
log-enabled = false
[logging]
level = "warn"
"#
    )
}

fn ready(address: SocketAddr) -> anyhow::Result<()> {
    let ping = http::get(address, "/ping").map_err(not_yet)?;
    ensure!(ping.is_success(), "/ping answers {}", ping.status);
    let created = http::post_form(address, "/query", CREATE_ADMINISTRATOR).map_err(not_yet)?;
    ensure!(created.is_success(), "its administrator can't be created: {} {}", created.status, created.body);
    Ok(())
}
