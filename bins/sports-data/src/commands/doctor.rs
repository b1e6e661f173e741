//! `sports-data doctor`: checks ESPN, the embedded store and InfluxDB, and says what to do.

mod espn;
mod findings;
mod influx;
mod storage;

pub use findings::{Finding, Findings, Verdict};

use super::healthcheck;
use crate::settings::Settings;

/// Checks everything. Nothing is changed.
pub async fn run(settings: &Settings) -> Findings {
    let mut findings = vec![service(settings).await];
    findings.extend(espn::check(settings).await);
    findings.extend(storage::check(settings));
    findings.extend(influx::check(settings).await);
    Findings(findings)
}

/// Whether a service answers with these settings.
async fn service(settings: &Settings) -> Finding {
    match healthcheck::ask(settings).await {
        Ok(health) if health.status == "healthy" => Finding::ok("service", "answers, and is healthy"),
        Ok(health) => {
            Finding::problem("service", format!("is {}: {}", health.status, health.reasons.join("; ")))
        }
        Err(error) => Finding::skipped("service", format!("{error:#}")),
    }
}
