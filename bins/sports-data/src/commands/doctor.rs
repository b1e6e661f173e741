//! `sports-data doctor`: checks ESPN, the embedded store and InfluxDB, and says what to do.

mod espn;
mod findings;
mod influx;
mod storage;

pub use findings::{Finding, Findings, Verdict};

use crate::settings::Settings;

/// Checks everything. Nothing is changed.
pub async fn run(settings: &Settings) -> Findings {
    let mut findings = espn::check(settings).await;
    findings.extend(storage::check(settings));
    findings.extend(influx::check(settings).await);
    Findings(findings)
}
