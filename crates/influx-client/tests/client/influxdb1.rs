//! A real InfluxDB 1.

use influx_client::{
    Api, DataRefusal, InfluxClient, InfluxConfig, InfluxError, LineWriter, Retention, Secret, WriteError,
};
use serde_json::json;

use crate::{address, client, config, now, setting, write};

const ADMINISTRATOR: &str = "test:test-password";

fn settings(database: &str) -> Option<InfluxConfig> {
    let url = address("SPORTS_DATA_TEST_INFLUX_V1_URL")?;
    Some(InfluxConfig { bucket: database.into(), ..config(&url, ADMINISTRATOR) })
}

/// A client of a database that does not exist; none where there is no server.
async fn absent(database: &str) -> Option<InfluxClient> {
    let client = client(settings(database)?);
    client.query_influxql(&format!("DROP DATABASE {}", quoted(database))).await.expect("drop the database");
    Some(client)
}

/// A client of an empty database that keeps for 730 days; none where there is no server.
async fn fresh(database: &str) -> Option<InfluxClient> {
    let client = absent(database).await?;
    client.set_retention(730).await.expect("make the database");
    Some(client)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

async fn refused(client: &InfluxClient, lines: &[&str]) -> (DataRefusal, String) {
    match write(client, lines).await {
        Err(WriteError::Data { kind, reason, lines }) if lines.is_empty() => (kind, reason),
        other => panic!("data is refused, not {other:?}"),
    }
}

/// The values of a query's first table.
async fn values(client: &InfluxClient, query: &str) -> serde_json::Value {
    let answer = client.query_influxql(query).await.expect("query");
    answer["results"][0]["series"][0]["values"].clone()
}

#[tokio::test]
async fn it_is_found_written_to_and_read_back() {
    let Some(client) = fresh("client_write").await else { return };
    let facts = client.prepare().await.expect("prepare");
    assert!(facts.name.starts_with("InfluxDB 1.") && facts.name.contains(" at http://"), "{facts:?}");
    assert_eq!((facts.parallel_writes, facts.retention_days), (1, Some(730)));
    assert_eq!(client.server().await.expect("a server").api, Api::V1);

    let time = now() - 60_000_000_000;
    let line = format!(
        r#"m,team=New\ York,league=nfl score=9007199254740993i,share=0.5,live=true,name="Häßler, \"Icke\" \\" {time}"#
    );
    write(&client, &[&line, &format!("m,team=a score=1i {}", time + 1)]).await.expect("write");
    let read = values(&client, "SELECT score, share, live, \"name\" FROM m WHERE team = 'New York'").await;
    assert_eq!(read, json!([[time, 9_007_199_254_740_993_i64, 0.5, true, "Häßler, \"Icke\" \\"]]));
    write(&client, &[&line]).await.expect("write the same again");
    assert_eq!(values(&client, "SELECT count(score) FROM m").await[0][1], 2);

    let parameters = json!({"team": "a"});
    let bound = "SELECT score FROM m WHERE team = $team";
    let answer = client.query_influxql_with(bound, parameters.as_object().expect("an object").clone()).await;
    assert_eq!(answer.expect("query")["results"][0]["series"][0]["values"], json!([[time + 1, 1]]));
}

#[tokio::test]
async fn bad_lines_are_refused_and_the_others_are_stored() {
    let Some(client) = fresh("client_refusals").await else { return };
    let time = now() - 60_000_000_000;
    let good = |number: i64| format!("m f={number}i {}", time + number);
    write(&client, &[&good(1)]).await.expect("write");
    let conflict = format!("m f=\"x\" {}", time + 100);
    let tag = format!("m,time=a f=1i {time}");

    for (bad, kind, words) in [
        ("this is no line protocol", DataRefusal::Malformed, "unable to parse"),
        (&*conflict, DataRefusal::TypeConflict, "field type conflict"),
        ("m f=1i 1000000000", DataRefusal::BeyondRetention, "beyond retention policy"),
        (&*tag, DataRefusal::Malformed, "invalid tag key"),
    ] {
        for lines in [vec![bad], vec![&*good(2), bad, &*good(3)]] {
            let (found, reason) = refused(&client, &lines).await;
            assert_eq!(found, kind, "{reason}");
            assert!(reason.contains(words), "{reason}");
        }
    }
    assert_eq!(values(&client, "SELECT count(f) FROM m").await[0][1], 3);
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let Some(client_of_none) = absent("client_none").await else { return };
    let reason = setting(write(&client_of_none, &["m f=1i"]).await);
    assert!(reason.contains("has no database \"client_none\" (404)"), "{reason}");
    assert!(reason.contains("INFLUXDB_BUCKET"), "{reason}");
    assert_eq!(client_of_none.prepare().await.expect("the writes will say it").retention_days, None);

    let settings = settings("client_none").expect("a server");
    for token in [Some("test:wrong-password"), Some("nobody:test-password"), None] {
        let token = token.map(|token| Secret::new(token.to_owned()));
        let stranger = client(InfluxConfig { token, ..settings.clone() });
        for result in [write(&stranger, &["m f=1i"]).await, stranger.prepare().await.map(drop)] {
            let reason = setting(result);
            assert!(reason.contains("does not accept INFLUXDB_TOKEN (401)"), "{reason}");
            assert!(!reason.contains("password"), "{reason}");
        }
        let error = stranger.set_retention(730).await.expect_err("nobody known");
        assert!(matches!(error, InfluxError::Unauthorized { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_user_who_may_only_write_writes() {
    let Some(administrator) = fresh("client_user").await else { return };
    let statements = [
        "DROP USER client_writer",
        "CREATE USER client_writer WITH PASSWORD 'writer:password'",
        "GRANT WRITE ON client_user TO client_writer",
    ];
    // There is none to drop the first time.
    let _ = administrator.query_influxql(statements[0]).await;
    for statement in &statements[1..] {
        administrator.query_influxql(statement).await.expect("a user");
    }
    let token = Some(Secret::new("client_writer:writer:password".into()));
    let writer = client(InfluxConfig { token, ..settings("client_user").expect("a server") });
    assert_eq!(writer.prepare().await.expect("prepare").retention_days, None);
    write(&writer, &[&format!("m f=1i {}", now() - 60_000_000_000)]).await.expect("write");
    assert_eq!(values(&administrator, "SELECT count(f) FROM m").await[0][1], 1);
    let error = writer.set_retention(7).await.expect_err("it may not");
    assert!(matches!(error, InfluxError::Forbidden { status: 403, .. }), "{error:?}");
}

#[tokio::test]
async fn retention_is_made_corrected_and_left_alone() {
    let Some(client) = absent("client_retention").await else { return };
    assert_eq!(client.retention().await, Ok(None));
    let change = client.set_retention(730).await.expect("set");
    assert_eq!((change.before, change.created, change.changed), (None, true, true));
    assert_eq!(change.after, Retention { days: Some(730), seconds: 63_072_000 });
    let change = client.set_retention(730).await.expect("set");
    assert_eq!((change.before, change.created, change.changed), (Some(change.after), false, false));
    // Down from a shard duration of a week, and up again.
    for days in [365, 3, 1, 0, 2, 730] {
        let before = client.retention().await.expect("ask");
        let change = client.set_retention(days).await.expect("set");
        assert_eq!((change.before, change.created, change.changed), (before, false, true));
        assert_eq!(change.after.days.unwrap_or(0), days);
    }
}

#[tokio::test]
async fn the_default_policy_is_the_one_that_counts() {
    let Some(client) = fresh("client_policy").await else { return };
    let policy =
        r#"CREATE RETENTION POLICY "a \"policy\"" ON client_policy DURATION 30d REPLICATION 1 DEFAULT"#;
    client.query_influxql(policy).await.expect("a policy");
    assert_eq!(client.retention().await.expect("ask").and_then(|retention| retention.days), Some(30));
    assert_eq!(client.set_retention(90).await.expect("set").after.days, Some(90));
    let policies = values(&client, "SHOW RETENTION POLICIES ON client_policy").await;
    let durations: Vec<_> =
        policies.as_array().expect("policies").iter().map(|policy| policy[1].clone()).collect();
    assert_eq!(durations, [json!("17520h0m0s"), json!("2160h0m0s")]);
}

#[tokio::test]
async fn hostile_names_are_names() {
    let Some(victim) = fresh("client_victim").await else { return };
    for name in [
        "client\" WITH DURATION 1d; DROP DATABASE \"client_victim",
        "client ä; DROP DATABASE client_victim",
        "client' OR '1'='1",
        "client&db=client_victim#?%20+",
        "SELECT",
    ] {
        let client = absent(name).await.expect("a server");
        assert!(client.set_retention(730).await.expect("set").created);
        write(&client, &[&format!("m f=1i {}", now() - 60_000_000_000)]).await.expect("write");
        assert_eq!(values(&client, "SELECT count(f) FROM m").await[0][1], 1, "{name}");
        assert_eq!(values(&victim, "SELECT count(f) FROM m").await, json!(null), "{name}");
    }
    // InfluxDB 1 takes no slashes in names, and says so itself.
    for name in ["client\\", "client/x"] {
        let client = absent(name).await.expect("a server");
        let error = client.set_retention(730).await.expect_err("no name");
        assert!(error.to_string().contains("invalid name"), "{error}");
    }
    assert_eq!(victim.retention().await.expect("ask").and_then(|retention| retention.days), Some(730));
}

#[tokio::test]
async fn statements_that_are_none_are_errors() {
    let Some(client) = fresh("client_statements").await else { return };
    for (statement, words) in [
        ("SELEC", "error parsing query"),
        ("SHOW RETENTION POLICIES ON nobody", "database not found"),
        ("SHOW DATABASES; SELECT f FROM m WHERE time > 'x'", "invalid"),
    ] {
        let error = client.query_influxql(statement).await.expect_err("no statement");
        assert!(matches!(error, InfluxError::Statement { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
    }
}
