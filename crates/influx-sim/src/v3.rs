//! InfluxDB 3: writes, databases, and the system table of databases.

use serde_json::{Value, json};

use crate::Kind;
use crate::database::Refusal;
use crate::server::{Access, Server};
use crate::wire::{Answer, Request};

/// Characters of a line that an answer repeats.
const LINE_REPEATED: usize = 50;

impl Server {
    pub fn answer_v3(&mut self, request: &Request) -> Answer {
        let access = self.access(request, &["Bearer", "Token"]);
        if access == Access::Nothing {
            return Answer::json(401, &json!({"error": "the request was not authenticated"}));
        }
        let writing_suffices =
            matches!(&*request.path, "/ping" | "/api/v3/write_lp" | "/api/v2/write" | "/write");
        if access == Access::Writing && !writing_suffices {
            return Answer::json(403, &json!({"error": "requestor is forbidden from requested resource"}));
        }
        match (&*request.method, &*request.path) {
            (_, "/ping") => {
                let body = json!({"version": "3.6.0", "revision": "0000000", "process_id": "0"});
                self.ping(Answer::json(200, &body), "3.6.0")
            }
            ("POST", "/api/v3/write_lp") => {
                let partly = request.parameter("accept_partial") != "false";
                self.write_v3(request, request.parameter("db"), partly)
            }
            ("POST", "/api/v2/write") => self.write_v3(request, request.parameter("bucket"), false),
            ("POST", "/write") => self.write_v3(request, request.parameter("db"), false),
            ("POST", "/api/v3/configure/database") => self.configure(request, true),
            ("PUT", "/api/v3/configure/database") => self.configure(request, false),
            ("GET", "/api/v3/query_sql") => self.query_sql(request),
            (_, "/query") => self.query(request),
            _ => Answer::text(404, "not found"),
        }
    }

    fn write_v3(&mut self, request: &Request, name: &str, partly: bool) -> Answer {
        if let Some(refused) = bad_name(name) {
            return refused;
        }
        let unit = match request.parameter("precision") {
            "nanosecond" | "ns" | "n" => 1,
            "microsecond" | "us" | "u" => 1_000,
            "millisecond" | "ms" => 1_000_000,
            "second" | "s" => 1_000_000_000,
            other => return Answer::text(400, format!("serde error: unknown variant `{other}`")),
        };
        let Some(body) = &request.body else { return Answer::text(500, "error decoding gzip stream") };
        if body.len() > self.options.max_body {
            return Answer::text(413, format!("max request size ({} bytes) exceeded", self.options.max_body));
        }
        let body = request.text();
        let lines: Vec<_> = (1..).zip(body.split('\n')).filter(|(_, line)| !line.is_empty()).collect();
        if lines.is_empty() {
            return Answer::text(400, "incoming write was empty");
        }
        // The first write creates the database, and it keeps for ever.
        let database = self.create(name, 0);
        let mut errors = Vec::new();
        let before = (!partly).then(|| database.clone());
        for (number, line) in lines {
            if let Err(refusal) = database.store(Kind::V3, line, unit) {
                errors.push(json!({
                    "original_line": line.chars().take(LINE_REPEATED).collect::<String>(),
                    "line_number": number,
                    "error_message": words(&refusal),
                }));
            }
        }
        match errors.first() {
            None => Answer::empty(204),
            Some(_) if partly => {
                let body = json!({"error": "partial write of line protocol occurred", "data": errors});
                Answer::json(400, &body)
            }
            Some(first) => {
                if let Some(before) = before {
                    *database = before;
                }
                Answer::json(400, &json!({"error": "parsing failed for write_lp endpoint", "data": first}))
            }
        }
    }

    fn configure(&mut self, request: &Request, create: bool) -> Answer {
        let body: Value = serde_json::from_str(&request.text()).unwrap_or_default();
        let name = body["db"].as_str().unwrap_or_default();
        if let Some(refused) = bad_name(name) {
            return refused;
        }
        // Without a period it keeps for ever: also where it did not before.
        let retention = match &body["retention_period"] {
            Value::Null => 0,
            period => match period.as_str().and_then(days) {
                Some(days) => days * 86_400,
                None => return Answer::text(400, "serde json error: invalid retention period"),
            },
        };
        match (create, self.databases.get_mut(name)) {
            (true, Some(_)) => Answer::text(409, "attempted to create a resource that already existed"),
            (true, None) => {
                self.create(name, retention);
                Answer::empty(200)
            }
            (false, Some(database)) => {
                database.retention = retention;
                Answer::empty(200)
            }
            (false, None) => Answer::text(404, "not found"),
        }
    }

    fn query_sql(&self, request: &Request) -> Answer {
        if request.parameter("db") != "_internal" || !request.parameter("q").contains("system.databases") {
            return Answer::text(500, "query error: error while planning query");
        }
        let mut rows = vec![
            json!({"database_name": "_internal", "retention_period_ns": 604_800_000_000_000_u64, "deleted": false}),
        ];
        for (name, database) in &self.databases {
            let mut row = json!({"database_name": name, "deleted": false});
            if database.retention > 0 {
                row["retention_period_ns"] = json!(database.retention * 1_000_000_000);
            }
            rows.push(row);
        }
        Answer::json(200, &json!(rows))
    }
}

fn bad_name(name: &str) -> Option<Answer> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "_-/".contains(character);
    if !name.is_empty()
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(allowed)
    {
        return None;
    }
    let error = "invalid character in database name: must be ASCII, containing only letters, numbers, underscores, or \
                 hyphens";
    Some(Answer::json(400, &json!({"error": error, "data": null})))
}

fn days(period: &str) -> Option<u64> {
    period.strip_suffix('d')?.parse().ok()
}

fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Malformed(reason) => reason.clone(),
        Refusal::Conflict { field, is, was, .. } => format!(
            "invalid column type for column '{field}', expected iox::column_type::field::{was}, got \
             iox::column_type::field::{is}"
        ),
        Refusal::Old => "too old".into(),
    }
}
