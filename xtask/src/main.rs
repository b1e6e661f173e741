//! Tasks of the workspace: `cargo xtask --help` lists them.

mod bench;
mod coverage;
mod http;
mod interrupt;
mod layers;
mod lint;
mod packages;
mod process;
mod release;
mod schemathesis;
mod server;
mod servers;
mod setup_retention;
mod test;
mod tidy;
mod torture;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of the workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Starts the servers that the tests need, runs every test, and stops the servers.
    Test(test::Options),
    /// Checks format, clippy, docs, the floors of the crates, and the form of the sources.
    Lint,
    /// Checks that each crate depends on crates of lower floors only.
    Layers,
    /// Measures the lines that the tests cover, per crate, against their thresholds.
    Coverage(coverage::Options),
    /// Measures how fast and how large the service is, each figure beside its peer or limit.
    Bench(bench::Options),
    /// Kills the service again and again while it writes through faults, and proves that nothing is lost.
    Torture(torture::Options),
    /// Creates the bucket or database in `InfluxDB` with its retention, or corrects it.
    SetupRetention(setup_retention::Options),
}

fn main() -> ExitCode {
    let result = match Cli::parse().task {
        Task::Test(options) => test::run(&options),
        Task::Lint => Ok(lint::run()),
        Task::Layers => layers::run(),
        Task::Coverage(options) => coverage::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Torture(options) => torture::run(&options),
        Task::SetupRetention(options) => setup_retention::run(&options),
    };
    result.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}
