//! The few statements of `InfluxQL` that both kinds know, over `/query`.

mod scan;
mod select;

use serde_json::{Value, json};

use crate::Kind;
use crate::server::Server;
use crate::wire::{Answer, Request};

impl Server {
    /// The answer to a form with a statement (`q`) and a database (`db`). What goes wrong with a statement arrives
    /// with status 200.
    pub fn query(&self, request: &Request) -> Answer {
        let text = request.text();
        let form: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let of = |name| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        let result = match self.databases.get(of("db")) {
            None => failed(&format!("database not found: {}", of("db"))),
            Some(_) if of("q").starts_with("SHOW DATABASES") => {
                let names: Vec<_> = self.databases.keys().map(|name| json!([name])).collect();
                table("databases", &["name"], &names)
            }
            Some(database) => match counted(of("q")) {
                None if !of("q").starts_with("SELECT ") => failed("not implemented"),
                None => {
                    // InfluxDB 2 does not look at parameters.
                    let bound = if self.kind == Kind::V3 { of("params") } else { "" };
                    let max_files = (self.kind == Kind::V3).then_some(self.options.max_files);
                    match select::select(database, of("q"), bound, max_files) {
                        Ok(series) => json!({"statement_id": 0, "series": series}),
                        Err(error) => failed(&error),
                    }
                }
                Some(measurement) => {
                    let of_it = |series: &str| {
                        series == measurement || series.starts_with(&format!("{measurement},"))
                    };
                    let count = database.points.keys().filter(|(series, _)| of_it(series)).count();
                    table(measurement, &["time", "count"], &[json!([0, count])])
                }
            },
        };
        Answer::json(200, &json!({"results": [result]}))
    }
}

/// The measurement of `SELECT count(field) FROM measurement`. What follows is not looked at.
fn counted(statement: &str) -> Option<&str> {
    let (_, measurement) = statement.strip_prefix("SELECT count(")?.split_once(" FROM ")?;
    measurement.split_whitespace().next().map(|measurement| measurement.trim_matches('"'))
}

fn table(name: &str, columns: &[&str], values: &[Value]) -> Value {
    json!({"statement_id": 0, "series": [{"name": name, "columns": columns, "values": values}]})
}

fn failed(error: &str) -> Value {
    json!({"statement_id": 0, "error": error})
}
