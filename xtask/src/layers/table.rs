//! The floors of the crates. `docs/ARCHITECTURE.md` says what each owns.

/// Where a crate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A floor of the service; crates depend on lower ones.
    Floor(u8),
    /// A server for tests, benches and demos: only ever a dev-dependency.
    TestServer,
    /// Drives the service and the servers for tests: only ever a dev-dependency, or run.
    TestDriver,
    /// Tests of any crate from outside: it may depend on all floors, and nothing depends on it.
    Outside,
    /// The tasks of the workspace: nothing depends on them, and they depend on no crate of it.
    Tasks,
}

/// One crate.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The crate.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What it must not depend on, besides what its floor forbids.
    pub never: &'static [&'static str],
    /// Why not.
    pub because: &'static str,
}

const fn row(name: &'static str, place: Place, never: &'static [&'static str], because: &'static str) -> Row {
    Row { name, place, never, because }
}

/// Crates that reach out of the process.
const EDGES: &[&str] = &["axum", "hyper", "hyper-util", "reqwest", "rusqlite", "tower-http"];

/// The same, and the runtime under them.
const RUNTIMES_AND_EDGES: &[&str] =
    &["axum", "hyper", "hyper-util", "reqwest", "rusqlite", "tokio", "tokio-util", "tower-http"];

/// Every crate of the workspace, lowest floor first.
pub const TABLE: &[Row] = &[
    row("game-model", Place::Floor(0), RUNTIMES_AND_EDGES, "it is the domain, and does no I/O"),
    row("circuit-breaker", Place::Floor(0), RUNTIMES_AND_EDGES, "its time is passed in, and it does no I/O"),
    row("outbox", Place::Floor(0), &["axum", "hyper", "reqwest", "rusqlite", "serde_json"], "it is a port"),
    row("influx-schema", Place::Floor(1), RUNTIMES_AND_EDGES, "it turns values into bytes, and does no I/O"),
    row("cache", Place::Floor(1), EDGES, "it does not know where games come from, or who asks"),
    row(
        "influx-client",
        Place::Floor(1),
        &["axum", "game-model", "outbox", "rusqlite"],
        "it speaks InfluxDB's HTTP, and knows no games",
    ),
    row(
        "espn-client",
        Place::Floor(2),
        &["axum", "cache", "influx-client", "influx-schema", "outbox", "rusqlite"],
        "it turns ESPN's bytes into games, and does not know who asks",
    ),
    row(
        "store",
        Place::Floor(2),
        &["axum", "cache", "circuit-breaker", "hyper", "influx-client", "reqwest"],
        "it does not know the network",
    ),
    row(
        "influx-sink",
        Place::Floor(2),
        &["axum", "cache", "game-model", "influx-schema", "reqwest", "rusqlite"],
        "it drains a queue of bytes, and knows neither games nor SQL nor HTTP",
    ),
    row(
        "influx-history",
        Place::Floor(2),
        &["axum", "cache", "espn-client", "reqwest", "rusqlite", "store"],
        "it asks InfluxDB for games, and knows neither SQL nor ESPN",
    ),
    row(
        "webhooks",
        Place::Floor(2),
        &["axum", "cache", "hyper", "influx-client", "influx-schema", "outbox", "rusqlite"],
        "it delivers events, and knows neither how they arise nor SQL",
    ),
    row(
        "mqtt",
        Place::Floor(2),
        &["axum", "hyper", "influx-client", "influx-schema", "outbox", "reqwest", "rusqlite", "store"],
        "it delivers events and states, and knows neither how they arise nor SQL nor HTTP",
    ),
    row(
        "http-api",
        Place::Floor(2),
        &["circuit-breaker", "influx-client", "influx-schema", "outbox", "reqwest", "rusqlite"],
        "it reads memory and calls nobody",
    ),
    row(
        "collector",
        Place::Floor(3),
        &[
            "axum",
            "espn-client",
            "http-api",
            "hyper",
            "influx-client",
            "influx-history",
            "influx-schema",
            "influx-sink",
            "reqwest",
            "rusqlite",
            "store",
        ],
        "it sees ports, no edge",
    ),
    row("sports-data", Place::Floor(4), &["axum", "rusqlite"], "it wires crates that do the work"),
    row("espn-sim", Place::TestServer, &[], ""),
    row("influx-sim", Place::TestServer, &[], ""),
    row("fault-proxy", Place::TestServer, &[], ""),
    row("fuzz", Place::Outside, &[], ""),
    row("torture", Place::TestDriver, &[], ""),
    row("xtask", Place::Tasks, &[], ""),
];

/// The row of a crate of the workspace.
pub fn row_of(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}
