//! The figures that examples of the crates print.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

use super::captures::Captures;
use super::figure::{Figure, Target};
use super::programs::Programs;
use crate::process::describe;

/// Points a second that one core has to encode.
const POINTS_PER_SECOND: f64 = 1e6;

/// From an answer of ESPN read to a webhook on the wire, for 99 of 100 with 100 of them, in milliseconds.
const FAN_OUT_100_MS: f64 = 20.0;

/// The same for the last of 1,000.
const FAN_OUT_1000_MS: f64 = 250.0;

/// From an answer of ESPN read to a client of the stream of events, for 99 of 100 with 100 of them, in milliseconds.
const STREAM_100_MS: f64 = 20.0;

/// From an event to the last of 10,000 clients.
const STREAM_10000_MS: f64 = 500.0;

/// Memory of each of these, in KB.
const STREAM_CLIENT_KB: f64 = 20.0;

/// From an answer of ESPN read to a client of a broker, for 99 of 100 with 100 of them, in milliseconds.
const MQTT_100_MS: f64 = 20.0;

/// Memory that a drain may take at most, in MB.
const DRAIN_MB: f64 = 60.0;

/// Scoreboard to games, beside the mere syntax of the same bytes.
pub fn decode(programs: &Programs, captures: &Captures) -> anyhow::Result<Figure> {
    let printed = printed(programs.decode_throughput().arg(captures.nfl()).arg("nfl"))?;
    Ok(Figure {
        what: "NFL scoreboard to games",
        unit: "MB/s",
        ours: number_after(&printed, "decode ")?,
        beside: number_after(&printed, "IgnoredAny ")?,
        peer: "serde_json's IgnoredAny",
        target: Target::RatioAtLeast(0.25),
    })
}

/// Games to lines, beside the limit; and points to lines, beside the reference builder.
pub fn encode(programs: &Programs) -> anyhow::Result<[Figure; 2]> {
    let printed = printed(&mut programs.encode_throughput())?;
    let builder = number_after(&printed, "influxdb-line-protocol builder, the same lines: ")?;
    let whole = Figure {
        what: "game to line, one core",
        unit: "points/s",
        ours: number_after(&printed, "game to line (Point::observe, encode_into): ")?,
        beside: POINTS_PER_SECOND,
        peer: "the limit",
        target: Target::AtLeast,
    };
    let bytes = Figure {
        what: "point to line, one core",
        ours: number_after(&printed, "point to line (encode_into): ")?,
        beside: builder,
        peer: "influxdb-line-protocol",
        ..whole
    };
    Ok([whole, bytes])
}

/// Observations committed, beside the same rows in plain `SQLite`: of two leagues at once, and of one alone.
pub fn commit(programs: &Programs) -> anyhow::Result<[Figure; 2]> {
    let printed = printed(&mut programs.commit_throughput())?;
    let together = Figure {
        what: "commits of 16 games, fsynced, two leagues",
        unit: "games/s",
        ours: number_after(&printed, "two leagues, store: ")?,
        beside: number_after(&printed, "two leagues, plain SQLite: ")?,
        peer: "plain SQLite, the same rows",
        target: Target::RatioAtLeast(0.7),
    };
    let alone = Figure {
        what: "commits of 16 games, fsynced, one league",
        ours: number_after(&printed, "one league, store: ")?,
        beside: number_after(&printed, "one league, plain SQLite: ")?,
        ..together
    };
    Ok([together, alone])
}

/// From an answer of ESPN read to webhooks on the wire, beside the limits.
pub fn fan_out(programs: &Programs) -> anyhow::Result<[Figure; 2]> {
    let printed = printed(&mut programs.fan_out())?;
    let hundred = Figure {
        what: "answer of ESPN to webhook, p99 of 100",
        unit: "ms",
        ours: number_after(&printed, "100 webhooks, p99: ")?,
        beside: FAN_OUT_100_MS,
        peer: "the limit",
        target: Target::AtMost,
    };
    let thousand = Figure {
        what: "the same, the last of 1,000",
        ours: number_after(&printed, "1000 webhooks, last, median: ")?,
        beside: FAN_OUT_1000_MS,
        ..hundred
    };
    Ok([hundred, thousand])
}

/// From an answer of ESPN read to clients of the stream of events, and the memory of one, beside the limits.
pub fn event_stream(programs: &Programs) -> anyhow::Result<[Figure; 3]> {
    let printed = printed(&mut programs.event_stream())?;
    let hundred = Figure {
        what: "answer of ESPN to stream, p99 of 100 clients",
        unit: "ms",
        ours: number_after(&printed, "100 clients, p99: ")?,
        beside: STREAM_100_MS,
        peer: "the limit",
        target: Target::AtMost,
    };
    let all = Figure {
        what: "the same, the last of 10,000 clients",
        ours: number_after(&printed, "10000 clients, last, median: ")?,
        beside: STREAM_10000_MS,
        ..hundred
    };
    let memory = Figure {
        what: "resident memory for each of 10,000 clients",
        unit: "KB",
        ours: number_after(&printed, "10000 clients, resident each: ")?,
        beside: STREAM_CLIENT_KB,
        ..hundred
    };
    Ok([hundred, all, memory])
}

/// From an answer of ESPN read to clients of the broker at this address, beside the limit.
pub fn mqtt(programs: &Programs, broker: SocketAddr) -> anyhow::Result<Figure> {
    let printed = printed(programs.event_latency().arg("--broker").arg(format!("mqtt://{broker}")))?;
    Ok(Figure {
        what: "answer of ESPN to MQTT, p99 of 100 clients",
        unit: "ms",
        ours: number_after(&printed, "100 subscribers, p99: ")?,
        beside: MQTT_100_MS,
        peer: "the limit",
        target: Target::AtMost,
    })
}

/// A backlog drained into a server with the interface of `InfluxDB` 2, beside a bare loop; and the memory for that.
pub fn drain(programs: &Programs, server: &str) -> anyhow::Result<[Figure; 2]> {
    let printed = printed(programs.drain_throughput().args(["--url", server, "--api", "v2"]))?;
    let rate = Figure {
        what: "drain of a million points",
        unit: "points/s",
        ours: number_after(&printed, "sink            ")?,
        beside: number_after(&printed, "bare loop, the same requests ")?,
        peer: "a bare loop, the same bytes",
        target: Target::RatioAtLeast(0.8),
    };
    let memory = Figure {
        what: "peak memory while it drains",
        unit: "MB",
        ours: number_after(&printed, "peak memory     ")?,
        beside: DRAIN_MB,
        peer: "the limit",
        target: Target::AtMost,
    };
    Ok([rate, memory])
}

/// Makes a store in which a million points wait.
pub fn fill(programs: &Programs, folder: &Path) -> anyhow::Result<()> {
    printed(programs.drain_throughput().arg("--fill").arg(folder)).map(drop)
}

/// A store that is filled with seasons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filled {
    /// Its observations.
    pub observations: f64,
    /// Its size.
    pub megabytes: f64,
    /// How long it took to fill what was not there yet.
    pub seconds: f64,
}

/// Fills the store of a folder with seasons, as far as they are not there yet.
pub fn fill_history(programs: &Programs, folder: &Path, seasons: i32) -> anyhow::Result<Filled> {
    let mut command = programs.fill_history();
    command.arg(folder).arg("--seasons").arg(seasons.to_string()).stderr(Stdio::inherit());
    let printed = printed(&mut command)?;
    Ok(Filled {
        observations: number_after(&printed, "observations ")?,
        megabytes: number_after(&printed, "megabytes ")?,
        seconds: number_after(&printed, "seconds ")?,
    })
}

/// The 99th of 100 commits to the store of a folder, in milliseconds: while the script reads, and while nobody does.
pub fn commits(
    programs: &Programs,
    folder: &Path,
    script: &Path,
    of_round: Duration,
) -> anyhow::Result<[f64; 2]> {
    let mut command = programs.commits_beside_reads();
    let printed = printed(command.arg(folder).arg(script).arg(of_round.as_secs().to_string()))?;
    for line in printed.lines() {
        println!("xtask:   {line}");
    }
    Ok([number_after(&printed, "read p99 ")?, number_after(&printed, "idle p99 ")?])
}

fn printed(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", describe(command)))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{}` failed: {complaint}", describe(command));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn number_after(printed: &str, label: &str) -> anyhow::Result<f64> {
    let rest = printed.lines().find_map(|line| line.strip_prefix(label));
    let number = rest.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.with_context(|| format!("there is no {label:?} with a number in\n{printed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_its_label() {
        let printed = "nfl.json: 411228 bytes, 16 games\nIgnoredAny 2010 MB/s\ndecode 611.5 MB/s\n";
        assert!((number_after(printed, "decode ").expect("a number") - 611.5).abs() < f64::EPSILON);
        let error = number_after(printed, "encode ").expect_err("is not there").to_string();
        assert!(error.contains("\"encode \""), "{error}");
    }

    #[test]
    fn an_example_that_fails_is_told_of() {
        let error = printed(Command::new("sh").args(["-c", "echo no file >&2; exit 1"])).expect_err("failed");
        assert!(error.to_string().contains("no file"), "{error}");
    }
}
