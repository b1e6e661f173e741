//! The program: one run against a server that is there, and its table.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use torture::{Campaign, InfluxDb};

/// Kills the real service again and again while it writes through faults, and proves that nothing was lost.
///
/// `cargo xtask torture` builds the service, starts a server and runs this.
#[derive(Debug, Parser)]
#[command(max_term_width = 100)]
struct Cli {
    /// The service's program.
    #[arg(long, value_name = "FILE")]
    service: PathBuf,
    /// An InfluxDB 1, http://IP:PORT.
    #[arg(long, value_name = "URL")]
    influx: String,
    /// Its administrator, user:password.
    #[arg(long, value_name = "TOKEN")]
    token: String,
    /// How often the service is killed.
    #[arg(long, default_value_t = 500)]
    kills: u32,
    /// The verdict follows after so many minutes, however many kills there were.
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// Draws the same lives, faults and games again.
    #[arg(long)]
    seed: Option<u64>,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    let seed = cli.seed.unwrap_or_else(torture::fresh_seed);
    println!("torture: seed {seed}");
    let folder = tempfile::Builder::new().prefix("sports-data-torture-").tempdir()?;
    let campaign = Campaign {
        program: std::path::absolute(&cli.service)?,
        influx: InfluxDb::new(&cli.influx, &cli.token, &format!("torture_{seed}"))?,
        folder: folder.path().to_owned(),
        kills: cli.kills,
        at_most: Duration::from_mins(cli.minutes),
        seed,
    };
    let stopped = interrupted()?;
    let outcome = torture::run(&campaign, stopped.clone(), |line| println!("torture: {line}")).await;
    if outcome.is_err() && *stopped.borrow() {
        // The service was told to stop as well, and did.
        println!("torture: interrupted");
        return Ok(ExitCode::FAILURE);
    }
    if let Ok(outcome) = &outcome {
        print!("\n{outcome}");
        if outcome.is_clean() || outcome.interrupted {
            campaign.influx.drop().await.context("the database of the run cannot be removed")?;
            return Ok(if outcome.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    println!("torture: the data is kept in {}", folder.keep().display());
    outcome.map(|_| ExitCode::FAILURE)
}

/// Becomes true at Ctrl-C or SIGTERM.
fn interrupted() -> anyhow::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let mut signals = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
    tokio::spawn(async move {
        let [interrupt, terminate] = &mut signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop.send_replace(true);
    });
    Ok(stopped)
}
