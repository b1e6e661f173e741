//! `cargo xtask coverage`: lines that the tests cover, per crate, against thresholds.

mod exceptions;
mod report;
mod table;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context;

use crate::interrupt::Interrupt;
use crate::process::{self, Group};
use crate::servers::Servers;
use crate::workspace;
use exceptions::EXCEPTIONS;

/// Which crates are measured.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Measure this crate alone, by its own tests; may be given several times.
    #[arg(short, long = "package", value_name = "CRATE")]
    packages: Vec<String>,
}

/// Runs the tests under cargo-tarpaulin, prints the table and the lines that are not covered, and fails below a
/// threshold.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::watch()?;
    install_tarpaulin()?;
    let folder = tempfile::tempdir().context("no temporary folder")?;
    measure(options, folder.path(), &interrupt)?;
    let json =
        std::fs::read(folder.path().join("tarpaulin-report.json")).context("tarpaulin left no report")?;
    let files = report::read(&json, workspace::root())?;

    let (mut crates, unused) = table::crates(&files, EXCEPTIONS);
    if !options.packages.is_empty() {
        crates.retain(|measured| options.packages.contains(&measured.name));
        anyhow::ensure!(!crates.is_empty(), "nothing of {} was measured", options.packages.join(", "));
    }
    print!("{}", table::print(&crates));
    if options.packages.is_empty() {
        for exception in unused {
            println!(
                "xtask: the exception for {:?} in {} matches no uncovered line; take it out of {}",
                exception.line,
                exception.file,
                exceptions::FILE
            );
        }
    }
    let below: Vec<&str> = crates
        .iter()
        .filter(|measured| !measured.is_enough())
        .map(|measured| measured.name.as_str())
        .collect();
    if below.is_empty() {
        println!("xtask: coverage passed");
        return Ok(ExitCode::SUCCESS);
    }
    println!("xtask: coverage FAILED: below the threshold: {}", below.join(", "));
    Ok(ExitCode::FAILURE)
}

fn install_tarpaulin() -> anyhow::Result<()> {
    let mut version = workspace::cargo_command("tarpaulin");
    let there = version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if there.context("cannot start cargo")?.success() {
        return Ok(());
    }
    println!("xtask: installing cargo-tarpaulin from crates.io, which takes some minutes");
    process::run(workspace::cargo_command("install").args(["--locked", "cargo-tarpaulin"]))
}

/// Runs the tests. The engine is LLVM's own instrumentation, which sees the programs that tests start, too; tarpaulin
/// reads its profiles without llvm-tools.
fn measure(options: &Options, folder: &Path, interrupt: &Interrupt) -> anyhow::Result<()> {
    let servers = Servers::start(interrupt)?;
    let mut command = tarpaulin(options, folder);
    servers.tell(&mut command);
    println!("xtask: {}", process::describe(&command));
    let status = Group::spawn(&mut command)?.wait(interrupt)?;
    anyhow::ensure!(
        status.success(),
        "cargo tarpaulin failed ({status}); do the tests pass by `cargo xtask test`?"
    );
    Ok(())
}

fn tarpaulin(options: &Options, folder: &Path) -> Command {
    let mut command = workspace::cargo_command("tarpaulin");
    if options.packages.is_empty() {
        command.arg("--workspace");
    }
    for package in &options.packages {
        command.args(["--package", package]);
    }
    // A target folder of its own: instrumented builds would throw away the plain ones.
    command
        .args(["--engine", "llvm", "--skip-clean", "--target-dir"])
        .arg(workspace::root().join("target/coverage"));
    command.args(["--out", "Json", "--output-dir"]).arg(folder);
    command.args(["--timeout", "600"]);
    command
}

#[cfg(test)]
mod tests;
