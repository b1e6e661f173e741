//! `cargo xtask torture`: the real service is killed again and again while it writes through faults, and nothing may
//! be lost.

use std::process::ExitCode;

use anyhow::ensure;

use crate::interrupt::Interrupt;
use crate::packages;
use crate::process::Group;
use crate::release::Release;
use crate::servers::influxdb;

/// How long it goes on, and by which seed.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How often the service is killed.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    kills: u32,
    /// Draws the same lives, faults and games as the run that printed this seed.
    #[arg(long)]
    seed: Option<u64>,
    /// The verdict follows after so many minutes, however many kills there were.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=1_440))]
    minutes: u64,
}

/// Builds for release, starts an `InfluxDB` 1, and ends with the exit code of the run: 0 where nothing was lost,
/// duplicated or changed.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::watch()?;
    packages::install_missing(&[influxdb::PACKAGE]);
    ensure!(
        influxdb::PACKAGE.is_installed(),
        "the service writes to an InfluxDB 1; install it (Debian: apt-get install influxdb)"
    );
    Release::build_service(&interrupt)?;
    Release::build(&["--package=torture", "--bin=torture"], &interrupt)?;
    let release = Release::find()?;
    let server = influxdb::start(&interrupt)?;
    let mut command = release.command("torture");
    command.arg("--service").arg(release.program("sports-data"));
    command.args(["--influx", &server.url(), "--token", influxdb::TOKEN]);
    command.args(["--kills", &options.kills.to_string(), "--minutes", &options.minutes.to_string()]);
    if let Some(seed) = options.seed {
        command.args(["--seed", &seed.to_string()]);
    }
    let status = Group::spawn(&mut command)?.wait(&interrupt)?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
