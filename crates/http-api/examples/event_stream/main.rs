//! How long it takes from ESPN's answer read to the last client of the stream of events, and what a client costs.
//!
//! `cargo run --release -p http-api --example event_stream [-- --clients 10000 --scores 10]`: a scoreboard of 16 games
//! is decoded, its score committed to a store on disk, and streamed over loopback to clients of another process, which
//! this one starts. Without numbers first 100 clients and 50 scores, then 10,000 clients and 10 scores. Memory is all
//! that is resident of the server's process, divided by the clients.

mod clients;
mod files;
mod server;

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncBufReadExt, BufReader, Lines};

use server::Served;

/// Between two scores everything comes to rest.
const REST: Duration = Duration::from_millis(400);

/// The last client gets an event within this, or the run ends.
const DEADLINE: Duration = Duration::from_mins(1);

/// Files that the process has open besides those of clients.
const OTHER_FILES: u64 = 200;

/// Errors are told and end the run.
pub type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| -> Result<Option<usize>, Failure> {
        let Some(place) = arguments.iter().position(|argument| argument == name) else { return Ok(None) };
        let value = arguments.get(place + 1).ok_or_else(|| format!("{name} takes a number"))?;
        Ok(Some(value.parse().map_err(|_| format!("{name} is {value:?}; allowed are whole numbers"))?))
    };
    let (clients, scores) = (number("--clients")?, number("--scores")?);
    if let Some(address) = arguments.iter().position(|argument| argument == "--follow") {
        let address = arguments.get(address + 1).ok_or("--follow takes an address")?.parse()?;
        files::allow(clients.unwrap_or(1) as u64 + OTHER_FILES)?;
        return tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(clients::follow(address, clients.unwrap_or(1)));
    }
    if let Some(clients) = clients {
        return report(clients, scores.unwrap_or(10));
    }
    report(100, scores.unwrap_or(50))?;
    // The large run is in a process of its own, so that its memory is that of its clients.
    let status = Command::new(std::env::current_exe()?)
        .args(["--clients", "10000", "--scores", &scores.unwrap_or(10).to_string()])
        .status()?;
    if status.success() { Ok(()) } else { Err("the run with 10000 clients failed".into()) }
}

fn report(clients: usize, scores: usize) -> Result<(), Failure> {
    files::allow(clients as u64 + OTHER_FILES)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (rounds, resident) = runtime.block_on(measure(clients, scores))?;
    let mut all: Vec<f64> = rounds.iter().flatten().copied().collect();
    all.sort_by(f64::total_cmp);
    let mut last: Vec<f64> = rounds.iter().filter_map(|round| round.last().copied()).collect();
    last.sort_by(f64::total_cmp);
    println!("{clients} clients, p50: {:.2} ms", percentile(&all, 50));
    println!("{clients} clients, p99: {:.2} ms", percentile(&all, 99));
    println!("{clients} clients, last, median: {:.2} ms", percentile(&last, 50));
    println!("{clients} clients, last, worst: {:.2} ms", percentile(&last, 100));
    println!("{clients} clients, resident each: {:.2} KB", resident / clients as f64);
    Ok(())
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}

/// How long each client waited for each score, in milliseconds, and what was resident then, in KB of 1,000 bytes.
async fn measure(clients: usize, scores: usize) -> Result<(Vec<Vec<f64>>, f64), Failure> {
    let served = Served::start(clients).await?;
    let mut child = tokio::process::Command::new(std::env::current_exe()?)
        .args(["--follow", &served.address.to_string(), "--clients", &clients.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    if line(&mut lines).await? != "all follow" {
        return Err("the clients did not begin well".into());
    }
    served.commit(0).await?;
    // The start of the watch itself tells something.
    tokio::time::sleep(REST).await;
    let mut rounds = Vec::new();
    for score in 1..=scores {
        let begun = now();
        served.commit(u32::try_from(score)?).await?;
        let arrived = line(&mut lines).await?;
        let arrived =
            arrived.split_whitespace().map(|at| Ok(at.parse::<u128>()?.saturating_sub(begun) as f64 / 1e6));
        rounds.push(arrived.collect::<Result<Vec<f64>, Failure>>()?);
        tokio::time::sleep(REST).await;
    }
    let resident = files::resident_kb()?;
    child.kill().await?;
    served.stop().await?;
    Ok((rounds, resident))
}

async fn line<R: tokio::io::AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>) -> Result<String, Failure> {
    let line = tokio::time::timeout(DEADLINE, lines.next_line()).await;
    Ok(line.map_err(|_| "not every client got the event")??.ok_or("the clients ended")?)
}

/// Nanoseconds by the clock that both processes have.
pub fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
}
