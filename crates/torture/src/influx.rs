//! The real server: an InfluxDB 1, asked directly, past the proxy.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use reqwest::Client;
use serde_json::Value as Json;

use crate::point::{Fields, Point, Value, series};

/// An answer takes no longer.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Points in a piece of an answer.
const CHUNK: &str = "5000";

/// Days that the database keeps: less than the service believes, so that old points are refused.
pub(crate) const KEPT_DAYS: u32 = 30;

/// An `InfluxDB` 1, and a database on it that belongs to the test.
#[derive(Debug, Clone)]
pub struct InfluxDb {
    address: SocketAddr,
    user: String,
    password: String,
    database: String,
    client: Client,
}

impl InfluxDb {
    /// A database on the server at `http://HOST:PORT`; the token is `user:password`.
    pub fn new(url: &str, token: &str, database: &str) -> anyhow::Result<Self> {
        let host = url.trim_start_matches("http://").trim_end_matches('/');
        let address = host.parse().with_context(|| format!("{url} is not of the form http://IP:PORT"))?;
        let (user, password) = token.split_once(':').context("the token is not of the form user:password")?;
        let client = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let [user, password, database] = [user, password, database].map(str::to_owned);
        Ok(Self { address, user, password, database, client })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The name of the database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The token, as the service takes it.
    pub fn token(&self) -> String {
        format!("{}:{}", self.user, self.password)
    }

    /// Makes the database, empty.
    pub async fn create(&self) -> anyhow::Result<()> {
        self.drop().await?;
        let statement = format!("CREATE DATABASE \"{}\" WITH DURATION {KEPT_DAYS}d", self.database);
        self.query(&statement).await.map(drop)
    }

    /// Removes the database.
    pub async fn drop(&self) -> anyhow::Result<()> {
        self.query(&format!("DROP DATABASE \"{}\"", self.database)).await.map(drop)
    }

    /// Every point of a measurement.
    pub async fn points(&self, measurement: &str) -> anyhow::Result<Vec<Point>> {
        let answers = self.query(&format!("SELECT * FROM \"{measurement}\" GROUP BY *")).await?;
        let series = answers.iter().flat_map(|answer| array(&answer["results"]));
        let series = series.flat_map(|result| array(&result["series"]));
        let mut points = Vec::new();
        for one in series {
            read(one, &mut points).with_context(|| format!("an answer that is not understood: {one}"))?;
        }
        Ok(points)
    }

    /// The pieces of the answer to a statement.
    async fn query(&self, statement: &str) -> anyhow::Result<Vec<Json>> {
        let form =
            [("db", self.database.as_str()), ("epoch", "ns"), ("chunked", "true"), ("chunk_size", CHUNK)];
        let request = self
            .client
            .post(format!("http://{}/query", self.address))
            .basic_auth(&self.user, Some(&self.password))
            .query(&form)
            .query(&[("q", statement)]);
        let answer = request.send().await.with_context(|| format!("no answer to {statement}"))?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{statement}: {status} {text}");
        let pieces: Vec<Json> = text
            .lines()
            .filter(|line| !line.is_empty())
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?;
        for piece in &pieces {
            if let Some(error) = piece["results"][0]["error"].as_str().or(piece["error"].as_str()) {
                bail!("{statement}: {error}");
            }
        }
        Ok(pieces)
    }
}

fn array(value: &Json) -> impl Iterator<Item = &Json> {
    value.as_array().into_iter().flatten()
}

fn read(one: &Json, points: &mut Vec<Point>) -> anyhow::Result<()> {
    let measurement = one["name"].as_str().context("no name")?;
    let mut tags = BTreeMap::new();
    for (key, value) in one["tags"].as_object().into_iter().flatten() {
        let value = value.as_str().context("a tag that is no text")?;
        // Empty: the point does not have the tag that others of the measurement have.
        if !value.is_empty() {
            tags.insert(key.clone(), value.to_owned());
        }
    }
    let series = series(measurement, &tags);
    let columns: Vec<&str> = array(&one["columns"]).filter_map(Json::as_str).collect();
    for row in array(&one["values"]) {
        let mut fields = Fields::new();
        let mut time = None;
        for (column, value) in columns.iter().zip(array(row)) {
            match (*column, value) {
                ("time", value) => time = value.as_i64(),
                (_, Json::Null) => {}
                (name, Json::String(text)) => drop(fields.insert(name.into(), Value::Text(text.clone()))),
                (name, value) => {
                    let number = value.as_i64().with_context(|| format!("{name} is {value}"))?;
                    fields.insert(name.into(), Value::Integer(number));
                }
            }
        }
        points.push(Point { series: series.clone(), time: time.context("no time")?, fields });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn points_are_read_from_an_answer() {
        let answer = json!({
            "name": "nfl_scores",
            "tags": {"game_id": "1", "week": ""},
            "columns": ["time", "home_score", "period", "quarter"],
            "values": [[1, 7, null, "2"], [2, 14, null, "3"]],
        });
        let mut points = Vec::new();
        read(&answer, &mut points).expect("points");
        assert_eq!(points.len(), 2);
        assert_eq!(points[1].key(), ("nfl_scores,game_id=1", 2));
        let fields = [("home_score".into(), Value::Integer(14)), ("quarter".into(), "3".to_owned().into())];
        assert_eq!(points[1].fields, Fields::from(fields));
        let error = read(&json!({"name": "a", "columns": ["time", "b"], "values": [[1, 1.5]]}), &mut points);
        assert!(error.is_err());
    }

    #[test]
    fn where_the_server_is_has_to_be_said_in_full() {
        let influx = InfluxDb::new("http://127.0.0.1:8086", "a:b:c", "x").expect("understood");
        assert_eq!(
            (influx.address().port(), influx.token().as_str(), influx.database()),
            (8086, "a:b:c", "x")
        );
        assert!(InfluxDb::new("http://influxdb:8086", "a:b", "x").is_err());
        assert!(InfluxDb::new("http://127.0.0.1:8086", "a", "x").is_err());
    }
}
