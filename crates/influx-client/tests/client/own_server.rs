//! Any server of the user's: `SPORTS_DATA_TEST_INFLUX_URL`, with `_TOKEN`, `_ORG`, `_BUCKET` and `_API`.
//!
//! The bucket is written to, in measurements of the test's own. Retention is set on a bucket of the test's own, whose
//! name is that of the bucket with `_retention` behind it.

use std::env::var;
use std::time::{Duration, Instant};

use influx_client::{Api, DataRefusal, InfluxClient, InfluxConfig, LineWriter, Secret, WriteError};

use crate::{client, config, now, setting, write};

/// How long what was written takes to show.
const PATIENCE: Duration = Duration::from_secs(30);

/// The settings of the user's server; none, with a printed word, where there is none.
fn settings() -> Option<InfluxConfig> {
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

/// A client that is ready to write, and a measurement of its own; none where there is no server.
async fn ready(test: &str) -> Option<(InfluxClient, Api, String)> {
    let client = client(settings()?);
    let server = client.server().await.expect("SPORTS_DATA_TEST_INFLUX_URL is to lead to an InfluxDB");
    if server.api != Api::V2 {
        // The bucket of InfluxDB 2 is the user's.
        client.set_retention(730).await.expect("make the database");
    }
    let facts = client.prepare().await.expect("prepare");
    println!("{test}: {}", facts.name);
    Some((client, server.api, format!("client_{test}_{}", now())))
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
    let Some((client, _, measurement)) = ready("write").await else { return };
    let first = now() - 60_000_000_000;
    let lines: Vec<_> =
        (0..500).map(|number| format!("{measurement},t=a f={number}i,g=\"a\" {}", first + number)).collect();
    for _ in 0..2 {
        client.write(lines.join("\n").into()).await.expect("write");
    }
    wait_for(&client, &measurement, 500).await;
}

#[tokio::test]
async fn refusals_are_classified() {
    let Some((client, api, measurement)) = ready("refusals").await else { return };
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
}

#[tokio::test]
async fn wrong_settings_are_classified() {
    let Some((_, api, _)) = ready("settings").await else { return };
    let good = settings().expect("a server");
    if good.token.is_some() {
        let token = Some(Secret::new("nobody:wrong".into()));
        let stranger = client(InfluxConfig { token, ..good.clone() });
        let reason = setting(write(&stranger, &["m f=1i"]).await);
        assert!(reason.contains("INFLUXDB_TOKEN") && !reason.contains("wrong"), "{reason}");
    }
    // InfluxDB 3 makes what is missing.
    if api != Api::V3 {
        let bucket = format!("missing_{}", now());
        let reason = setting(write(&client(InfluxConfig { bucket, ..good }), &["m f=1i"]).await);
        assert!(reason.contains("INFLUXDB_BUCKET"), "{reason}");
    }
}

#[tokio::test]
async fn retention_is_set_on_a_bucket_of_its_own() {
    let Some(mut config) = settings() else { return };
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
}
