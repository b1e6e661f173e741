//! `sports-data healthcheck`: whether the service on this machine answers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::settings::Settings;

/// A service that answers later than this does not answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What the service says of itself.
#[derive(Debug, Deserialize)]
pub struct Health {
    /// `healthy` or `degraded`.
    pub status: String,
    /// What a person should know or mend.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// Asks the service for `/health` and prints what it says of itself.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let health = ask(settings).await?;
    println!("{}", health.status);
    for reason in health.reasons {
        println!("  - {reason}");
    }
    Ok(())
}

/// Asks the service for `/health`.
pub async fn ask(settings: &Settings) -> anyhow::Result<Health> {
    let host = match settings.bind_address {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    };
    let url = format!("http://{}/health", SocketAddr::new(host, settings.port));
    let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
    let answer = client.get(&url).send().await;
    let answer = answer.with_context(|| format!("no answer from {url}; is the service running?"))?;
    if !answer.status().is_success() {
        bail!("{url} answers {}", answer.status());
    }
    answer.json().await.context("the answer is not that of sports-data")
}
