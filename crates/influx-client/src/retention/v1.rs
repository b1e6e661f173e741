//! Retention on InfluxDB 1: that of the default policy of a database, by statements.

use serde_json::Value;

use super::{Place, Retention, shard_hours};
use crate::influxql::{identifier, query};
use crate::transport::Transport;
use crate::{Api, InfluxConfig, InfluxError};

pub(super) async fn find(transport: &Transport, config: &InfluxConfig) -> Result<Option<Place>, InfluxError> {
    let statement = format!("SHOW RETENTION POLICIES ON {}", identifier(&config.bucket));
    let answer = match ask(transport, config, &statement).await {
        Err(InfluxError::Statement { message, .. }) if message.starts_with("database not found") => {
            return Ok(None);
        }
        answer => answer?,
    };
    let unreadable = || InfluxError::Statement {
        server: transport.server(),
        message: format!("{statement} shows no default policy"),
    };
    default_policy(&answer["results"][0]["series"][0]).map(Some).ok_or_else(unreadable)
}

/// The default policy of a table of policies.
pub(super) fn default_policy(table: &Value) -> Option<Place> {
    let columns = table["columns"].as_array()?;
    let column = |name: &str| columns.iter().position(|column| column == name);
    let (name, duration, default) = (column("name")?, column("duration")?, column("default")?);
    let row = table["values"].as_array()?.iter().find(|row| row[default] == true)?;
    let seconds = seconds(row[duration].as_str()?)?;
    Some(Place { retention: Retention::of_seconds(seconds), id: row[name].as_str()?.to_owned() })
}

/// The seconds of a duration such as `17520h0m0s`.
pub(super) fn seconds(duration: &str) -> Option<u64> {
    let mut seconds: u64 = 0;
    for part in duration.split_inclusive(|character: char| character.is_ascii_alphabetic()) {
        let (number, unit) = part.split_at_checked(part.len().checked_sub(1)?)?;
        let unit = match unit {
            "h" => 3_600,
            "m" => 60,
            "s" => 1,
            _ => return None,
        };
        seconds = number.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(seconds)?;
    }
    (!duration.is_empty()).then_some(seconds)
}

pub(super) async fn create(
    transport: &Transport,
    config: &InfluxConfig,
    days: u32,
) -> Result<(), InfluxError> {
    let statement =
        format!("CREATE DATABASE {} WITH DURATION {}", identifier(&config.bucket), duration(days));
    ask(transport, config, &statement).await.map(drop)
}

pub(super) async fn change(
    transport: &Transport,
    config: &InfluxConfig,
    policy: &str,
    days: u32,
) -> Result<(), InfluxError> {
    let (policy, database) = (identifier(policy), identifier(&config.bucket));
    let shards = shard_hours(days).map_or_else(String::new, |hours| format!(" SHARD DURATION {hours}h"));
    let duration = duration(days);
    let statement = format!("ALTER RETENTION POLICY {policy} ON {database} DURATION {duration}{shards}");
    ask(transport, config, &statement).await.map(drop)
}

fn duration(days: u32) -> String {
    if days == 0 { "INF".into() } else { format!("{days}d") }
}

async fn ask(transport: &Transport, config: &InfluxConfig, statement: &str) -> Result<Value, InfluxError> {
    query(transport, Api::V1, &config.bucket, statement, None).await
}
