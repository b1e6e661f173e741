//! One life of the service: the real program, from its start until it is killed.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::Client;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::ledger::Totals;

/// Lines of its log that are told when something is wrong.
const LOG_LINES: usize = 60;

/// An answer on loopback takes no longer while the service lives.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// What the service does at most within its shutdown, and some more on a machine under load.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// The running service. It is killed when dropped.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
    address: watch::Receiver<Option<SocketAddr>>,
    log: Arc<Mutex<VecDeque<String>>>,
    client: Client,
}

impl Service {
    /// Starts the program with these settings and no others.
    pub fn start(program: &Path, folder: &Path, settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.env_clear().envs(settings.iter().map(|(name, value)| (name, value))).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let log = Arc::default();
        let (found, address) = watch::channel(None);
        let found = Arc::new(found);
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(follow(stderr, Arc::clone(&log), Arc::clone(&found)));
        }
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(follow(stdout, Arc::clone(&log), found));
        }
        let client = Client::builder().no_proxy().timeout(ANSWER_TIMEOUT).build()?;
        Ok(Self { child, address, log, client })
    }

    /// The end of its log.
    pub fn log(&self) -> String {
        let lines = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// That it did not end by itself.
    pub fn check_alive(&mut self) -> anyhow::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                bail!("the service ended by itself ({status}); its log ends with\n{}", self.log())
            }
        }
    }

    /// What `/health` says of the points; none while it does not answer, or not about points.
    pub async fn health(&self) -> Option<Totals> {
        let address = (*self.address.borrow())?;
        let answer = self.client.get(format!("http://{address}/health")).send().await.ok()?;
        let health: Value = serde_json::from_slice(&answer.bytes().await.ok()?).ok()?;
        let stats = &health["influxdb"]["stats"];
        Some(Totals {
            accepted: stats["points_accepted"].as_u64()?,
            written: stats["points_written"].as_u64()?,
            pending: stats["points_pending"].as_u64()?,
            deferred: stats["points_deferred"].as_u64().unwrap_or_default(),
            dead_lettered: stats["points_dead_lettered"].as_u64()?,
            observations: health["storage"]["observations"].as_u64()?,
        })
    }

    /// Kills it without warning.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await.context("cannot kill the service")
    }

    /// Tells it to stop, and waits until it did.
    pub async fn terminate(mut self) -> anyhow::Result<ExitStatus> {
        let id = self.child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        kill_process(id.context("the service ended by itself")?, Signal::TERM)?;
        match tokio::time::timeout(STOP_TIMEOUT, self.child.wait()).await {
            Ok(status) => Ok(status?),
            Err(_) => bail!("the service did not stop when told to; its log ends with\n{}", self.log()),
        }
    }
}

/// Keeps the end of the log, and finds out where the service listens.
async fn follow(
    output: impl AsyncRead + Unpin,
    log: Arc<Mutex<VecDeque<String>>>,
    found: Arc<watch::Sender<Option<SocketAddr>>>,
) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(address) = listening(&line) {
            found.send_replace(Some(address));
        }
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == LOG_LINES {
            log.pop_front();
        }
        log.push_back(line);
    }
}

/// The address in the line that says where it listens.
fn listening(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listening on http://")?;
    let end = rest.find(|c: char| !(c.is_ascii_hexdigit() || ".:[]".contains(c))).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_listens_is_read_from_its_log() {
        let wanted = Some("127.0.0.1:8005".parse().expect("an address"));
        assert_eq!(listening("2026 INFO sports_data: listening on http://127.0.0.1:8005"), wanted);
        assert_eq!(listening("{\"message\":\"listening on http://127.0.0.1:8005\"}"), wanted);
        assert_eq!(listening("listening on http://127.0.0.1:8005\u{1b}[0m"), wanted);
        assert_eq!(listening("nothing of the kind"), None);
    }

    #[tokio::test]
    async fn a_program_that_ends_is_told_of_with_what_it_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("program");
        std::fs::write(&program, "#!/bin/sh\necho no such setting >&2\nexit 3\n").expect("written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).expect("executable");
        let mut service = Service::start(&program, folder.path(), &[]).expect("started");
        service.child.wait().await.expect("its end");
        while !service.log().contains("no such setting") {
            tokio::task::yield_now().await;
        }
        let error = service.check_alive().expect_err("it ended").to_string();
        assert!(error.contains("no such setting"), "{error}");
        assert!(service.health().await.is_none());
        assert!(service.terminate().await.is_err());
    }
}
