//! The client over HTTP: against the loopback server that follows the facts about InfluxDB 2 and 3, against servers
//! that are none, against a real InfluxDB 1 and `VictoriaMetrics`, and against a server of the user's.

mod contract;
mod faults;
mod influxdb1;
mod influxdb2;
mod influxdb3;
mod odd;
mod victoria_metrics;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use influx_client::{ApiChoice, InfluxClient, InfluxConfig, LineWriter, Secret, WriteError};
use influx_sim::{InfluxSim, Kind, Options};

/// No answer of the tests' servers takes longer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Settings of a client, with the names that the loopback server has.
fn config(url: &str, token: &str) -> InfluxConfig {
    InfluxConfig {
        url: url.parse().expect("a URL"),
        token: Some(Secret::new(token.to_owned())),
        org: "homeiq".into(),
        bucket: "sports_data".into(),
        api: ApiChoice::Auto,
        timeout: TIMEOUT,
        retention_days: 730,
    }
}

fn client(config: InfluxConfig) -> InfluxClient {
    InfluxClient::new(config).expect("a client")
}

/// The loopback server, and a client that may do everything.
async fn simulated(kind: Kind) -> (InfluxSim, InfluxClient) {
    let sim = InfluxSim::start(kind, Options::default()).await;
    let client = client(config(&sim.url(), "test-token"));
    (sim, client)
}

async fn write(client: &InfluxClient, lines: &[&str]) -> Result<(), WriteError> {
    client.write(lines.join("\n").into()).await
}

/// The sentence of a setting that is to be mended.
fn setting(result: Result<(), WriteError>) -> String {
    match result {
        Err(WriteError::Setting { reason }) => reason,
        other => panic!("a setting is wrong, not {other:?}"),
    }
}

/// The parameters of a request, by name.
fn parameters(query: &[(String, String)]) -> BTreeMap<&str, &str> {
    query.iter().map(|(name, value)| (&**name, &**value)).collect()
}

/// Nanoseconds since the epoch.
fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    since_epoch.as_nanos().try_into().expect("before 2262")
}

/// The address of a server in the environment; none, with a printed word, where there is no such server.
fn address(variable: &str) -> Option<String> {
    let address = std::env::var(variable).ok();
    if address.is_none() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{variable} is unset");
        println!("skipped: {variable} is unset");
    }
    address
}
