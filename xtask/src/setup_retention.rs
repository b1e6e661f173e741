//! `cargo xtask setup-retention`: `sports-data setup-retention`, built and run.

use std::process::{Command, ExitCode};

use anyhow::Context;

use crate::workspace;

/// The arguments are those of the service's own command, which checks them and explains them.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// Options of `sports-data setup-retention`; --help lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    arguments: Vec<String>,
}

/// Runs it, and ends with its exit code.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let mut command = Command::new(workspace::cargo());
    // The working folder stays the user's: a settings file is looked for there.
    // The build is the one that `cargo run --release` needs too, and cargo tells how far it is.
    command.args(["run", "--release", "--manifest-path"]).arg(workspace::root().join("Cargo.toml"));
    command.args(["--package", "sports-data", "--", "setup-retention"]).args(&options.arguments);
    let status = command.status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
