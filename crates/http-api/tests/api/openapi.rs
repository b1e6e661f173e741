//! The description of the interface: whether it tells of every route, and nothing that is not so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::history::{past, with_past};
use crate::support::{Fixture, Ports, game, league, noon, poll, scheduled};

/// What was described when somebody looked at it last.
const KNOWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

async fn document() -> Value {
    Fixture::new(&["nfl", "nhl"]).await.get("/openapi.json").await.json()
}

/// Each operation, with its path and its method.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let mut all = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            all.push((path.as_str(), method.as_str(), operation));
        }
    }
    all
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    // The router is made of what the root tells.
    let routes = fixture.get("/").await.json()["routes"].clone();
    let mut there_are = BTreeSet::new();
    for path in routes.as_array().expect("routes") {
        let path = path.as_str().expect("a path");
        let refused = fixture.send(Method::TRACE, path, &[], "").await;
        assert_eq!(refused.status, 405, "{path}");
        // HEAD comes with GET.
        for method in refused.header("allow").split(',').filter(|method| *method != "HEAD") {
            there_are.insert((path.to_owned(), method.to_lowercase()));
        }
    }
    let document = document().await;
    let described = operations(&document).into_iter();
    let described = described.map(|(path, method, _)| (path.to_owned(), method.to_owned())).collect();
    assert_eq!(there_are, described, "left: the router, right: the description");
}

#[tokio::test]
async fn what_is_described_changes_only_where_somebody_looks_at_it() {
    let now = format!("{}\n", serde_json::to_string_pretty(&document().await).expect("JSON"));
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(KNOWN, &now).expect("written");
    }
    let known = fs::read_to_string(KNOWN).unwrap_or_default();
    if known != now {
        let differ = known.lines().zip(now.lines()).find(|(known, now)| known != now);
        panic!(
            "the description is not that of {KNOWN} any more: {differ:?}\nif it should be, this renews it; look at what \
             changed: UPDATE_OPENAPI=1 cargo test -p http-api --test api openapi"
        );
    }
}

#[tokio::test]
async fn everything_is_described_with_an_example() {
    let document = document().await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let place = format!("{method} {path}");
        let told = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
        assert!(told(&operation["summary"]), "{place}");
        assert!(ids.insert(operation["operationId"].to_string()), "{place}: its id is another's too");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let is_told = told(&parameter["description"]) && !parameter["example"].is_null();
            assert!(is_told && parameter["schema"].is_object(), "{place}: {parameter}");
        }
        let responses = operation["responses"].as_object().expect("responses");
        for status in ["500", "503"] {
            assert!(responses.contains_key(status), "{place}: {status}");
        }
        assert!(responses.keys().any(|status| status.starts_with('2')), "{place}: no success");
        for (status, response) in responses {
            let place = format!("{place}: {status}");
            assert!(told(&response["description"]), "{place}");
            if ["414", "431"].contains(&status.as_str()) {
                assert_eq!(
                    (&response["content"], &response["headers"]),
                    (&Value::Null, &Value::Null),
                    "{place}"
                );
                continue;
            }
            let headers = response["headers"].as_object().expect("headers");
            assert!(headers.contains_key("X-Request-Id"), "{place}");
            assert_eq!(
                headers.contains_key("Retry-After"),
                ["429", "503"].contains(&status.as_str()),
                "{place}"
            );
            for header in headers.values() {
                assert!(
                    told(&header["description"]) && !header["schema"]["examples"].is_null(),
                    "{place}: {header}"
                );
            }
            if status == "204" {
                assert_eq!(response["content"], Value::Null, "{place}");
                continue;
            }
            let content = response["content"].as_object().expect("content");
            for (kind, content) in content {
                assert!(!content["example"].is_null(), "{place}: {kind}");
                if !status.starts_with('2') {
                    assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem", "{place}");
                }
            }
        }
    }
}

/// Whether a value is as the schema says, with all components at hand. No key may be there that is not described.
fn fits(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let mut schema = schema.clone();
    let mut components = document["components"].clone();
    let schemas = components["schemas"].as_object_mut().expect("schemas");
    let parts: BTreeSet<String> = schemas
        .values()
        .filter_map(|schema| schema["allOf"].as_array())
        .flatten()
        .filter_map(|part| part["$ref"].as_str()?.rsplit('/').next().map(str::to_owned))
        .collect();
    schemas.iter_mut().filter(|(name, _)| !parts.contains(*name)).for_each(|(_, schema)| close(schema));
    schema["components"] = components;
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    validator.validate(value).map_err(|error| format!("{error} at {}", error.instance_path()))
}

/// Lets an object have no key but those described.
fn close(schema: &mut Value) {
    if schema.get("properties").is_some() || schema.get("allOf").is_some() {
        schema["unevaluatedProperties"] = json!(false);
    }
}

#[tokio::test]
async fn examples_are_as_described() {
    let document = document().await;
    let mut seen = 0;
    for (path, method, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("responses").iter();
        let contents = responses.map(|(status, response)| (status.as_str(), &response["content"]));
        for (what, content) in contents.chain([("request", &operation["requestBody"]["content"])]) {
            for (kind, content) in content.as_object().into_iter().flatten() {
                let fits = fits(&document, &content["schema"], &content["example"]);
                assert_eq!(fits, Ok(()), "{method} {path}: {what}, {kind}");
                seen += 1;
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let fits = fits(&document, &parameter["schema"], &parameter["example"]);
            assert_eq!(fits, Ok(()), "{method} {path}: {parameter}");
        }
    }
    assert!(seen > 60, "{seen}");
}

#[tokio::test]
async fn answers_are_as_described() {
    let fixture = with_past().await;
    fixture.publish(
        league("nfl"),
        vec![game("nfl", "1", "NE", "BUF"), scheduled("nfl", "2", "KC", "LV", noon() + TimeDelta::hours(3))],
    );
    fixture.publish(league("nhl"), vec![game("nhl", "3", "BOS", "TB")]);
    fixture.ports.polls.lock().unwrap().push(poll("nfl"));
    *fixture.ports.influx.lock().unwrap() = Some(game_model::InfluxReport::default());
    let entry = game_model::TimelineEntry {
        observed_at: noon(),
        status: game_model::GameStatus::Live,
        home_score: 7,
        away_score: 0,
        period: Some("1".into()),
        time_remaining: "15:00".into(),
    };
    let timeline = game_model::Timeline::new(past("nfl", "9", 0, ("NE", 7), ("BUF", 0)), vec![entry]);
    fixture.history.timelines.lock().unwrap().push(timeline);
    let document = document().await;
    let wanted = json!({"url": "http://ha.local/", "events": ["*"], "secret": "0123456789abcdef"});
    let registered = fixture.post("/api/v1/webhooks/register", &wanted.to_string()).await;
    let responses = &document["paths"]["/api/v1/webhooks/register"]["post"]["responses"];
    let schema = &responses["201"]["content"]["application/json"]["schema"];
    assert_eq!(fits(&document, schema, &registered.json()), Ok(()), "{}", registered.text);
    for (path, described) in [
        ("/", "/"),
        ("/health", "/health"),
        ("/health/ready", "/health/ready"),
        ("/api/v1/games/live", "/api/v1/games/live"),
        ("/api/v1/games/upcoming?hours=9", "/api/v1/games/upcoming"),
        ("/api/v1/teams", "/api/v1/teams"),
        ("/api/v1/user/teams", "/api/v1/user/teams"),
        ("/api/v1/metrics/api-usage", "/api/v1/metrics/api-usage"),
        ("/api/v1/cache/stats", "/api/v1/cache/stats"),
        ("/api/v1/games/history", "/api/v1/games/history"),
        ("/api/v1/games/timeline/9", "/api/v1/games/timeline/{game_id}"),
        ("/api/v1/games/schedule/ne", "/api/v1/games/schedule/{team}"),
        ("/api/v1/teams/bos/stats?league=nhl", "/api/v1/teams/{team}/stats"),
        ("/api/v1/standings?league=nhl", "/api/v1/standings"),
        ("/api/v1/standings?league=nfl", "/api/v1/standings"),
        ("/api/v1/ha/game-status/ne", "/api/v1/ha/game-status/{team}"),
        ("/api/v1/ha/game-status/kc", "/api/v1/ha/game-status/{team}"),
        ("/api/v1/ha/game-status/mia", "/api/v1/ha/game-status/{team}"),
        ("/api/v1/ha/game-context/ne", "/api/v1/ha/game-context/{team}"),
        ("/api/v1/ha/game-context/mia", "/api/v1/ha/game-context/{team}"),
        ("/api/v1/webhooks/list", "/api/v1/webhooks/list"),
        ("/api/v1/webhooks/wh_1", "/api/v1/webhooks/{id}"),
        ("/api/v1/webhooks/wh_1/deliveries", "/api/v1/webhooks/{id}/deliveries"),
    ] {
        let answer = fixture.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let response = &document["paths"][described]["get"]["responses"]["200"];
        let schema = &response["content"]["application/json"]["schema"];
        assert_eq!(fits(&document, schema, &answer.json()), Ok(()), "{path}: {}", answer.text);
        for name in ["x-cache", "age", "x-history-source", "link"] {
            let is_told = response["headers"]
                .as_object()
                .is_some_and(|all| all.keys().any(|key| key.eq_ignore_ascii_case(name)));
            assert!(is_told || answer.header(name).is_empty(), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn leagues_are_those_that_the_service_tracks() {
    let fixture = Fixture::with(&["wnba"], Ports::default(), &[]).await;
    let document = fixture.get("/openapi.json").await.json();
    assert_eq!(document["components"]["schemas"]["TrackedLeague"]["anyOf"][0]["enum"], json!(["wnba"]));
    assert_eq!(document["info"]["version"], "1.2.3");
}

#[tokio::test]
async fn the_viewer_takes_nothing_from_anywhere_else() {
    let fixture = Fixture::new(&["nfl"]).await;
    let page = fixture.get("/docs").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    // Browsers are held to it, whatever the viewer's own files try.
    let policy = directives(page.header("content-security-policy"));
    assert_eq!(policy["default-src"], ["'none'"]);
    for (name, sources) in &policy {
        let here = ["'self'", "'none'", "'unsafe-inline'", "data:"];
        assert!(sources.iter().all(|source| here.contains(source)), "{name}: {sources:?}");
    }
    assert_eq!(policy["script-src"], ["'self'"], "no script in the page, which others could slip in");
    let attributes = ["src=\"", "href=\""].into_iter().flat_map(|name| page.text.split(name).skip(1));
    let addresses: Vec<&str> = attributes.filter_map(|rest| rest.split('"').next()).collect();
    assert!(addresses.len() >= 5, "{addresses:?}");
    for address in addresses {
        assert!(!address.contains("//") && !address.starts_with('/'), "{address}");
        let (status, encoded, body) = fixture.bytes(&format!("/{address}")).await;
        assert_eq!(status, 200, "{address}");
        let body = if encoded { unpacked(&body) } else { body };
        let text = String::from_utf8_lossy(&body);
        for loaded in ["@import", "url(http", "url(//", "url(\"http", "url('http", "importScripts("] {
            let is_code = address.contains(".js") && loaded == "@import";
            assert!(is_code || !text.contains(loaded), "{address} loads {loaded}");
        }
    }
    let start = fixture.get("/docs/start.js").await.text;
    assert!(start.contains("validatorUrl: null") && !start.contains("http"), "{start}");
    for unknown in ["/docs/", "/docs/index.html", "/docs/x", "/docs/swagger-ui.css/x"] {
        assert_eq!(fixture.get(unknown).await.status, 404, "{unknown}");
    }
}

fn directives(policy: &str) -> BTreeMap<&str, Vec<&str>> {
    let directives = policy.split(';').map(|directive| {
        let mut words = directive.split_whitespace();
        (words.next().unwrap_or_default(), words.collect())
    });
    directives.collect()
}

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed), &mut bytes).expect("gzip");
    bytes
}
