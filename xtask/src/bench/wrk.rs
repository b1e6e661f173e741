//! wrk, which reads as fast as a server answers.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use crate::interrupt::Interrupt;
use crate::packages::Package;
use crate::process::{Group, describe};

/// Debian's package.
pub const PACKAGE: Package = Package { name: "wrk", program: "wrk" };

/// Connections that it keeps busy, unless told otherwise.
const CONNECTIONS: u32 = 32;

/// Its threads: enough to keep the connections busy, few enough to leave cores to the server.
const THREADS: u32 = 2;

/// What one run measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Run {
    /// Requests answered a second.
    pub per_second: f64,
    /// The time within which 99 of 100 were answered.
    pub p99: Duration,
}

/// What is asked for where it is more than one URL.
#[derive(Debug)]
pub struct Script {
    /// The script, in Lua, whose function `request` makes the requests.
    pub file: PathBuf,
    /// Connections that are kept busy.
    pub connections: u32,
}

/// Reads a URL for this long. An answer that is no success, and a broken connection, are errors.
pub fn run(url: &str, duration: Duration, interrupt: &Interrupt) -> anyhow::Result<Run> {
    drive(url, duration, None, THREADS, interrupt)
}

/// The same from one thread, which leaves the server a core of two. Two threads and a server that is as fast as they
/// are take turns on two cores, a time slice of some milliseconds each, and the time that wrk waits for its turn counts
/// as the server's.
pub fn run_on_one_thread(url: &str, duration: Duration, interrupt: &Interrupt) -> anyhow::Result<Run> {
    drive(url, duration, None, 1, interrupt)
}

/// The same, with what a script asks for.
pub fn ask(
    url: &str,
    duration: Duration,
    script: Option<&Script>,
    interrupt: &Interrupt,
) -> anyhow::Result<Run> {
    drive(url, duration, script, THREADS, interrupt)
}

fn drive(
    url: &str,
    duration: Duration,
    script: Option<&Script>,
    threads: u32,
    interrupt: &Interrupt,
) -> anyhow::Result<Run> {
    let mut command = Command::new(PACKAGE.program);
    let connections = script.map_or(CONNECTIONS, |script| script.connections);
    command.arg("--latency").arg(format!("-c{connections}")).arg(format!("-t{}", threads.min(connections)));
    if let Some(script) = script {
        command.arg("-s").arg(&script.file);
    }
    command.arg(format!("-d{}s", duration.as_secs())).arg(url).stdout(Stdio::piped());
    let mut wrk = Group::spawn(&mut command)?;
    let mut output = wrk.child().stdout.take().context("the output of wrk is not piped")?;
    // What it prints at its end is short enough to lie in the pipe until then.
    let status = wrk.wait(interrupt)?;
    let mut text = String::new();
    output.read_to_string(&mut text)?;
    ensure!(status.success(), "`{}` failed: {text}", describe(&command));
    parse(&text).with_context(|| format!("`{}` printed\n{text}", describe(&command)))
}

/// The medians of several runs.
pub fn median(runs: &[Run]) -> anyhow::Result<Run> {
    ensure!(!runs.is_empty(), "nothing was measured");
    let mut rates: Vec<f64> = runs.iter().map(|run| run.per_second).collect();
    let mut latencies: Vec<Duration> = runs.iter().map(|run| run.p99).collect();
    rates.sort_by(f64::total_cmp);
    latencies.sort();
    Ok(Run { per_second: rates[rates.len() / 2], p99: latencies[latencies.len() / 2] })
}

fn parse(text: &str) -> anyhow::Result<Run> {
    let after = |label: &str| text.lines().find_map(|line| line.trim().strip_prefix(label).map(str::trim));
    if let Some(count) = after("Non-2xx or 3xx responses:") {
        bail!("{count} answers were no success");
    }
    if let Some(errors) = after("Socket errors:") {
        bail!("connections broke: {errors}");
    }
    let per_second = after("Requests/sec:").context("no requests per second")?.parse()?;
    let p99 = after("99%").and_then(duration).context("no 99th percentile")?;
    Ok(Run { per_second, p99 })
}

/// wrk's form of a duration: `812.00us`, `1.04ms`, `2.00s`.
fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (value, unit) = text.split_at(digits);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(value.parse::<f64>().ok()? * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
Running 5s test @ http://127.0.0.1:8005/
  2 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   412.00us  199.00us   9.01ms   92.11%
    Req/Sec    38.10k     2.10k   42.00k    71.00%
  Latency Distribution
     50%  381.00us
     99%    1.04ms
  380000 requests in 5.01s, 1.20GB read
Requests/sec:  75848.30
Transfer/sec:    245.00MB
";

    #[test]
    fn requests_and_the_99th_percentile_are_read() {
        let run = parse(OUTPUT).expect("the output of wrk");
        assert_eq!(run, Run { per_second: 75848.30, p99: Duration::from_micros(1040) });
        assert_eq!(duration("812.00us"), Some(Duration::from_micros(812)));
        assert_eq!(duration("2.00s"), Some(Duration::from_secs(2)));
        assert_eq!(duration("1.00parsec"), None);
    }

    #[test]
    fn failed_answers_measure_nothing() {
        let failed = OUTPUT.replace("Requests/sec", "  Non-2xx or 3xx responses: 7\nRequests/sec");
        assert!(parse(&failed).expect_err("failed").to_string().contains("7 answers"));
        let broken = format!("  Socket errors: connect 0, read 3, write 0, timeout 0\n{OUTPUT}");
        assert!(parse(&broken).expect_err("broken").to_string().contains("read 3"));
        assert!(parse("wrk: nothing").is_err());
    }

    #[test]
    fn the_median_leaves_a_disturbed_run_out() {
        let of = |per_second: f64, ms: u64| Run { per_second, p99: Duration::from_millis(ms) };
        assert_eq!(median(&[of(100.0, 2), of(5.0, 90), of(90.0, 3)]).expect("runs"), of(90.0, 3));
        assert!(median(&[]).is_err());
    }
}
