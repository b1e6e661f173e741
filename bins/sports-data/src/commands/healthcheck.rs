//! `sports-data healthcheck`: whether the service on this machine answers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::settings::Settings;

/// A service that answers later than this does not answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Asks the service for `/health` and prints what it says of itself.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let host = match settings.bind_address {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    };
    let url = format!("http://{}/health", std::net::SocketAddr::new(host, settings.port));
    let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
    let answer = client.get(&url).send().await;
    let answer = answer.with_context(|| format!("no answer from {url}; is the service running?"))?;
    if !answer.status().is_success() {
        bail!("{url} answers {}", answer.status());
    }
    let health: serde_json::Value = answer.json().await.context("the answer is not JSON")?;
    println!("{}", health["status"].as_str().unwrap_or("unknown"));
    for reason in health["reasons"].as_array().into_iter().flatten() {
        println!("  - {}", reason.as_str().unwrap_or_default());
    }
    Ok(())
}
