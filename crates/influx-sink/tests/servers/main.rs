//! The sink with the real client: against the loopback server that follows the facts about InfluxDB 2 and 3, and
//! against a real InfluxDB 1 where there is one.

mod influxdb1;
mod simulated;
mod stored;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use influx_client::{ApiChoice, InfluxClient, InfluxConfig, Secret};
use influx_sink::{InfluxSink, SinkConfig, SinkReport};
use outbox::{MemoryOutbox, Outbox, Totals};
use tokio_util::sync::CancellationToken;

/// How long a test waits for what must come true.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client with short time-outs.
fn client(url: &str, token: &str, bucket: &str) -> InfluxClient {
    let config = InfluxConfig {
        url: url.parse().expect("a URL"),
        token: Some(Secret::new(token.to_owned())),
        org: "homeiq".into(),
        bucket: bucket.into(),
        api: ApiChoice::Auto,
        timeout: Duration::from_secs(2),
        retention_days: 730,
    };
    InfluxClient::new(config).expect("a client")
}

/// The settings by default, in a hurry.
fn hasty() -> SinkConfig {
    let mut config = SinkConfig {
        flush_interval: Duration::from_millis(20),
        flush_jitter: Duration::ZERO,
        retry_interval: Duration::from_millis(5),
        max_retry_delay: Duration::from_millis(50),
        ..SinkConfig::default()
    };
    config.breaker.open_for = Duration::from_millis(100);
    config
}

/// Runs a sink until the report and the totals are as wanted, then stops it; gives both.
async fn run_until(
    config: SinkConfig,
    outbox: Arc<dyn Outbox>,
    client: InfluxClient,
    wanted: impl Fn(&SinkReport, &Totals) -> bool,
) -> (SinkReport, Totals) {
    let totals = outbox.totals();
    let sink = InfluxSink::new(config, outbox, Arc::new(client));
    let mut report = sink.report();
    let stop = CancellationToken::new();
    let task = tokio::spawn(sink.run(stop.clone(), Duration::from_secs(5)));
    let come_true = async {
        let mut changing = totals.clone();
        while !wanted(&report.borrow_and_update(), &changing.borrow_and_update()) {
            tokio::select! {
                changed = report.changed() => changed.expect("the sink runs"),
                changed = changing.changed() => changed.expect("the outbox is open"),
            }
        }
    };
    let come_true = tokio::time::timeout(PATIENCE, come_true).await.is_ok();
    stop.cancel();
    task.await.expect("the sink ends");
    let last = (report.borrow().clone(), *totals.borrow());
    assert!(come_true, "waited in vain; last seen: {last:?}");
    last
}

/// Nothing waits any more.
fn drained(_: &SinkReport, totals: &Totals) -> bool {
    totals.pending == 0
}

/// Nanoseconds since the epoch, shortly before now.
fn recently() -> u128 {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    since_epoch.as_nanos() - Duration::from_mins(10).as_nanos()
}

/// Lines of different times shortly before now, with others in some places.
fn lines(count: u128, others: &[(usize, &str)]) -> Vec<String> {
    let first = recently();
    let line = |number| format!("nfl_scores,game_id={number} home_score={number}i {}", first + number);
    let mut lines: Vec<String> = (0..count).map(line).collect();
    for (place, other) in others {
        other.replace("NOW", &first.to_string()).clone_into(&mut lines[*place]);
    }
    lines
}

fn waiting(lines: &[String]) -> Arc<MemoryOutbox> {
    let outbox = Arc::new(MemoryOutbox::default());
    outbox.queue(lines.to_vec());
    outbox
}

/// The lines that were set aside, and why.
fn dead(outbox: &MemoryOutbox) -> Vec<(String, String)> {
    let letters = outbox.dead_letters().into_iter();
    letters.map(|(bytes, rejection)| (String::from_utf8_lossy(&bytes).into(), rejection.reason)).collect()
}
