//! The server over its HTTP, as its users meet it.

mod faults;
mod select;
mod v2;
mod v3;

use std::time::{Duration, SystemTime};

use influx_sim::{InfluxSim, Kind, Options};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// The token that may do everything.
const ALL: &str = "Token test-token";
/// The token that may write.
const WRITE: &str = "Token write-token";

async fn start(kind: Kind) -> InfluxSim {
    InfluxSim::start(kind, Options::default()).await
}

fn request(sim: &InfluxSim, method: Method, path: &str, authorization: &str) -> RequestBuilder {
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
    client.request(method, format!("{}{path}", sim.url())).header("Authorization", authorization)
}

async fn post(sim: &InfluxSim, path: &str, body: &str) -> (u16, String) {
    text(request(sim, Method::POST, path, ALL).body(body.to_owned()).send().await.expect("an answer")).await
}

async fn get(sim: &InfluxSim, path: &str) -> (u16, String) {
    text(request(sim, Method::GET, path, ALL).send().await.expect("an answer")).await
}

async fn text(response: Response) -> (u16, String) {
    (response.status().as_u16(), response.text().await.expect("a whole answer"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("JSON, not {text:?}"))
}

/// Nanoseconds since the epoch.
fn now() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_nanos()
}
