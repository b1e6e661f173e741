//! `sports-data setup-retention`: the bucket or database with its retention, created or corrected.

use std::fmt::Write;

use influx_client::{InfluxClient, Retention};

use crate::service::influx_config;
use crate::settings::Settings;

/// Creates or corrects it, reads it back, and says what was before and what is now.
pub async fn run(settings: &Settings, dry_run: bool) -> anyhow::Result<String> {
    let client = InfluxClient::new(influx_config(settings))?;
    let days = settings.influx.retention_days;
    let server = client.server().await?;
    let version = server.version.as_deref().unwrap_or("of unknown version");
    let mut text = String::new();
    writeln!(text, "server:  InfluxDB {version} ({}) at {}", server.api, settings.influx.url)?;
    writeln!(text, "bucket:  {}", settings.influx.bucket)?;
    if dry_run {
        let before = client.retention().await?;
        writeln!(text, "before:  {}", describe(before.as_ref()))?;
        let is_set = before.is_some_and(|retention| retention.seconds == u64::from(days) * 86_400);
        let would = match before {
            None => format!("would be created with {days} days"),
            Some(_) if is_set => "would not be changed".into(),
            Some(_) => format!("would be changed to {days} days"),
        };
        writeln!(text, "dry run: {would}")?;
        write!(text, "{}", shortened(before.as_ref(), days, "would delete"))?;
    } else {
        let change = client.set_retention(days).await?;
        writeln!(text, "before:  {}", describe(change.before.as_ref()))?;
        writeln!(text, "after:   {}", describe(Some(&change.after)))?;
        let done = match (change.created, change.changed) {
            (true, _) => "created",
            (false, true) => "changed",
            (false, false) => "nothing to change",
        };
        writeln!(text, "done:    {done}")?;
        write!(text, "{}", shortened(change.before.as_ref(), days, "deletes"))?;
    }
    Ok(text)
}

/// What a person should know where points were kept longer before.
fn shortened(before: Option<&Retention>, days: u32, deletes: &str) -> String {
    let is_longer =
        before.is_some_and(|before| before.days.is_none() || before.seconds > u64::from(days) * 86_400);
    if is_longer {
        format!(
            "note:    InfluxDB {deletes} points older than {days} days; the embedded store keeps its own\n"
        )
    } else {
        String::new()
    }
}

fn describe(retention: Option<&Retention>) -> String {
    match retention {
        None => "does not exist".into(),
        Some(Retention { days: None, .. }) => "kept for ever".into(),
        Some(Retention { days: Some(days), seconds }) if u64::from(*days) * 86_400 == *seconds => {
            format!("kept for {days} days")
        }
        Some(Retention { seconds, .. }) => format!("kept for {seconds} seconds"),
    }
}
