//! InfluxDB 2, as the loopback server plays it.

use std::time::Duration;

use influx_client::{
    Api, ApiChoice, DataRefusal, InfluxConfig, InfluxError, LineWriter, Retention, WriteError,
};
use influx_sim::{Fault, InfluxSim, Kind, Options, Ping};

use crate::{client, config, now, parameters, setting, simulated, write};

#[tokio::test]
async fn it_is_found_and_written_to() {
    let (sim, client) = simulated(Kind::V2).await;
    let facts = client.prepare().await.expect("prepare");
    assert_eq!(facts.name, format!("InfluxDB 2.7.11 at {}", sim.url()));
    assert_eq!((facts.version.as_deref(), facts.parallel_writes), (Some("2.7.11"), 1));
    assert_eq!(facts.retention_days, Some(0), "the bucket keeps for ever");
    write(&client, &["m,t=a f=1i 1", "m,t=a f=2i 2"]).await.expect("write");
    assert_eq!(sim.lines(), ["m,t=a f=1i 1", "m,t=a f=2i 2"]);

    let requests = sim.requests();
    let written = requests.last().expect("requests");
    assert_eq!((&*written.method, &*written.path), ("POST", "/api/v2/write"));
    let expected = [("bucket", "sports_data"), ("org", "homeiq"), ("precision", "ns")];
    assert_eq!(parameters(&written.query), expected.into());
    assert_eq!(written.authorization.as_deref(), Some("Token test-token"));
    assert_eq!(written.content_encoding.as_deref(), Some("gzip"));
}

#[tokio::test]
async fn it_is_asked_once_by_all_clones() {
    let (sim, client) = simulated(Kind::V2).await;
    let clones: Vec<_> =
        (0..8).map(|_| client.clone()).map(|client| async move { client.server().await }).collect();
    for server in clones.into_iter().map(tokio::spawn).collect::<Vec<_>>() {
        assert_eq!(server.await.expect("a task").expect("a server").api, Api::V2);
    }
    write(&client, &["m f=1i 1"]).await.expect("write");
    let pings = || sim.requests().iter().filter(|request| request.path == "/ping").count();
    assert_eq!(pings(), 1);
    client.prepare().await.expect("prepare");
    assert_eq!(pings(), 2, "it may be another by now");
    write(&client, &["m f=1i 1"]).await.expect("write");
    assert_eq!(pings(), 2, "what was found is remembered");
}

#[tokio::test]
async fn preparing_finds_it_for_the_writes() {
    let (sim, client) = simulated(Kind::V2).await;
    client.prepare().await.expect("prepare");
    write(&client, &["m f=1i 1"]).await.expect("write");
    let paths: Vec<_> = sim.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/ping", "/api/v2/orgs", "/api/v2/buckets", "/api/v2/write"]);
}

#[tokio::test]
async fn bad_lines_are_refusals_of_data() {
    let (sim, client) = simulated(Kind::V2).await;
    let refused = async |lines: &[&str]| match write(&client, lines).await {
        Err(WriteError::Data { kind, lines, reason }) if lines.is_empty() => (kind, reason),
        other => panic!("data is refused, not {other:?}"),
    };
    let (kind, reason) = refused(&["m f=1i 1", "garbage"]).await;
    assert_eq!((kind, sim.lines().len()), (DataRefusal::Malformed, 0));
    assert!(reason.starts_with("unable to parse 'garbage'"), "{reason}");
    let (kind, _) = refused(&["m f=1i 1", "m f=\"x\" 2"]).await;
    assert_eq!((kind, sim.lines().len()), (DataRefusal::TypeConflict, 1));
    sim.set_retention("sports_data", 86_400);
    let young = format!("m f=1i {}", now());
    let (kind, _) = refused(&[&young, "m f=1i 1"]).await;
    assert_eq!((kind, sim.lines().len()), (DataRefusal::BeyondRetention, 2));
}

#[tokio::test]
async fn too_many_bytes_are_too_large() {
    for kind in [Kind::V2, Kind::V3] {
        let sim = InfluxSim::start(kind, Options { max_body: 20, ..Options::default() }).await;
        let client = client(config(&sim.url(), "test-token"));
        let refused = write(&client, &["m f=1i 1"; 3]).await;
        assert!(matches!(refused, Err(WriteError::Data { kind: DataRefusal::TooLarge, .. })), "{refused:?}");
        write(&client, &["m f=1i 1"]).await.expect("one line is small enough");
    }
}

#[tokio::test]
async fn wrong_settings_are_named() {
    let sim = InfluxSim::start(Kind::V2, Options::default()).await;
    let with = |change: fn(&mut InfluxConfig)| {
        let mut config = config(&sim.url(), "test-token");
        change(&mut config);
        client(config)
    };
    let token = client(config(&sim.url(), "wrong-token"));
    let reason = setting(write(&token, &["m f=1i 1"]).await);
    assert!(reason.contains("does not accept INFLUXDB_TOKEN (401): unauthorized access"), "{reason}");
    assert!(!reason.contains("wrong-token"), "{reason}");
    assert_eq!(setting(token.prepare().await.map(drop)), reason, "said before there is anything to write");
    let none = with(|config| config.token = None);
    assert!(setting(write(&none, &["m f=1i 1"]).await).contains("INFLUXDB_TOKEN"));

    let bucket = with(|config| config.bucket = "other".into());
    let reason = setting(write(&bucket, &["m f=1i 1"]).await);
    assert!(reason.contains("no bucket \"other\" (404)") && reason.contains("INFLUXDB_BUCKET"), "{reason}");
    let facts = bucket.prepare().await.expect("the writes will say it");
    assert_eq!(facts.retention_days, None);

    let org = with(|config| config.org = "other".into());
    let reason = setting(org.prepare().await.map(drop));
    assert!(reason.contains("no organisation \"other\"") && reason.contains("INFLUXDB_ORG"), "{reason}");
    assert!(matches!(org.set_retention(7).await, Err(InfluxError::NoOrganisation { .. })));

    let api = with(|config| config.api = ApiChoice::V3);
    assert!(setting(write(&api, &["m f=1i 1"]).await).contains("INFLUXDB_API"));
    assert_eq!(sim.lines().len(), 0);
}

#[tokio::test]
async fn a_token_that_may_only_write_writes() {
    let sim = InfluxSim::start(Kind::V2, Options::default()).await;
    let client = client(config(&sim.url(), "write-token"));
    let facts = client.prepare().await.expect("prepare");
    assert_eq!(facts.retention_days, None);
    write(&client, &["m f=1i 1"]).await.expect("write");
    assert_eq!(client.retention().await, Ok(None));
    let error = client.set_retention(7).await.expect_err("it may not").to_string();
    assert!(error.contains("INFLUXDB_ORG") && error.contains("INFLUXDB_TOKEN"), "{error}");
}

#[tokio::test]
async fn retention_is_made_corrected_and_left_alone() {
    let sim = InfluxSim::start(Kind::V2, Options::default()).await;
    for bucket in ["sports_data", "fresh", "häßlich & \"böse\" / #1?"] {
        let client = client(InfluxConfig { bucket: bucket.into(), ..config(&sim.url(), "test-token") });
        let existed = bucket == "sports_data";
        assert_eq!(client.retention().await.expect("ask").is_some(), existed);
        let change = client.set_retention(730).await.expect("set");
        assert_eq!((change.created, change.changed), (!existed, true));
        assert_eq!(change.before, existed.then_some(Retention { days: None, seconds: 0 }));
        assert_eq!(change.after, Retention { days: Some(730), seconds: 63_072_000 });
        assert_eq!(sim.retention(bucket), Some(63_072_000));

        let requests = sim.requests().len();
        let change = client.set_retention(730).await.expect("set");
        assert_eq!((change.created, change.changed, change.before), (false, false, Some(change.after)));
        assert!(
            sim.requests()[requests..].iter().all(|request| request.method == "GET"),
            "nothing is changed"
        );

        for days in [1, 6, 0] {
            let change = client.set_retention(days).await.expect("set");
            assert_eq!((change.created, change.changed), (false, true));
            assert_eq!(change.after.days.unwrap_or(0), days);
            assert_eq!(client.retention().await, Ok(Some(change.after)));
        }
    }
    let patches: Vec<_> = sim.requests().into_iter().filter(|request| request.method == "PATCH").collect();
    assert!(patches.iter().any(|patch| patch.body.contains("\"shardGroupDurationSeconds\":3600")));
}

#[tokio::test]
async fn a_retention_of_less_than_a_day_counts_as_one() {
    let (sim, client) = simulated(Kind::V2).await;
    sim.set_retention("sports_data", 7_200);
    assert_eq!(client.retention().await, Ok(Some(Retention { days: Some(0), seconds: 7_200 })));
    assert_eq!(client.prepare().await.expect("prepare").retention_days, Some(1));
}

#[tokio::test]
async fn a_bucket_that_is_not_found_does_not_exist() {
    let (sim, client) = simulated(Kind::V2).await;
    client.server().await.expect("a server");
    sim.fault(Fault::Slow(Duration::ZERO));
    let body = r#"{"code":"not found","message":"bucket \"sports_data\" not found"}"#;
    sim.fault(Fault::Status { code: 404, body: body.into(), retry_after: None });
    assert_eq!(client.retention().await, Ok(None));
}

#[tokio::test]
async fn other_buckets_and_organisations_do_not_count() {
    let (sim, client) = simulated(Kind::V2).await;
    client.server().await.expect("a server");
    let answer = |body: &str| Fault::Status { code: 200, body: body.into(), retry_after: None };
    sim.fault(answer(r#"{"orgs":[{"id":"1","name":"other"},{"id":"2","name":"homeiq"}]}"#));
    let rule = r#""retentionRules":[{"type":"expire","everySeconds":172800}]"#;
    sim.fault(answer(&format!(
        r#"{{"buckets":[{{"id":"1","name":"sports"}},{{"id":"2","name":"sports_data",{rule}}}]}}"#
    )));
    assert_eq!(client.retention().await, Ok(Some(Retention { days: Some(2), seconds: 172_800 })));
    let asked = sim.requests().pop().expect("requests").query;
    assert_eq!(parameters(&asked), [("name", "sports_data"), ("orgID", "2")].into());
}

#[tokio::test]
async fn it_is_queried() {
    for kind in [Kind::V2, Kind::V3] {
        let (sim, client) = simulated(kind).await;
        write(&client, &["m f=1i 1", "m f=2i 2"]).await.expect("write");
        let answer = client.query_influxql("SELECT count(f) FROM \"m\"").await.expect("query");
        assert_eq!(answer["results"][0]["series"][0]["values"][0][1], 2);
        let error = client.query_influxql("SHOW SHARDS").await.expect_err("it is not known");
        assert!(error.to_string().contains("cannot do a statement: not implemented"), "{error}");
        let asked = sim.requests().pop().expect("requests");
        assert_eq!(asked.body, "db=sports_data&epoch=ns&q=SHOW+SHARDS");
        assert_eq!(asked.query, [], "statements stand in no log of addresses");
    }
}

#[tokio::test]
async fn a_server_that_hides_its_version_needs_a_setting() {
    for (ping, said) in
        [(Ping::Silent, "without X-Influxdb-Version"), (Ping::Version("v9.1".into()), "\"v9.1\"")]
    {
        let sim = InfluxSim::start(Kind::V2, Options { ping, ..Options::default() }).await;
        let auto = client(config(&sim.url(), "test-token"));
        let reason = setting(write(&auto, &["m f=1i 1"]).await);
        assert!(reason.contains("set INFLUXDB_API to v1, v2 or v3") && reason.contains(said), "{reason}");
        assert_eq!(setting(auto.prepare().await.map(drop)), reason);
        for result in [
            auto.retention().await.map(drop),
            auto.set_retention(1).await.map(drop),
            auto.query_influxql("SHOW DATABASES").await.map(drop),
        ] {
            assert_eq!(result.expect_err("unknown").to_string(), reason);
        }
        let set = client(InfluxConfig { api: ApiChoice::V2, ..config(&sim.url(), "test-token") });
        let facts = set.prepare().await.expect("prepare");
        assert_eq!((facts.name, facts.version), (format!("InfluxDB 2 at {}", sim.url()), None));
        write(&set, &["m f=1i 1"]).await.expect("write");
    }
}

#[tokio::test]
async fn a_version_1_needs_a_user() {
    let ping = Ping::Version("1.8.10".into());
    let sim = InfluxSim::start(Kind::V2, Options { ping, ..Options::default() }).await;
    let error = client(config(&sim.url(), "test-token")).server().await.expect_err("no password");
    assert!(error.to_string().contains("needs user:password in INFLUXDB_TOKEN"), "{error}");
    let server = client(config(&sim.url(), "user:password")).server().await.expect("a server");
    assert_eq!((server.api, server.version.as_deref()), (Api::V1, Some("1.8.10")));
}
