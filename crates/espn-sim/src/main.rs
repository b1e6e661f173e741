//! The program: a small ESPN on loopback.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use espn_sim::{EspnSim, Fault, SimConfig, Times};

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
    /// Fails every request: a status such as 403, 429 or 500, or one of hang, slow, truncate, garbage, reset.
    #[arg(long, value_name = "KIND", value_parser = fault)]
    fault: Option<Fault>,
}

/// How late answers are that `--fault slow` asks for.
const SLOW: Duration = Duration::from_secs(5);

fn fault(text: &str) -> Result<Fault, String> {
    match text {
        "hang" => Ok(Fault::Hang),
        "slow" => Ok(Fault::Slow(SLOW)),
        "truncate" => Ok(Fault::Truncate),
        "garbage" => Ok(Fault::Garbage),
        "reset" => Ok(Fault::Reset),
        code => match code.parse() {
            Ok(code @ 400..=599) => Ok(Fault::status(code)),
            _ => Err("it is a status from 400 to 599, or hang, slow, truncate, garbage or reset".into()),
        },
    }
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
        ..SimConfig::captures(options.captures)
    })
    .await?;
    if let Some(fault) = options.fault {
        sim.fault(None, fault, Times::UntilCleared);
    }
    let leagues: Vec<String> =
        sim.leagues().iter().map(|(league, count)| format!("{} ({count})", league.key)).collect();
    println!("listening on {}, scoreboards of {}", sim.url(), leagues.join(", "));
    println!("to watch them: ESPN_BASE_URL={} cargo run", sim.url());
    tokio::signal::ctrl_c().await?;
    sim.stop().await;
    Ok(())
}
