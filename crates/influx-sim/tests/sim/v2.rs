//! As InfluxDB 2.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use influx_sim::{InfluxSim, Kind, Options, Ping};
use reqwest::Method;

use crate::{ALL, WRITE, get, json, now, post, request, start, text};

const PATH: &str = "/api/v2/write?org=homeiq&bucket=sports_data&precision=ns";

#[tokio::test]
async fn one_malformed_line_and_nothing_is_stored() {
    let sim = start(Kind::V2).await;
    let (status, body) = post(&sim, PATH, "m f=1i 1\ngarbage\nm f=2i 2").await;
    assert_eq!((status, json(&body)["code"].as_str()), (400, Some("invalid")));
    assert!(body.contains("unable to parse 'garbage'"), "{body}");
    assert_eq!(sim.lines(), [""; 0]);
}

#[tokio::test]
async fn a_type_conflict_and_the_others_are_stored() {
    let sim = start(Kind::V2).await;
    let (status, body) = post(&sim, PATH, "m f=1i 1\nm f=\"x\" 2\n\nm f=3i 3\n").await;
    assert_eq!((status, json(&body)["code"].as_str()), (422, Some("unprocessable entity")));
    assert!(body.contains("is type string, already exists as type integer dropped=1"), "{body}");
    assert_eq!(sim.lines(), ["m f=1i 1", "m f=3i 3"]);
}

#[tokio::test]
async fn what_is_older_than_the_retention_is_not_stored() {
    let sim = start(Kind::V2).await;
    sim.set_retention("sports_data", 86_400);
    let young = format!("m f=2u,g=1.5,h=true {}", now());
    let (status, body) = post(&sim, PATH, &format!("m f=1u 1\n{young}")).await;
    assert_eq!((status, sim.lines()), (422, vec![young]));
    assert!(body.contains("outside retention policy of duration 24h0m0s dropped=1"), "{body}");
}

#[tokio::test]
async fn the_newer_of_two_values_wins_and_precisions_are_units() {
    let sim = start(Kind::V2).await;
    assert_eq!(post(&sim, PATH, "m,t=a f=1i,g=1i 1000000000\nm,t=a f=2i 1000000000").await.0, 204);
    for (precision, unit) in [("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)] {
        let path = PATH.replace("=ns", &format!("={precision}"));
        assert_eq!(post(&sim, &path, "n f=1i 7").await.0, 204);
        assert!(sim.points().contains_key(&("n".into(), 7 * unit)), "{precision}");
    }
    assert_eq!(post(&sim, &PATH.replace("=ns", "=years"), "n f=1i 7").await.0, 400);
    let point = &sim.points()[&("m,t=a".into(), 1_000_000_000)];
    assert_eq!((point["f"].as_str(), point["g"].as_str()), ("2i", "1i"));
}

#[tokio::test]
async fn gzip_is_read_and_limits_hold() {
    let sim = InfluxSim::start(Kind::V2, Options { max_body: 20, ..Options::default() }).await;
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(b"m f=1i 1").expect("compress");
    let send = async |body: Vec<u8>| {
        let request = request(&sim, Method::POST, PATH, ALL).header("Content-Encoding", "gzip");
        request.body(body).send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(send(encoder.finish().expect("compress")).await, 204);
    assert_eq!(send(b"no gzip".to_vec()).await, 400);
    assert_eq!(post(&sim, PATH, &"m f=1i 1\n".repeat(3)).await.0, 413);
    assert_eq!(post(&sim, PATH, "").await.0, 400);
    assert_eq!(sim.lines(), ["m f=1i 1"]);
    let seen = &sim.requests()[0];
    assert_eq!((&*seen.method, &*seen.path, &*seen.body), ("POST", "/api/v2/write", "m f=1i 1"));
    assert_eq!(seen.content_encoding.as_deref(), Some("gzip"));
    assert_eq!(seen.authorization.as_deref(), Some(ALL));
    assert!(seen.query.contains(&("bucket".into(), "sports_data".into())));
}

#[tokio::test]
async fn wrong_names_and_tokens_are_refused() {
    let sim = start(Kind::V2).await;
    assert_eq!(post(&sim, &PATH.replace("homeiq", "other"), "m f=1i").await.0, 404);
    assert_eq!(post(&sim, &PATH.replace("sports_data", "other"), "m f=1i").await.0, 404);
    assert_eq!(get(&sim, "/api/v2/orgs?org=other").await.0, 404);
    assert_eq!(get(&sim, "/api/v2/nothing").await.0, 404);
    let status = async |method, path, token| {
        request(&sim, method, path, token).send().await.expect("an answer").status().as_u16()
    };
    for token in ["Token wrong", "Basic test-token", "test-token"] {
        assert_eq!(status(Method::POST, PATH, token).await, 401);
        assert_eq!(status(Method::GET, "/api/v2/buckets?name=sports_data", token).await, 401);
        assert_eq!(status(Method::GET, "/api/v2/orgs?org=homeiq", token).await, 401);
    }
    assert_eq!(status(Method::POST, "/query", "Bearer test-token").await, 401, "v1's paths refuse Bearer");
    for (method, path) in [(Method::POST, "/api/v2/buckets"), (Method::PATCH, "/api/v2/buckets/1")] {
        assert_eq!(status(method, path, WRITE).await, 401);
    }
    let listed = async |path| {
        let answer = request(&sim, Method::GET, path, WRITE).send().await.expect("an answer");
        json(&text(answer).await.1)
    };
    assert_eq!(listed("/api/v2/buckets?name=sports_data").await["buckets"], serde_json::json!([]));
    assert_eq!(listed("/api/v2/orgs?org=homeiq").await["orgs"], serde_json::json!([]));
}

#[tokio::test]
async fn buckets_are_made_and_changed() {
    let sim = start(Kind::V2).await;
    let org = json(&get(&sim, "/api/v2/orgs?org=homeiq").await.1)["orgs"][0]["id"].clone();
    let rules =
        |seconds: u64| format!("\"retentionRules\":[{{\"type\":\"expire\",\"everySeconds\":{seconds}}}]");
    let new = format!("{{\"orgID\":{org},\"name\":\"new\",{}}}", rules(7_200));
    let (status, made) = post(&sim, "/api/v2/buckets", &new).await;
    assert_eq!((status, sim.retention("new")), (201, Some(7_200)));
    assert_eq!(post(&sim, "/api/v2/buckets", &new).await.0, 422, "it exists");
    assert_eq!(post(&sim, "/api/v2/buckets", "{}").await.0, 400);
    let short = format!("{{\"orgID\":{org},\"name\":\"short\",{}}}", rules(3_599));
    assert_eq!(post(&sim, "/api/v2/buckets", &short).await.0, 422);

    let id = json(&made)["id"].as_str().expect("an id").to_owned();
    let change = async |id: &str, body: String| {
        let request = request(&sim, Method::PATCH, &format!("/api/v2/buckets/{id}"), ALL).body(body);
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(change(&id, format!("{{{}}}", rules(86_400))).await, 200);
    let (_, found) = get(&sim, "/api/v2/buckets?name=new").await;
    assert_eq!(json(&found)["buckets"][0]["retentionRules"][0]["everySeconds"], 86_400);
    assert_eq!(change(&id, "{\"retentionRules\":[]}".into()).await, 200);
    assert_eq!(sim.retention("new"), Some(0));
    assert_eq!(change(&id, "{\"retentionRules\":[{\"type\":\"other\"},{}]}".into()).await, 422);
    assert_eq!(change("nobody", format!("{{{}}}", rules(86_400))).await, 404);
}

#[tokio::test]
async fn a_few_statements_are_known() {
    let sim = start(Kind::V2).await;
    post(&sim, PATH, "m,t=a f=1i 1\nm,t=b f=1i 1\nmm f=1i 1").await;
    let ask = async |db: &str, statement: &str| {
        let form = [("db", db), ("q", statement)];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let (status, answer) = post(&sim, "/query", &body).await;
        assert_eq!(status, 200);
        json(&answer)["results"][0].clone()
    };
    assert_eq!(
        ask("sports_data", "SHOW DATABASES").await["series"][0]["values"],
        serde_json::json!([["sports_data"]])
    );
    assert_eq!(ask("sports_data", "SELECT count(f) FROM m").await["series"][0]["values"][0][1], 2);
    assert_eq!(ask("sports_data", "DROP DATABASE m").await["error"], "not implemented");
    assert_eq!(ask("other", "SHOW DATABASES").await["error"], "database not found: other");
}

#[tokio::test]
async fn ping_tells_a_version_as_it_is_told_to() {
    for (ping, version) in [
        (Ping::Usual, Some("v2.7.11")),
        (Ping::Version("v2.0.0".into()), Some("v2.0.0")),
        (Ping::Silent, None),
    ] {
        let sim = InfluxSim::start(Kind::V2, Options { ping, ..Options::default() }).await;
        let answer = request(&sim, Method::GET, "/ping", "none").send().await.expect("an answer");
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.headers().get("X-Influxdb-Version").map(|value| value.to_str().unwrap()), version);
        assert_eq!(get(&sim, "/health").await.0, 200);
    }
}
