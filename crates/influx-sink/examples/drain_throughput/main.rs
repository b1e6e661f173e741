//! Points a second that the sink drains from a real store into a server, beside a bare loop with the same bytes.
//!
//! `cargo run --release -p influx-sink --example drain_throughput -- --url http://127.0.0.1:8428 --api v2`

mod backlog;
mod bare;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use influx_client::{ApiChoice, InfluxClient, InfluxConfig, Secret};
use influx_sink::{InfluxSink, SinkConfig};
use outbox::Outbox;
use tokio_util::sync::CancellationToken;

use crate::bare::{Bare, Encoding};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Drains a backlog of made-up points into a server, then posts the same bytes by a bare loop.
#[derive(Debug, Parser)]
struct Options {
    /// The server. It keeps the points: take one that is there for this.
    #[arg(long, default_value = "http://127.0.0.1:8428")]
    url: reqwest::Url,
    /// Its interface: v1, v2 or v3.
    #[arg(long, default_value = "v2")]
    api: ApiChoice,
    /// The token, or user:password.
    #[arg(long)]
    token: Option<String>,
    /// The organisation.
    #[arg(long, default_value = "homeiq")]
    org: String,
    /// The bucket, or database.
    #[arg(long, default_value = "sports_data")]
    bucket: String,
    /// How many points.
    #[arg(long, default_value_t = 1_000_000)]
    points: usize,
    /// Only fills a store in this folder, for a service that is measured.
    #[arg(long, value_name = "DIR")]
    fill: Option<PathBuf>,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let options = Options::parse();
    if let Some(folder) = &options.fill {
        backlog::fill(folder, options.points).await?.close().await;
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let began = Instant::now();
    let store = backlog::fill(&folder.path().join("store"), options.points).await?;
    let file = folder.path().join("lines");
    let queued = backlog::copy(&store, &file).await?;
    println!(
        "{queued} points wait ({:.1} s to make them); {} MB at most so far",
        seconds(began),
        peak_memory()
    );

    // Once before anything is measured, so that whoever is first does not pay for the new series.
    let bare = Bare::new(&options)?;
    bare.post(&file, usize::MAX, Encoding::Plain).await?;

    // Before and after, as the server gets slower the more it keeps.
    let before = rate_of(&bare, &file, Encoding::Gzip).await?;
    let (began, cpu) = (Instant::now(), cpu_seconds());
    drain(&options, Arc::new(store.clone())).await?;
    let drained = queued as f64 / seconds(began);
    println!("sink            {drained:>9.0} points/s, {:.1} s of CPU", cpu_seconds() - cpu);
    println!("peak memory     {:>9} MB (store, sink and client)", peak_memory());
    store.close().await;

    let after = rate_of(&bare, &file, Encoding::Gzip).await?;
    let plain = rate_of(&bare, &file, Encoding::Plain).await?;
    let same = f64::midpoint(before, after);
    println!("bare loop, the same requests {same:>9.0} points/s ({before:.0} before, {after:.0} after)");
    println!("bare loop, not compressed    {plain:>9.0} points/s");
    println!("ratio {:.3}", drained / same);
    Ok(())
}

/// Runs a sink until nothing waits.
async fn drain(options: &Options, outbox: Arc<dyn Outbox>) -> Result<(), Failure> {
    let client = InfluxClient::new(InfluxConfig {
        url: options.url.clone(),
        token: options.token.clone().map(Secret::new),
        org: options.org.clone(),
        bucket: options.bucket.clone(),
        api: options.api,
        timeout: Duration::from_secs(30),
        retention_days: 730,
    })?;
    let mut totals = outbox.totals();
    let sink = InfluxSink::new(SinkConfig::default(), outbox, Arc::new(client));
    let report = sink.report();
    let stop = CancellationToken::new();
    let running = tokio::spawn(sink.run(stop.clone(), Duration::from_secs(5)));
    totals.wait_for(|totals| totals.pending == 0).await?;
    stop.cancel();
    running.await?;
    let (report, totals) = (report.borrow(), totals.borrow());
    if report.batches_failed > 0 || totals.set_aside > 0 {
        return Err(format!("not everything was taken: {report:?}, {totals:?}").into());
    }
    Ok(())
}

async fn rate_of(bare: &Bare, file: &Path, encoding: Encoding) -> Result<f64, Failure> {
    let began = Instant::now();
    let posted = bare.post(file, usize::MAX, encoding).await?;
    Ok(posted as f64 / seconds(began))
}

fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

/// The most memory that this process has had resident so far, in megabytes; 0 where the system does not say.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or_default() * 1024 / 1_000_000
}

/// The time that this process has had of all processors so far; 0 where the system does not say.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name before the parenthesis may hold anything; the times are the 12th and 13th after it, in 1/100 s.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}
