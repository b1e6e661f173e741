//! InfluxDB 3, as the loopback server plays it.

use std::time::Duration;

use influx_client::{
    Api, ApiChoice, DataRefusal, InfluxConfig, InfluxError, LineWriter, Retention, WriteError,
};
use influx_sim::{Fault, InfluxSim, Kind, Options};

use crate::{client, config, parameters, setting, simulated, write};

#[tokio::test]
async fn its_database_is_made_with_a_retention_before_the_first_write() {
    let (sim, client) = simulated(Kind::V3).await;
    let facts = client.prepare().await.expect("prepare");
    assert_eq!(facts.name, format!("InfluxDB 3.6.0 at {}", sim.url()));
    assert_eq!((facts.version.as_deref(), facts.parallel_writes), (Some("3.6.0"), 4));
    assert_eq!((facts.retention_days, sim.retention("sports_data")), (Some(730), Some(63_072_000)));
    write(&client, &["m f=1i 1"]).await.expect("write");
    assert_eq!(sim.retention("sports_data"), Some(63_072_000));

    let written = sim.requests().pop().expect("requests");
    assert_eq!((&*written.method, &*written.path), ("POST", "/api/v3/write_lp"));
    let expected = [
        ("accept_partial", "true"),
        ("db", "sports_data"),
        ("no_sync", "false"),
        ("precision", "nanosecond"),
    ];
    assert_eq!(parameters(&written.query), expected.into());
    assert_eq!(written.authorization.as_deref(), Some("Bearer test-token"));
    assert_eq!(written.content_encoding.as_deref(), Some("gzip"));

    sim.set_retention("sports_data", 86_400);
    let facts = client.prepare().await.expect("prepare");
    assert_eq!(
        (facts.retention_days, sim.retention("sports_data")),
        (Some(1), Some(86_400)),
        "left as it is"
    );
}

#[tokio::test]
async fn a_database_may_keep_for_ever() {
    let sim = InfluxSim::start(Kind::V3, Options::default()).await;
    let client = client(InfluxConfig { retention_days: 0, ..config(&sim.url(), "test-token") });
    let facts = client.prepare().await.expect("prepare");
    assert_eq!((facts.retention_days, sim.retention("sports_data")), (Some(0), Some(0)));
}

#[tokio::test]
async fn refused_lines_are_named_and_all_others_are_stored() {
    let (sim, client) = simulated(Kind::V3).await;
    match write(&client, &["m f=1i 1", "garbage", "m f=\"x\" 2", "m f=3i 3"]).await {
        Err(WriteError::Data { kind: DataRefusal::Malformed, lines, .. }) => {
            assert_eq!(lines.iter().map(|line| line.line).collect::<Vec<_>>(), [2, 3]);
            assert!(lines[1].reason.contains("invalid column type for column 'f'"), "{lines:?}");
        }
        other => panic!("two lines are refused, not {other:?}"),
    }
    assert_eq!(sim.lines(), ["m f=1i 1", "m f=3i 3"]);
    let refused = write(&client, &["m f=\"x\" 2"]).await;
    assert!(matches!(refused, Err(WriteError::Data { kind: DataRefusal::TypeConflict, .. })), "{refused:?}");
}

#[tokio::test]
async fn its_own_failures_are_no_fault_of_the_lines() {
    let (sim, client) = simulated(Kind::V3).await;
    client.server().await.expect("a server");
    let body = r#"{"error":"write buffer error: wal error: no space left on device","data":null}"#;
    sim.fault(Fault::Status { code: 400, body: body.into(), retry_after: None });
    let reason = setting(write(&client, &["m f=1i 1"]).await);
    assert!(reason.contains("no space left on device"), "{reason}");
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let sim = InfluxSim::start(Kind::V3, Options::default()).await;
    let token = client(config(&sim.url(), "wrong-token"));
    for result in [write(&token, &["m f=1i 1"]).await, token.prepare().await.map(drop)] {
        let reason = setting(result);
        assert!(reason.contains("does not accept INFLUXDB_TOKEN (401)"), "{reason}");
    }
    let name = client(InfluxConfig { bucket: "no such name".into(), ..config(&sim.url(), "test-token") });
    for result in [write(&name, &["m f=1i 1"]).await, name.prepare().await.map(drop)] {
        let reason = setting(result);
        assert!(reason.contains("invalid character in database name") && reason.contains("INFLUXDB_BUCKET"));
    }
}

#[tokio::test]
async fn a_token_that_may_only_write_writes() {
    let sim = InfluxSim::start(Kind::V3, Options::default()).await;
    let client = client(config(&sim.url(), "write-token"));
    assert_eq!(client.prepare().await.expect("prepare").retention_days, None);
    write(&client, &["m f=1i 1"]).await.expect("write");
    for result in [client.retention().await.map(drop), client.set_retention(7).await.map(drop)] {
        let error = result.expect_err("it may not");
        assert!(matches!(error, InfluxError::Forbidden { status: 403, .. }), "{error:?}");
        assert!(error.to_string().contains("INFLUXDB_TOKEN"), "{error}");
    }
}

#[tokio::test]
async fn retention_is_made_corrected_and_left_alone() {
    let (sim, client) = simulated(Kind::V3).await;
    assert_eq!(client.retention().await, Ok(None));
    let change = client.set_retention(730).await.expect("set");
    assert_eq!((change.before, change.created, change.changed), (None, true, true));
    assert_eq!(change.after, Retention { days: Some(730), seconds: 63_072_000 });
    let requests = sim.requests().len();
    let change = client.set_retention(730).await.expect("set");
    assert_eq!((change.before, change.created, change.changed), (Some(change.after), false, false));
    assert!(sim.requests()[requests..].iter().all(|request| request.method == "GET"), "nothing is changed");
    for days in [7, 0] {
        let change = client.set_retention(days).await.expect("set");
        assert_eq!((change.created, change.changed), (false, true));
        assert_eq!(change.after.days.unwrap_or(0), days);
    }
    assert_eq!(sim.retention("sports_data"), Some(0));
}

#[tokio::test]
async fn a_database_that_someone_else_makes_meanwhile_is_corrected() {
    let (sim, client) = simulated(Kind::V3).await;
    client.server().await.expect("a server");
    sim.set_retention("sports_data", 86_400);
    sim.fault(Fault::Status { code: 200, body: "[]".into(), retry_after: None });
    let change = client.set_retention(730).await.expect("set");
    assert_eq!((change.before, change.changed, change.after.days), (None, true, Some(730)));
}

#[tokio::test]
async fn a_retention_that_is_not_in_force_is_an_error() {
    let (sim, client) = simulated(Kind::V3).await;
    client.server().await.expect("a server");
    let answer = |body: &str| Fault::Status { code: 200, body: body.into(), retry_after: None };
    let row = r#"[{"database_name":"sports_data","retention_period_ns":86400000000000}]"#;
    for (read_back, found) in [("[]", "there is none"), (row, "86400 s")] {
        for body in ["[]", "", read_back] {
            sim.fault(answer(body));
        }
        let error = client.set_retention(730).await.expect_err("not in force").to_string();
        assert!(error.contains(found) && error.contains("INFLUXDB_RETENTION_DAYS"), "{error}");
    }
}

#[tokio::test]
async fn a_database_that_was_deleted_does_not_exist() {
    let (sim, client) = simulated(Kind::V3).await;
    client.server().await.expect("a server");
    let body = r#"[{"database_name":"sports_data","deleted":true}]"#;
    sim.fault(Fault::Status { code: 200, body: body.into(), retry_after: None });
    assert_eq!(client.retention().await, Ok(None));
}

#[tokio::test]
async fn a_server_that_shows_no_retention_is_written_to() {
    let (sim, client) = simulated(Kind::V3).await;
    let plain = |code, body: &str| Fault::Status { code, body: body.into(), retry_after: None };
    client.prepare().await.expect("prepare");
    sim.fault(Fault::Slow(Duration::ZERO));
    sim.fault(Fault::Slow(Duration::ZERO));
    sim.fault(plain(500, "query error: error while planning query"));
    assert_eq!(client.prepare().await.expect("prepare").retention_days, None);
    sim.fault(Fault::Slow(Duration::ZERO));
    sim.fault(Fault::Slow(Duration::ZERO));
    sim.fault(plain(503, "starting"));
    let busy = client.prepare().await;
    assert!(matches!(busy, Err(WriteError::Retry { .. })), "{busy:?}");
}

#[tokio::test]
async fn it_can_be_set_without_asking() {
    let sim = InfluxSim::start(Kind::V3, Options::default()).await;
    let client = client(InfluxConfig { api: ApiChoice::V3, ..config(&sim.url(), "test-token") });
    assert_eq!(client.server().await.expect("a server").api, Api::V3);
    write(&client, &["m f=1i 1"]).await.expect("write");
    let paths: Vec<_> = sim.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/api/v3/write_lp"]);
    let facts = client.prepare().await.expect("prepare");
    assert_eq!(facts.name, format!("InfluxDB 3 at {}", sim.url()));
}
