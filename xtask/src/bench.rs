//! `cargo xtask bench`: how fast and how large, each figure beside its peer or limit, in one table.

mod captures;
mod examples;
mod figure;
mod hanging;
mod measure;
mod programs;
mod wrk;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::ensure;

use crate::interrupt::Interrupt;
use crate::packages;
use captures::Captures;
use measure::Bench;
use programs::Programs;

/// What is measured with.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Folder with captured scoreboards, *.json or *.json.gz; without it the folder captures/espn of
    /// `SPORTS_DATA_SHARED`, else scoreboards that are made up.
    #[arg(long, value_name = "DIR")]
    captures: Option<PathBuf>,
    /// Seconds of each run of wrk.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Runs of wrk against each server; the medians count.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: u32,
    /// Seasons of each league that history is measured with. They are kept from one run to the next.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i32).range(1..=50))]
    seasons: i32,
    /// Measures this group alone.
    #[arg(long, value_enum)]
    only: Option<Group>,
}

/// What belongs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Group {
    /// Live games as they are decoded, encoded and read, and the memory for that.
    Reads,
    /// Events on their way to webhooks, streams and MQTT.
    Events,
    /// Commits, and backlogs that drain.
    Writes,
    /// Seasons of history.
    History,
}

/// Builds for release, measures, and prints the table. A figure that misses its target is marked; it fails nothing,
/// because the machine may be busy.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::watch()?;
    packages::install_missing(&[wrk::PACKAGE]);
    ensure!(
        wrk::PACKAGE.is_installed(),
        "the readers are driven by wrk; install it (Debian: apt-get install wrk)"
    );
    let programs = Programs::build(options.only != Some(Group::History), &interrupt)?;
    let captures = Captures::find(options.captures.as_deref(), &programs)?;
    println!("xtask: scoreboards: {}", captures.describe());
    let bench = Bench {
        programs: &programs,
        captures: &captures,
        interrupt: &interrupt,
        duration: Duration::from_secs(options.seconds),
        rounds: options.rounds,
        seasons: options.seasons,
        only: options.only,
    };
    let figures = bench.run()?;
    print!("\n{}\n{}", machine(), figure::table(&figures));
    Ok(ExitCode::SUCCESS)
}

/// The machine, without which the figures say little.
fn machine() -> String {
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", model.map_or("unknown processor", |(_, name)| name))
}
