//! A server that a task starts: its process, its folder, and the wait until it answers.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;

use crate::http;
use crate::interrupt::Interrupt;
use crate::process::Group;

/// A server that does not answer by then will not.
const START_DEADLINE: Duration = Duration::from_mins(1);

/// How often it is asked: often enough to measure how long it takes.
const POLL: Duration = Duration::from_millis(2);

/// Starts with other ports, should someone take a free port first.
const ATTEMPTS: u32 = 3;

/// Lines of its log that are shown when it does not start.
const LOG_LINES: usize = 20;

/// A running server. Dropped, it is stopped, and its folder is removed then.
#[derive(Debug)]
pub struct Server {
    process: Group,
    place: Place,
    ready_after: Duration,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.stop();
    }
}

/// How one kind of server is started.
pub struct Recipe<'a> {
    /// What it is called in messages.
    pub name: &'static str,
    /// Its command line.
    pub command: &'a dyn Fn(&Place) -> anyhow::Result<Command>,
    /// Whether it is ready; an error says why not yet.
    pub ready: &'a dyn Fn(SocketAddr) -> anyhow::Result<()>,
}

/// Where one server runs.
#[derive(Debug)]
pub struct Place {
    /// Its folder, which was empty.
    pub folder: PathBuf,
    /// Where it has to listen.
    pub address: SocketAddr,
    /// A second free address, for a server that listens on two.
    pub spare: SocketAddr,
}

impl Server {
    /// Starts a server and waits until it is ready.
    pub fn start(recipe: &Recipe<'_>, interrupt: &Interrupt) -> anyhow::Result<Self> {
        let mut attempt = 1;
        loop {
            match Self::try_start(recipe, interrupt) {
                Err(error) if attempt < ATTEMPTS && !interrupt.seen() => {
                    println!("xtask: {error:#}; trying again");
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn try_start(recipe: &Recipe<'_>, interrupt: &Interrupt) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("sports-data-test-").tempdir()?;
        let [address, spare] = free_addresses()?;
        let place = Place { folder: folder.path().to_path_buf(), address, spare };
        let log = place.folder.join("log");
        let output = File::create(&log)?;
        let mut command = (recipe.command)(&place)?;
        command.stdout(output.try_clone()?).stderr(output).current_dir(folder.path());
        let begin = Instant::now();
        let mut process = Group::spawn(&mut command)?;
        wait_until_ready(recipe, &mut process, address, interrupt)
            .with_context(|| format!("{} did not start; its log ends with\n{}", recipe.name, tail(&log)))?;
        Ok(Self { process, place, ready_after: begin.elapsed(), _folder: folder })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.place.address
    }

    /// The id of its process.
    pub fn process_id(&mut self) -> u32 {
        self.process.child().id()
    }

    /// How long it took from its start until it was ready.
    pub fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.place.address)
    }
}

fn wait_until_ready(
    recipe: &Recipe<'_>,
    process: &mut Group,
    address: SocketAddr,
    interrupt: &Interrupt,
) -> anyhow::Result<()> {
    let begin = Instant::now();
    loop {
        interrupt.check()?;
        if let Some(status) = process.ended()? {
            bail!("it ended ({status})");
        }
        let Err(reason) = (recipe.ready)(address) else { return Ok(()) };
        if begin.elapsed() > START_DEADLINE {
            return Err(reason.context(format!("not ready after {} s", START_DEADLINE.as_secs())));
        }
        std::thread::sleep(POLL);
    }
}

/// That a server answers `GET path` with success; a refused connection is what one gives while it starts.
pub fn answers(address: SocketAddr, path: &str) -> anyhow::Result<()> {
    let answer = http::get(address, path).context("no answer yet")?;
    ensure!(answer.is_success(), "{path} answers {}", answer.status);
    Ok(())
}

/// Two loopback addresses whose ports are free now. Both are held until both are known, so that they differ.
fn free_addresses() -> anyhow::Result<[SocketAddr; 2]> {
    let bind = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on loopback");
    let (first, second) = (bind()?, bind()?);
    Ok([first.local_addr()?, second.local_addr()?])
}

fn tail(log: &Path) -> String {
    let text =
        std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}

#[cfg(test)]
mod tests;
