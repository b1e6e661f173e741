//! Retention on InfluxDB 2: the rule of a bucket of an organisation.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Place, Retention, SECONDS_OF_A_DAY, shard_hours};
use crate::answer::Answer;
use crate::transport::Transport;
use crate::{Api, InfluxConfig, InfluxError};

const BUCKETS: &str = "/api/v2/buckets";

#[derive(Deserialize)]
struct Organisations {
    orgs: Vec<Organisation>,
}

#[derive(Deserialize)]
struct Organisation {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Buckets {
    buckets: Vec<Bucket>,
}

#[derive(Deserialize)]
struct Bucket {
    id: String,
    name: String,
    #[serde(default, rename = "retentionRules")]
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "everySeconds")]
    every_seconds: u64,
}

pub(super) async fn find(transport: &Transport, config: &InfluxConfig) -> Result<Option<Place>, InfluxError> {
    let org = match organisation(transport, config).await? {
        Some(id) => ("orgID", id),
        None => ("org", config.org.clone()),
    };
    let query = [(org.0, &*org.1), ("name", &*config.bucket)];
    let answer = match send(transport, Method::GET, BUCKETS, &query, None).await?.check() {
        // Without a bucket of that name it answers either so, or with an empty list.
        Err(InfluxError::Missing { .. }) => return Ok(None),
        answer => answer?,
    };
    let mut buckets = answer.json::<Buckets>()?.buckets.into_iter();
    let bucket = buckets.find(|bucket| bucket.name == config.bucket);
    Ok(bucket.map(|bucket| {
        let seconds = bucket.rules.first().map_or(0, |rule| rule.every_seconds);
        Place { retention: Retention::of_seconds(seconds), id: bucket.id }
    }))
}

/// The id of the organisation; none where the token may not see it.
async fn organisation(transport: &Transport, config: &InfluxConfig) -> Result<Option<String>, InfluxError> {
    let query = [("org", &*config.org)];
    let answer = send(transport, Method::GET, "/api/v2/orgs", &query, None).await?;
    if answer.status == 404 && answer.words().contains("organization") {
        return Err(unknown(transport, config, answer.words()));
    }
    let mut orgs = answer.check()?.json::<Organisations>()?.orgs.into_iter();
    Ok(orgs.find(|org| org.name == config.org).map(|org| org.id))
}

fn unknown(transport: &Transport, config: &InfluxConfig, message: String) -> InfluxError {
    InfluxError::NoOrganisation { server: transport.server(), org: config.org.clone(), message }
}

pub(super) async fn create(
    transport: &Transport,
    config: &InfluxConfig,
    days: u32,
) -> Result<(), InfluxError> {
    let unseen = || unknown(transport, config, "it is not in the list of organisations".into());
    let org = organisation(transport, config).await?.ok_or_else(unseen)?;
    let mut bucket = rules(days);
    bucket["orgID"] = org.into();
    bucket["name"] = config.bucket.as_str().into();
    send(transport, Method::POST, BUCKETS, &[], Some(bucket)).await?.check().map(drop)
}

pub(super) async fn change(transport: &Transport, id: &str, days: u32) -> Result<(), InfluxError> {
    let path = format!("{BUCKETS}/{id}");
    send(transport, Method::PATCH, &path, &[], Some(rules(days))).await?.check().map(drop)
}

/// The one rule of a bucket that keeps points so long; 0 days are for ever.
fn rules(days: u32) -> Value {
    let mut rule = json!({"type": "expire", "everySeconds": u64::from(days) * SECONDS_OF_A_DAY});
    if let Some(hours) = shard_hours(days) {
        rule["shardGroupDurationSeconds"] = (hours * 3_600).into();
    }
    json!({"retentionRules": [rule]})
}

async fn send(
    transport: &Transport,
    method: Method,
    path: &str,
    query: &[(&str, &str)],
    body: Option<Value>,
) -> Result<Answer, InfluxError> {
    let mut request = transport.request(method, path, query, Some(Api::V2));
    if let Some(body) = body {
        request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
    }
    transport.send(request).await
}
