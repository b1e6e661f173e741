//! `VictoriaMetrics`, whose write endpoint is that of `InfluxDB` 2.

use std::process::Command;

use crate::interrupt::Interrupt;
use crate::packages::Package;
use crate::server::{self, Place, Recipe, Server};

/// Debian's package.
pub const PACKAGE: Package = Package { name: "victoria-metrics", program: "victoria-metrics" };

/// It drops what is older without a word, and the games of the tests are years old.
const RETENTION: &str = "-retentionPeriod=100y";

/// Starts it.
pub fn start(interrupt: &Interrupt) -> anyhow::Result<Server> {
    start_by(|| Command::new(PACKAGE.program), interrupt)
}

/// Starts it so that it takes what time of the processors others leave, nearly as if it ran on another machine.
pub fn start_out_of_the_way(interrupt: &Interrupt) -> anyhow::Result<Server> {
    let nice = || {
        let mut nice = Command::new("nice");
        nice.args(["-n", "19", PACKAGE.program]);
        nice
    };
    start_by(nice, interrupt)
}

fn start_by(program: impl Fn() -> Command, interrupt: &Interrupt) -> anyhow::Result<Server> {
    let command = |place: &Place| {
        let mut command = program();
        command
            .arg(format!("-storageDataPath={}", place.folder.join("data").display()))
            .arg(format!("-httpListenAddr={}", place.address))
            .arg(RETENTION);
        Ok(command)
    };
    let ready = |address| server::answers(address, "/health");
    Server::start(&Recipe { name: "VictoriaMetrics", command: &command, ready: &ready }, interrupt)
}
