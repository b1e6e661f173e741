//! The program: a small ESPN on loopback.

mod planned_fault;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use espn_sim::{EspnSim, SimConfig};

use crate::planned_fault::PlannedFault;

/// A small ESPN on 127.0.0.1: replays captured scoreboards as if they were of today, and misbehaves on request.
#[derive(Debug, Parser)]
#[command(name = "espn-sim", version, about, max_term_width = 100)]
struct Options {
    /// Folder with captured scoreboards, *.json or *.json.gz; INDEX.tsv in it may say when each was fetched.
    #[arg(long, value_name = "DIR")]
    captures: PathBuf,
    /// Port on 127.0.0.1; 0 picks a free one.
    #[arg(long, default_value_t = 9100)]
    port: u16,
    /// Shows each scoreboard of a league for so many seconds, then the next; without it the first one stays.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    step_every: Option<u64>,
    /// Leaves dates as they are, instead of moving each scoreboard's slate to today.
    #[arg(long)]
    no_shift: bool,
    /// `Cache-Control: max-age` of the answers, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    max_age: u64,
    /// Answers 403 to user agents that are not of the form `Name/1.0 (+https://...)`.
    #[arg(long)]
    filter_user_agents: bool,
    /// Answers date ranges with their events, as ESPN did before September 2026, instead of 400.
    #[arg(long)]
    allow_date_ranges: bool,
    /// Makes requests fail, as [LEAGUE:]KIND[*TIMES]; may be given several times.
    ///
    /// KIND is a status such as 403, 500 or 429, or 429/30 with a Retry-After of 30; or hang, slow (5 seconds),
    /// slow/SECONDS, truncate, garbage, reset. Without LEAGUE all requests fail, without TIMES until the end:
    /// `--fault nfl:429/30*2 --fault slow/1`
    #[arg(long, value_name = "FAULT")]
    fault: Vec<PlannedFault>,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("espn-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> anyhow::Result<()> {
    let sim = EspnSim::start(SimConfig {
        port: options.port,
        step_every: options.step_every.map(Duration::from_secs),
        shift_dates: !options.no_shift,
        max_age: Duration::from_secs(options.max_age),
        filter_user_agents: options.filter_user_agents,
        refuse_date_ranges: !options.allow_date_ranges,
        ..SimConfig::captures(options.captures)
    })
    .await?;
    for PlannedFault { league, fault, times } in options.fault {
        sim.fault(league, fault, times);
    }
    let leagues: Vec<String> =
        sim.leagues().iter().map(|(league, count)| format!("{} ({count})", league.key)).collect();
    let mut out = std::io::stdout().lock();
    // Whether somebody reads it is none of the clients' business.
    let _ = writeln!(out, "listening on {}, scoreboards of {}", sim.url(), leagues.join(", "))
        .and_then(|()| writeln!(out, "to watch them: ESPN_BASE_URL={} cargo run", sim.url()));
    drop(out);
    tokio::signal::ctrl_c().await?;
    sim.stop().await;
    Ok(())
}
