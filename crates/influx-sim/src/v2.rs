//! InfluxDB 2: writes, organisations, buckets, and `InfluxQL` over `/query`.

use serde_json::{Value, json};

use crate::Kind;
use crate::database::{Database, Refusal, parse};
use crate::server::{Access, Server};
use crate::wire::{Answer, Request};

const BUCKETS: &str = "/api/v2/buckets";
const ORG_ID: &str = "00000000000000ff";

impl Server {
    pub fn answer_v2(&mut self, request: &Request) -> Answer {
        match (&*request.method, &*request.path) {
            (_, "/ping") => self.ping(Answer::empty(204), "v2.7.11"),
            ("POST", "/api/v2/write") => self.write_v2(request),
            ("GET", "/api/v2/orgs") => self.orgs(request),
            ("GET", BUCKETS) => self.buckets(request),
            ("POST", BUCKETS) => self.create_bucket(request),
            ("PATCH", path) if path.starts_with(BUCKETS) => self.change_bucket(request),
            (_, "/query") => self.query_v2(request),
            _ => error(404, "not found", "path not found"),
        }
    }

    fn write_v2(&mut self, request: &Request) -> Answer {
        if self.access(request, &["Token", "Bearer"]) == Access::Nothing {
            return unauthorized();
        }
        let (org, bucket) = (request.parameter("org"), request.parameter("bucket"));
        if org != self.options.org {
            return error(404, "not found", &format!("organization name {org:?} not found"));
        }
        let Some(database) = self.databases.get_mut(bucket) else {
            return error(404, "not found", &format!("bucket {bucket:?} not found"));
        };
        let unit = match request.parameter("precision") {
            "" | "ns" => 1,
            "us" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            _ => {
                return error(
                    400,
                    "invalid",
                    "invalid precision; valid precision units are ns, us, ms, and s",
                );
            }
        };
        let Some(body) = &request.body else {
            return error(400, "invalid", "unable to read data: gzip: invalid header");
        };
        if body.len() > self.options.max_body {
            return error(413, "request too large", "unable to read data: points batch is too large");
        }
        let body = request.text();
        if body.is_empty() {
            return error(400, "invalid", "writing requires points");
        }
        let lines: Vec<&str> = body.lines().filter(|line| !line.is_empty()).collect();
        let malformed: Vec<_> = lines.iter().filter_map(|line| unparsable(line)).collect();
        if !malformed.is_empty() {
            return error(400, "invalid", &malformed.join("\n"));
        }
        store(database, &lines, unit)
    }

    fn orgs(&self, request: &Request) -> Answer {
        let orgs = match self.access(request, &["Token", "Bearer"]) {
            Access::Nothing => return unauthorized(),
            // What a token may not read is left out of lists.
            Access::Writing => json!([]),
            Access::Everything => json!([{"id": ORG_ID, "name": self.options.org}]),
        };
        let org = request.parameter("org");
        if org != self.options.org {
            return error(404, "not found", &format!("organization name {org:?} not found"));
        }
        Answer::json(200, &json!({"orgs": orgs}))
    }

    fn buckets(&self, request: &Request) -> Answer {
        let access = self.access(request, &["Token", "Bearer"]);
        if access == Access::Nothing {
            return unauthorized();
        }
        let name = request.parameter("name");
        let named = self.databases.iter().filter(|(bucket, _)| name.is_empty() || *bucket == name);
        // What a token may not read is left out of lists.
        let named = named.filter(|_| access == Access::Everything);
        let buckets: Vec<_> = named.map(|(name, database)| describe(name, database)).collect();
        Answer::json(200, &json!({"buckets": buckets}))
    }

    fn create_bucket(&mut self, request: &Request) -> Answer {
        if self.access(request, &["Token", "Bearer"]) != Access::Everything {
            return unauthorized();
        }
        let body: Value = serde_json::from_str(&request.text()).unwrap_or_default();
        let (Some(name), Some(ORG_ID)) = (body["name"].as_str(), body["orgID"].as_str()) else {
            return error(400, "invalid", "bucket name and orgID are needed");
        };
        if self.databases.contains_key(name) {
            return error(422, "conflict", &format!("bucket with name {name} already exists"));
        }
        let Some(seconds) = every_seconds(&body) else { return bad_rule() };
        let answer = describe(name, self.create(name, seconds));
        Answer::json(201, &answer)
    }

    fn change_bucket(&mut self, request: &Request) -> Answer {
        if self.access(request, &["Token", "Bearer"]) != Access::Everything {
            return unauthorized();
        }
        let id = request.path.trim_start_matches(BUCKETS).trim_start_matches('/');
        let Some((name, database)) = self.databases.iter_mut().find(|(_, database)| database.id == id) else {
            return error(404, "not found", "bucket not found");
        };
        let body: Value = serde_json::from_str(&request.text()).unwrap_or_default();
        let Some(seconds) = every_seconds(&body) else { return bad_rule() };
        database.retention = seconds;
        Answer::json(200, &describe(name, database))
    }

    /// A virtual mapping makes each bucket a database; the paths of InfluxDB 1 refuse `Bearer`.
    fn query_v2(&self, request: &Request) -> Answer {
        match self.access(request, &["Token"]) {
            Access::Everything => self.query(request),
            Access::Writing | Access::Nothing => unauthorized(),
        }
    }
}

/// Stores lines that are line protocol, each that may be; says why the last of the others may not.
fn store(database: &mut Database, lines: &[&str], unit: i64) -> Answer {
    let refusals: Vec<_> =
        lines.iter().filter_map(|line| database.store(Kind::V2, line, unit).err()).collect();
    let dropped = refusals.len();
    let reason = match refusals.last() {
        None => return Answer::empty(204),
        Some(Refusal::Conflict { measurement, field, is, was }) => format!(
            "field type conflict: input field {field:?} on measurement {measurement:?} is type {is}, already exists as \
             type {was}"
        ),
        Some(Refusal::Old | Refusal::Malformed(_)) => {
            format!(
                "dropped {dropped} points outside retention policy of duration {}h0m0s",
                database.retention / 3600
            )
        }
    };
    let message = format!("failure writing points to database: partial write: {reason} dropped={dropped}");
    error(422, "unprocessable entity", &message)
}

fn unparsable(line: &str) -> Option<String> {
    match parse(line) {
        Err(Refusal::Malformed(reason)) => Some(format!("unable to parse '{line}': {reason}")),
        _ => None,
    }
}

fn describe(name: &str, database: &Database) -> Value {
    let rules = match database.retention {
        0 => json!([]),
        seconds => json!([{"type": "expire", "everySeconds": seconds, "shardGroupDurationSeconds": 604_800}]),
    };
    json!({"id": database.id, "orgID": ORG_ID, "type": "user", "name": name, "retentionRules": rules})
}

/// The retention of the one rule in a request, or for ever.
fn every_seconds(body: &Value) -> Option<u64> {
    match &body["retentionRules"].as_array()?[..] {
        [] => Some(0),
        [rule] if rule["type"] == "expire" => {
            rule["everySeconds"].as_u64().filter(|seconds| *seconds == 0 || *seconds >= 3600)
        }
        _ => None,
    }
}

fn bad_rule() -> Answer {
    error(422, "unprocessable entity", "expected one retention rule of at least 3600 seconds")
}

fn unauthorized() -> Answer {
    error(401, "unauthorized", "unauthorized access")
}

fn error(status: u16, code: &str, message: &str) -> Answer {
    let body = json!({"code": code, "message": message});
    Answer::json(status, &body).with("X-Platform-Error-Code", code)
}
