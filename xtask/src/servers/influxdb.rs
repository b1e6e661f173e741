//! `InfluxDB` 1, as Debian packages it, with authentication on.

use std::net::SocketAddr;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::http;
use crate::interrupt::Interrupt;
use crate::packages::Package;
use crate::server::{self, Place, Recipe, Server};

/// Debian's package.
pub const PACKAGE: Package = Package { name: "influxdb", program: "influxd" };

/// The administrator's name and password, as the service takes them for `InfluxDB` 1.
pub const TOKEN: &str = "test:test-password";

/// The administrator `test` with the password `test-password`, as the tests know them. With authentication on and no
/// user yet, this is the one statement that `InfluxDB` takes from anybody.
const CREATE_ADMINISTRATOR: &str = "q=CREATE+USER+test+WITH+PASSWORD+%27test-password%27+WITH+ALL+PRIVILEGES";

/// Starts it, with its administrator.
pub fn start(interrupt: &Interrupt) -> anyhow::Result<Server> {
    Server::start(&Recipe { name: "InfluxDB 1", command: &command, ready: &ready }, interrupt)
}

fn command(place: &Place) -> anyhow::Result<Command> {
    let file = place.folder.join("influxdb.conf");
    std::fs::write(&file, configuration(place)).context("cannot write its configuration")?;
    let mut command = Command::new(PACKAGE.program);
    command.arg("-config").arg(file);
    Ok(command)
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
    server::answers(address, "/ping")?;
    let created = http::post_form(address, "/query", CREATE_ADMINISTRATOR).context("no answer yet")?;
    ensure!(created.is_success(), "its administrator can't be created: {} {}", created.status, created.body);
    Ok(())
}
