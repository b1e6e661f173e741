//! `cargo xtask lint`: everything that is checked without running a test.

use std::process::{Command, ExitCode};

use crate::{layers, process, tidy, workspace};

type Check = fn() -> anyhow::Result<()>;

/// Every check, the quickest first.
const CHECKS: [(&str, Check); 5] =
    [("tidy", tidy), ("layers", layers), ("fmt", fmt), ("clippy", clippy), ("doc", doc)];

/// Runs every check, and tells at the end which failed.
pub fn run() -> ExitCode {
    let failed: Vec<&str> =
        CHECKS.iter().filter(|(name, check)| !passes(name, *check)).map(|(name, _)| *name).collect();
    if failed.is_empty() {
        println!("xtask: lint passed");
        return ExitCode::SUCCESS;
    }
    println!("xtask: lint FAILED: {}", failed.join(", "));
    ExitCode::FAILURE
}

fn passes(name: &str, check: Check) -> bool {
    println!("xtask: {name}");
    let result = check();
    if let Err(error) = &result {
        println!("xtask: {error:#}");
    }
    result.is_ok()
}

fn tidy() -> anyhow::Result<()> {
    no_problems(&tidy::check()?)
}

fn layers() -> anyhow::Result<()> {
    no_problems(&layers::check()?)
}

fn no_problems(problems: &[String]) -> anyhow::Result<()> {
    anyhow::ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}

fn fmt() -> anyhow::Result<()> {
    process::run(cargo("fmt").args(["--all", "--check"]))
}

fn clippy() -> anyhow::Result<()> {
    process::run(cargo("clippy").args(["--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

fn doc() -> anyhow::Result<()> {
    process::run(cargo("doc").args(["--workspace", "--no-deps", "--quiet"]).env("RUSTDOCFLAGS", "-Dwarnings"))
}

fn cargo(subcommand: &str) -> Command {
    workspace::cargo_command(subcommand)
}
