//! `VictoriaMetrics`, whose write endpoint is that of InfluxDB 2. It takes anything, so that it vouches for the
//! transport, compression, and numbers at distinct milliseconds near now.

use std::time::{Duration, Instant};

use influx_client::{ApiChoice, InfluxConfig, LineWriter};
use serde_json::Value;

use crate::{address, client, config, now, setting, write};

/// How long what was written takes to show.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn lines_are_written_to_it_and_exported() {
    let Some(url) = address("SPORTS_DATA_TEST_VICTORIA_URL") else { return };
    let auto = client(config(&url, "any"));
    let reason = setting(write(&auto, &["m f=1i"]).await);
    assert!(reason.contains("INFLUXDB_API"), "it has no version: {reason}");

    let client = client(InfluxConfig { api: ApiChoice::V2, ..config(&url, "any") });
    let facts = client.prepare().await.expect("prepare");
    assert_eq!((facts.name, facts.retention_days), (format!("InfluxDB 2 at {url}"), None));
    let measurement = format!("client_{}", now());
    let first = now() / 1_000_000 - 60_000;
    let lines: Vec<_> = (0..1_000)
        .map(|number| format!("{measurement},t=a f={number}i {}", (first + number) * 1_000_000))
        .collect();
    client.write(lines.join("\n").into()).await.expect("write");

    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    let begin = Instant::now();
    loop {
        let query = [("match[]", format!("{measurement}_f"))];
        let export = http.get(format!("{url}/api/v1/export")).query(&query).send().await.expect("export");
        let text = export.text().await.expect("export");
        let series: Value =
            text.lines().next().map_or(Value::Null, |line| serde_json::from_str(line).expect("JSON"));
        let column = |name: &str| -> Vec<i64> {
            let values = series[name].as_array().into_iter().flatten();
            values.filter_map(Value::as_i64).collect()
        };
        if column("values").len() == 1_000 {
            assert_eq!(column("values"), (0..1_000).collect::<Vec<_>>());
            assert_eq!(column("timestamps"), (first..first + 1_000).collect::<Vec<_>>());
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "waited in vain; last seen: {text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
