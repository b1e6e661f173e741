//! Retention on InfluxDB 3: that of a database.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::json;

use super::{Place, Retention};
use crate::answer::Answer;
use crate::transport::Transport;
use crate::{Api, InfluxConfig, InfluxError};

const NANOSECONDS_OF_A_SECOND: u64 = 1_000_000_000;

/// A row of the table of databases.
#[derive(Deserialize)]
struct Row {
    database_name: String,
    retention_period_ns: Option<u64>,
    #[serde(default)]
    deleted: bool,
}

pub(super) async fn find(transport: &Transport, config: &InfluxConfig) -> Result<Option<Place>, InfluxError> {
    let name = config.bucket.replace('\'', "''");
    let sql = format!("SELECT * FROM system.databases WHERE database_name = '{name}'");
    let query = [("db", "_internal"), ("q", &*sql), ("format", "json")];
    let request = transport.request(Method::GET, "/api/v3/query_sql", &query, Some(Api::V3));
    let rows: Vec<Row> = transport.send(request).await?.check()?.json()?;
    let mut rows = rows.into_iter().filter(|row| row.database_name == config.bucket && !row.deleted);
    Ok(rows.next().map(|row| {
        let seconds = row.retention_period_ns.unwrap_or(0) / NANOSECONDS_OF_A_SECOND;
        Place { retention: Retention::of_seconds(seconds), id: row.database_name }
    }))
}

/// Makes the database with its retention; false where it exists already, which is left as it is.
pub(crate) async fn create(
    transport: &Transport,
    config: &InfluxConfig,
    days: u32,
) -> Result<bool, InfluxError> {
    let answer = configure(transport, config, Method::POST, days).await?;
    if answer.status == 409 {
        return Ok(false);
    }
    answer.check().map(|_| true)
}

pub(super) async fn change(
    transport: &Transport,
    config: &InfluxConfig,
    days: u32,
) -> Result<(), InfluxError> {
    configure(transport, config, Method::PUT, days).await?.check().map(drop)
}

/// A period that is left out means for ever, whatever was before.
async fn configure(
    transport: &Transport,
    config: &InfluxConfig,
    method: Method,
    days: u32,
) -> Result<Answer, InfluxError> {
    let mut body = json!({"db": config.bucket});
    if days > 0 {
        body["retention_period"] = format!("{days}d").into();
    }
    let request = transport
        .request(method, "/api/v3/configure/database", &[], Some(Api::V3))
        .header(CONTENT_TYPE, "application/json")
        .body(body.to_string());
    transport.send(request).await
}
