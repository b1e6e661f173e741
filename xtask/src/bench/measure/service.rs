//! The service under measurement.

use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::bench::programs::Programs;
use crate::http;
use crate::interrupt::Interrupt;
use crate::process;
use crate::server::{self, Place, Recipe, Server};
use crate::servers::influxdb;

/// What a dashboard asks for: the live games of some teams.
pub const LIVE_NFL: &str = "/api/v1/games/live?league=nfl&team_ids=\
                            nfl-no,nfl-buf,nfl-mia,nfl-sf,nfl-pit,nfl-phi,nfl-cle,nfl-ind,nfl-was";

/// The same for hockey.
pub const LIVE_NHL: &str = "/api/v1/games/live?league=nhl&team_ids=\
                            nhl-bos,nhl-tor,nhl-wsh,nhl-vgk,nhl-sea,nhl-tb,nhl-cbj,nhl-det,nhl-ott,nhl-min,nhl-sj";

/// What a sensor of Home Assistant asks for.
pub const HA_STATUS: &str = "/api/v1/ha/game-status/nfl-no?sport=nfl";

/// Scoreboards are polled and points flushed as often as the settings allow, so that there is always work; and the
/// breaker stays closed, so that a server that hangs is felt all the time.
const BUSY: [(&str, &str); 6] = [
    ("LIVE_POLL_SECONDS", "1"),
    ("BACKFILL_ON_START", "false"),
    ("INFLUXDB_FLUSH_INTERVAL_MS", "500"),
    ("INFLUXDB_FLUSH_JITTER_MS", "0"),
    ("INFLUXDB_RETRY_INTERVAL_MS", "100"),
    ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "1000"),
];

/// What is waited for comes by then, or not at all.
const DEADLINE: Duration = Duration::from_secs(30);

/// A backlog has drained by then, or does not.
const DRAINED_BY: Duration = Duration::from_mins(5);

/// How often it is looked for.
const POLL: Duration = Duration::from_millis(50);

/// Creates the database in an `InfluxDB` 1, by the service's own command.
pub fn set_up_database(programs: &Programs, influxdb: SocketAddr) -> anyhow::Result<()> {
    let mut command = programs.service();
    command.arg("setup-retention").env_clear().envs(influx_settings(influxdb)).stdout(Stdio::null());
    process::run(&mut command)
}

fn influx_settings(influxdb: SocketAddr) -> Vec<(&'static str, String)> {
    vec![
        ("INFLUXDB_URL", format!("http://{influxdb}")),
        ("INFLUXDB_API", "v1".into()),
        ("INFLUXDB_TOKEN", influxdb::TOKEN.into()),
    ]
}

/// The service, running in a folder of its own.
#[derive(Debug)]
pub struct Service(Server);

impl Service {
    /// Starts it with these settings besides the defaults; of the user's own settings it sees none.
    pub fn start(
        programs: &Programs,
        espn: SocketAddr,
        settings: &[(&str, String)],
        interrupt: &Interrupt,
    ) -> anyhow::Result<Self> {
        let command = |place: &Place| {
            let mut command = programs.service();
            command.env_clear().env("DATA_DIR", place.folder.join("data"));
            command.env("ESPN_BASE_URL", format!("http://{espn}"));
            command.envs(settings.iter().map(|(name, value)| (name, value)));
            command.env("BIND_ADDRESS", place.address.ip().to_string());
            command.env("PORT", place.address.port().to_string());
            Ok(command)
        };
        let ready = |address| server::answers(address, LIVE_NFL);
        Server::start(&Recipe { name: "sports-data", command: &command, ready: &ready }, interrupt).map(Self)
    }

    /// Starts it with points to write to an `InfluxDB` 1 all the time.
    pub fn writing_to(
        programs: &Programs,
        espn: SocketAddr,
        influxdb: SocketAddr,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Self> {
        let mut settings = influx_settings(influxdb);
        settings.extend(BUSY.iter().map(|&(name, value)| (name, value.into())));
        Self::start(programs, espn, &settings, interrupt)
    }

    /// The time from its start to its first answer.
    pub fn first_answer_after(&self) -> Duration {
        self.0.ready_after()
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.url())
    }

    /// The answer to a path, once there is a game in it.
    pub fn wait_for_games(&self, path: &str, interrupt: &Interrupt) -> anyhow::Result<String> {
        self.wait_for(path, interrupt, |answer| answer["count"].as_u64() > Some(0))
            .context("there are no live games; do the scoreboards hold some?")
    }

    /// The answer to a path.
    pub fn answer(&self, path: &str) -> anyhow::Result<String> {
        let answer = http::get(self.0.address(), path)?;
        ensure!(answer.status == 200, "{path} answers {} {}", answer.status, answer.body);
        Ok(answer.body)
    }

    /// Waits until one of the counters of `/health` has counted something.
    pub fn wait_for_points(&self, counter: &str, interrupt: &Interrupt) -> anyhow::Result<String> {
        self.wait_for("/health", interrupt, |health| health["influxdb"]["stats"][counter].as_u64() > Some(0))
            .with_context(|| format!("{counter} stays 0"))
    }

    /// Waits until no point waits for `InfluxDB` any more.
    pub fn wait_until_drained(&self, interrupt: &Interrupt) -> anyhow::Result<()> {
        let begin = Instant::now();
        while self.count("points_pending")? > 0 {
            interrupt.check()?;
            ensure!(
                begin.elapsed() < DRAINED_BY,
                "the backlog does not drain: {} left",
                self.count("points_pending")?
            );
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// A counter of `/health`.
    pub fn count(&self, counter: &str) -> anyhow::Result<u64> {
        let answer = http::get(self.0.address(), "/health")?;
        let health: Value = serde_json::from_str(&answer.body)?;
        let count = health["influxdb"]["stats"][counter].as_u64();
        count.with_context(|| format!("/health has no {counter}: {}", answer.body))
    }

    fn wait_for(
        &self,
        path: &str,
        interrupt: &Interrupt,
        there: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<String> {
        let begin = Instant::now();
        loop {
            interrupt.check()?;
            let answer = http::get(self.0.address(), path)?;
            if serde_json::from_str(&answer.body).is_ok_and(|value| there(&value)) {
                return Ok(answer.body);
            }
            if begin.elapsed() > DEADLINE {
                bail!("{path} still answers {} {}", answer.status, answer.body);
            }
            std::thread::sleep(POLL);
        }
    }

    /// Reads all lines of an answer, and says how many there are.
    pub fn read_lines(&self, path: &str) -> anyhow::Result<usize> {
        let answer = http::get(self.0.address(), path)?;
        ensure!(answer.is_success(), "{path} answers {} {}", answer.status, answer.body);
        Ok(answer.body.lines().count())
    }

    /// The memory that it has resident, in MB.
    pub fn resident_mb(&mut self) -> anyhow::Result<f64> {
        megabytes("VmRSS:", &self.status()?)
    }

    /// The most memory that it ever had resident, in MB.
    pub fn peak_mb(&mut self) -> anyhow::Result<f64> {
        megabytes("VmHWM:", &self.status()?)
    }

    fn status(&mut self) -> anyhow::Result<String> {
        let path = format!("/proc/{}/status", self.0.process_id());
        fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
    }
}

/// A size in `/proc/PID/status`, whose kB are 1024 bytes.
fn megabytes(label: &str, status: &str) -> anyhow::Result<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(label));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    let kib = kib.with_context(|| format!("there is no {label} in the status of the process"))?;
    Ok(kib * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_from_the_status() {
        let status = "Name:\tsports-data\nVmHWM:\t   30000 kB\nVmRSS:\t   25000 kB\nThreads:\t9\n";
        assert!((megabytes("VmRSS:", status).expect("a size") - 25.6).abs() < 1e-9);
        assert!((megabytes("VmHWM:", status).expect("a size") - 30.72).abs() < 1e-9);
        assert!(megabytes("VmRSS:", "Name:\tsports-data\n").is_err());
    }
}
