//! A database of the games on a real InfluxDB 1, asked as Grafana asks.

use std::collections::BTreeMap;
use std::time::Duration;

use influx_client::{ApiChoice, InfluxClient, InfluxConfig, LineWriter, Secret};
use serde_json::Value;

use crate::dashboard::{Dashboard, Target};
use crate::games::Games;
use crate::variables::Variables;

/// A row of a table by its columns; numbers and texts alike as text, and nothing where there is no value.
pub type Row = BTreeMap<String, String>;

/// The games, and the database that they were written to.
pub struct Server {
    client: InfluxClient,
    /// What was written.
    pub games: Games,
}

impl Server {
    /// Writes the games to a fresh database; none, with a printed word, where there is no server.
    pub async fn with_games(database: &str) -> Option<Self> {
        let Ok(url) = std::env::var("SPORTS_DATA_TEST_INFLUX_V1_URL") else {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
            println!("skipped: SPORTS_DATA_TEST_INFLUX_V1_URL is unset");
            return None;
        };
        let config = InfluxConfig {
            url: url.parse().expect("a URL"),
            token: Some(Secret::new("test:test-password".into())),
            org: "homeiq".into(),
            bucket: database.into(),
            api: ApiChoice::Auto,
            timeout: Duration::from_secs(5),
            retention_days: 730,
        };
        let client = InfluxClient::new(config).expect("a client");
        client.query_influxql(&format!("DROP DATABASE {database}")).await.expect("drop the database");
        client.set_retention(730).await.expect("create the database");
        let games = Games::new();
        client.write(games.lines().into()).await.expect("written");
        Some(Self { client, games })
    }

    /// The rows of a panel's query, as its table shows them.
    async fn rows(&self, target: &Target, variables: &Variables) -> Vec<Row> {
        let query = variables.put_into(&target.query);
        let mut rows: Vec<Row> = self.series(&query).await.iter().flat_map(table).collect();
        if let Some((column, backwards)) = &target.sort {
            assert!(rows.iter().all(|row| row.contains_key(column)), "{}: no {column}", target.name);
            // Times in nanoseconds all have as many digits.
            rows.sort_by(|a, b| a[column].cmp(&b[column]));
            if *backwards {
                rows.reverse();
            }
        }
        rows.truncate(target.limit.unwrap_or(usize::MAX));
        rows
    }

    /// The rows of every query of the dashboard, by the panel's title; no query may have none.
    pub async fn ask(&self, dashboard: &Dashboard, variables: &Variables) -> BTreeMap<String, Vec<Row>> {
        let answers = self.ask_some(dashboard, variables).await;
        for (name, rows) in &answers {
            assert!(!rows.is_empty(), "{name} is empty");
        }
        answers
    }

    /// The rows of every query of the dashboard, by the panel's title.
    pub async fn ask_some(&self, dashboard: &Dashboard, variables: &Variables) -> BTreeMap<String, Vec<Row>> {
        let mut answers = BTreeMap::new();
        for target in dashboard.targets() {
            let rows = self.rows(&target, variables).await;
            assert!(answers.insert(target.name.clone(), rows).is_none(), "{} is there twice", target.name);
        }
        answers
    }

    /// What each variable of the dashboard offers, in alphabetical order.
    pub async fn offers(
        &self,
        dashboard: &Dashboard,
        variables: &Variables,
    ) -> BTreeMap<String, Vec<String>> {
        let mut offers = BTreeMap::new();
        for (name, query, part) in dashboard.variables() {
            let series = self.series(&variables.put_into(query)).await;
            let values =
                series.iter().flat_map(|series| series["values"].as_array().cloned().unwrap_or_default());
            // The tag's key stands before its value.
            let mut found: Vec<String> =
                values.map(|value| text(value.get(1).unwrap_or(&value[0])).expect("a text")).collect();
            if part == "/^(.*)_scores$/" {
                found =
                    found.iter().filter_map(|name| name.strip_suffix("_scores")).map(str::to_owned).collect();
            } else {
                assert_eq!(part, "", "{name}");
            }
            found.sort();
            found.dedup();
            offers.insert(name.to_owned(), found);
        }
        offers
    }

    async fn series(&self, query: &str) -> Vec<Value> {
        let answer = self.client.query_influxql(query).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}\n{query}"));
        answer["results"][0]["series"].as_array().cloned().unwrap_or_default()
    }
}

/// The rows of a series.
fn table(series: &Value) -> Vec<Row> {
    let columns: Vec<&str> =
        series["columns"].as_array().expect("columns").iter().filter_map(Value::as_str).collect();
    let rows = series["values"].as_array().expect("values").iter();
    rows.map(|row| {
        let cells = columns.iter().zip(row.as_array().expect("a row"));
        // Grafana calls the column of the time so.
        let name = |column: &str| if column == "time" { "Time".to_owned() } else { column.to_owned() };
        cells.filter_map(|(column, value)| Some((name(column), text(value)?))).collect()
    })
    .collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// These columns of a row, with a space between; `-` where there is nothing.
pub fn cells(row: &Row, columns: &[&str]) -> String {
    let cell = |column: &&str| row.get(*column).map_or("-", String::as_str);
    columns.iter().map(cell).collect::<Vec<_>>().join(" ")
}
