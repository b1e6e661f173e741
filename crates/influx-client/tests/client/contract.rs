//! What holds on every InfluxDB: on the loopback server as 2 and 3, on a real InfluxDB 1, and on any server of the
//! user's: `SPORTS_DATA_TEST_INFLUX_URL`, with `_TOKEN`, `_ORG`, `_BUCKET` and `_API`.
//!
//! The bucket is written to, in measurements of the test's own. Retention is set on a bucket of the test's own, whose
//! name is that of the bucket with `_retention` behind it.

use std::env::var;
use std::time::{Duration, Instant, SystemTime};

use influx_client::{Api, DataRefusal, InfluxClient, InfluxConfig, LineWriter, Secret, WriteError};
use influx_sim::{InfluxSim, Kind, Options};

use crate::{address, client, config, now, setting, write};

/// How long what was written takes to show.
const PATIENCE: Duration = Duration::from_secs(30);

/// The settings of the user's server; none, with a printed word, where there is none.
fn own_server() -> Option<InfluxConfig> {
    let of =
        |name: &str| var(format!("SPORTS_DATA_TEST_INFLUX_{name}")).ok().filter(|value| !value.is_empty());
    let Some(url) = of("URL") else {
        println!(
            "skipped: writes, read-back, error classes and retention on a server of yours; \
             SPORTS_DATA_TEST_INFLUX_URL is unset"
        );
        return None;
    };
    let mut config = config(&url, "");
    config.token = of("TOKEN").map(Secret::new);
    config.org = of("ORG").unwrap_or(config.org);
    config.bucket = of("BUCKET").unwrap_or(config.bucket);
    config.api = of("API").map_or(config.api, |api| api.parse().expect("SPORTS_DATA_TEST_INFLUX_API"));
    Some(config)
}

/// Runs a test on every server that there is.
async fn on_each_server(test: &str, run: impl AsyncFn(InfluxConfig)) {
    for kind in [Kind::V2, Kind::V3] {
        println!("{test}: the loopback server as {kind:?}");
        let sim = InfluxSim::start(kind, Options::default()).await;
        run(config(&sim.url(), "test-token")).await;
        sim.stop().await;
    }
    if let Some(url) = address("SPORTS_DATA_TEST_INFLUX_V1_URL") {
        println!("{test}: InfluxDB 1 at {url}");
        run(InfluxConfig { bucket: format!("contract_{test}"), ..config(&url, "test:test-password") }).await;
    }
    if let Some(config) = own_server() {
        println!("{test}: your server at {}", config.url);
        run(config).await;
    }
}

/// A client that is ready to write, and a measurement of its own.
async fn ready(config: &InfluxConfig) -> (InfluxClient, Api, String) {
    let client = client(config.clone());
    let server = client.server().await.expect("the URL is to lead to an InfluxDB");
    if server.api == Api::V1 {
        // InfluxDB 3 makes it, and the bucket of InfluxDB 2 is the user's.
        client.set_retention(730).await.expect("make the database");
    }
    client.prepare().await.expect("prepare");
    (client, server.api, format!("contract_{}", now()))
}

/// Waits until the server has so many values of the field `f`.
async fn wait_for(client: &InfluxClient, measurement: &str, wanted: u64) {
    // InfluxDB 3 refuses queries of times without limits.
    let query = format!("SELECT count(f) FROM {measurement} WHERE time > now() - 1h");
    let begin = Instant::now();
    loop {
        let answer = client.query_influxql(&query).await;
        let count = answer.as_ref().ok().and_then(|answer| {
            let rows = &answer["results"][0]["series"][0]["values"];
            rows[0].as_array()?.last()?.as_u64()
        });
        if count == Some(wanted) {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "waited in vain for {wanted}; last seen: {answer:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn lines_are_written_and_read_back() {
    on_each_server("write", async |config| {
        let (client, _, measurement) = ready(&config).await;
        let first = now() - 60_000_000_000;
        let line = |number| format!("{measurement},t=a f={number}i,g=\"a\" {}", first + number);
        let lines: Vec<_> = (0..500).map(line).collect();
        for _ in 0..2 {
            client.write(lines.join("\n").into()).await.expect("write");
        }
        wait_for(&client, &measurement, 500).await;
    })
    .await;
}

#[tokio::test]
async fn refusals_are_classified() {
    on_each_server("refusals", async |config| {
        let (client, api, measurement) = ready(&config).await;
        let first = now() - 60_000_000_000;
        let line = |value: &str, number: i64| format!("{measurement} f={value} {}", first + number);
        write(&client, &[&line("1i", 0)]).await.expect("write");
        let bad = |bad: String| [line("1i", 1), bad, line("1i", 2)].join("\n");
        for (batch, expected) in [
            (bad("this is no line protocol".into()), DataRefusal::Malformed),
            (bad(line("\"x\"", 3)), DataRefusal::TypeConflict),
        ] {
            match client.write(batch.into()).await {
                Err(WriteError::Data { kind, lines, reason }) => {
                    assert_eq!(kind, expected, "{reason}");
                    let named: Vec<_> = lines.iter().map(|line| line.line).collect();
                    assert_eq!(named, if api == Api::V3 { vec![2] } else { vec![] });
                }
                other => panic!("a line is refused, not {other:?}"),
            }
        }
        wait_for(&client, &measurement, 3).await;
    })
    .await;
}

#[tokio::test]
async fn wrong_settings_are_classified() {
    on_each_server("settings", async |config| {
        let (_, api, _) = ready(&config).await;
        if config.token.is_some() {
            let token = Some(Secret::new("nobody:secret-password".into()));
            let stranger = client(InfluxConfig { token, ..config.clone() });
            let reason = setting(write(&stranger, &["m f=1i"]).await);
            assert!(reason.contains("INFLUXDB_TOKEN") && !reason.contains("secret-password"), "{reason}");
        }
        // InfluxDB 3 makes what is missing.
        if api != Api::V3 {
            let bucket = format!("missing_{}", now());
            let reason = setting(write(&client(InfluxConfig { bucket, ..config }), &["m f=1i"]).await);
            assert!(reason.contains("INFLUXDB_BUCKET"), "{reason}");
        }
    })
    .await;
}

#[tokio::test]
async fn retention_is_set_on_a_bucket_of_its_own() {
    on_each_server("retention", async |mut config| {
        config.bucket.push_str("_retention");
        let client = client(config);
        client.set_retention(730).await.expect("make the bucket");
        for days in [365, 3, 730] {
            let before = client.retention().await.expect("ask");
            let change = client.set_retention(days).await.expect("set");
            assert_eq!((change.before, change.created, change.changed), (before, false, true));
            assert_eq!(change.after.days, Some(days));
            let again = client.set_retention(days).await.expect("set");
            assert_eq!((again.before, again.changed), (Some(change.after), false));
        }
    })
    .await;
}

#[tokio::test]
async fn whether_a_token_may_write_is_found_out_without_writing() {
    on_each_server("may_write", async |config| {
        let (client, api, measurement) = ready(&config).await;
        client.may_write().await.expect("the token is to write to the bucket");
        let time = client.server_time().await.expect("the server answers").expect("it tells its time");
        let apart = time.duration_since(SystemTime::now()).unwrap_or_else(|error| error.duration());
        assert!(apart < Duration::from_hours(24), "{apart:?}");
        let wrong = InfluxConfig { token: Some(Secret::new("no:token".into())), ..config.clone() };
        let wrong = self::client(InfluxConfig { api: fixed(api), ..wrong });
        if config.token.is_some() {
            let refused = wrong.may_write().await.expect_err("the token is wrong").to_string();
            assert!(refused.contains("INFLUXDB_TOKEN"), "{refused}");
        }
        if api != Api::V3 {
            let bucket = format!("{}_absent_{measurement}", config.bucket);
            let absent = self::client(InfluxConfig { bucket: bucket.clone(), ..config.clone() });
            let missing = absent.may_write().await.expect_err("there is no such bucket").to_string();
            assert!(missing.contains(&bucket) && missing.contains("INFLUXDB_BUCKET"), "{missing}");
        }
    })
    .await;
}

fn fixed(api: Api) -> influx_client::ApiChoice {
    api.to_string().parse().expect("its own name")
}
