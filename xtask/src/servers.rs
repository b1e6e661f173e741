//! The servers that tests talk to: started on free loopback ports, with their data in temporary folders.

pub mod influxdb;
pub mod mosquitto;
pub mod victoria_metrics;

use std::process::Command;

use anyhow::bail;

use crate::interrupt::Interrupt;
use crate::packages::{self, Package};
use crate::schemathesis::Schemathesis;
use crate::server::Server;
use crate::workspace;

/// A kind of server that tests can be run against.
#[derive(Debug)]
struct Kind {
    /// What one calls it.
    title: &'static str,
    package: Package,
    /// What the tests lose without it.
    tests: &'static str,
    start: fn(&Interrupt) -> anyhow::Result<Server>,
    /// What its address begins with.
    scheme: &'static str,
    /// The variable by which the tests learn its address.
    variable: &'static str,
}

impl Kind {
    /// The address of a running one.
    fn url(&self, server: &Server) -> String {
        format!("{}://{}", self.scheme, server.address())
    }
}

const KINDS: [Kind; 3] = [
    Kind {
        title: "InfluxDB 1",
        package: influxdb::PACKAGE,
        tests: "writes, retention and read-back on InfluxDB 1",
        start: influxdb::start,
        scheme: "http",
        variable: "SPORTS_DATA_TEST_INFLUX_V1_URL",
    },
    Kind {
        title: "VictoriaMetrics",
        package: victoria_metrics::PACKAGE,
        tests: "writes to and export from the InfluxDB 2 endpoint of VictoriaMetrics",
        start: victoria_metrics::start,
        scheme: "http",
        variable: "SPORTS_DATA_TEST_VICTORIA_URL",
    },
    Kind {
        title: "Mosquitto",
        package: mosquitto::PACKAGE,
        tests: "discovery, states and events over MQTT on a real broker",
        start: mosquitto::start,
        scheme: "mqtt",
        variable: "SPORTS_DATA_TEST_MQTT_URL",
    },
];

/// With which the app for Home Assistant reads its options.
const JQ: Package = Package { name: "jq", program: "jq" };

/// With it the store's writes are watched, to show what a power loss leaves of them. Without it that is skipped.
const STRACE: Package = Package { name: "strace", program: "strace" };

/// The Python that has Home Assistant, for the test that runs it. It is too large to be installed along, in CI too.
const HOME_ASSISTANT_PYTHON: &str = "HOME_ASSISTANT_PYTHON";

/// What is not tested without Home Assistant; none where it is there.
fn without_home_assistant() -> Option<String> {
    std::env::var_os(HOME_ASSISTANT_PYTHON).is_none_or(|python| python.is_empty()).then(|| {
        format!("a real Home Assistant with the kit is not tested: {HOME_ASSISTANT_PYTHON} names no Python that has it")
    })
}

/// The servers that could be started. Dropping them stops them and removes their data.
#[derive(Debug, Default)]
pub struct Servers {
    running: Vec<(Server, Kind)>,
    skipped: Vec<String>,
    fuzzer: Schemathesis,
}

impl Servers {
    /// Installs what is missing where it may, and starts what is there. In CI a missing server is an error; Home
    /// Assistant may be missing there too.
    pub fn start(interrupt: &Interrupt) -> anyhow::Result<Self> {
        packages::install_missing(&KINDS.map(|kind| kind.package));
        packages::install_missing(&[STRACE, JQ, mosquitto::CLIENTS]);
        let fuzzer = Schemathesis::install()?;
        let skipped = fuzzer.skipped().map(str::to_owned);
        let skipped = skipped.into_iter().chain(without_home_assistant()).collect();
        let mut servers = Self { skipped, fuzzer, ..Self::default() };
        for kind in KINDS {
            interrupt.check()?;
            if kind.package.is_installed() {
                let server = (kind.start)(interrupt)?;
                println!("xtask: {} listens on {}", kind.title, kind.url(&server));
                servers.running.push((server, kind));
            } else {
                servers.skip(&kind)?;
            }
        }
        Ok(servers)
    }

    fn skip(&mut self, kind: &Kind) -> anyhow::Result<()> {
        let Package { name, program } = kind.package;
        let without = format!(
            "{} is not tested ({}): there is no {program}, which Debian's package {name} holds",
            kind.title, kind.tests
        );
        if workspace::is_ci() {
            bail!("{without}; with CI=true nothing is left out");
        }
        println!("xtask: {without}");
        self.skipped.push(without);
        Ok(())
    }

    /// Tells the tests that the command runs where the servers are. A server that is not there is not told of, even
    /// where the user's environment names one.
    pub fn tell(&self, command: &mut Command) {
        self.fuzzer.tell(command);
        for kind in KINDS {
            match self.running.iter().find(|(_, running)| running.variable == kind.variable) {
                Some((server, kind)) => command.env(kind.variable, kind.url(server)),
                None => command.env_remove(kind.variable),
            };
        }
    }

    /// What is not tested, a sentence each.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }
}
