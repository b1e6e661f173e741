//! `sports-data`: watches NFL and NHL games, serves them, and keeps every observation.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use sports_data::cli::{Cli, Command, ReplayCommand};
use sports_data::commands::{
    backfill, check_config, dead_letters, doctor, export, healthcheck, import, interrupt, replay,
    setup_retention,
};
use sports_data::logging;
use sports_data::service::Service;
use sports_data::settings::{GivenSettings, Misspelt, Settings, SettingsError, misspelt};
use tokio::signal::unix::{SignalKind, signal};

/// What still blocks a thread at the end is waited for so long.
const LEFTOVERS_WITHIN: Duration = Duration::from_millis(500);

/// Threads for work that blocks, such as reads of the store.
const BLOCKING_THREADS: usize = 8;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let (settings, given) = load(&cli);
    match run(cli.command.unwrap_or(Command::Run), settings, &given) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("sports-data: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn load(cli: &Cli) -> (Result<Settings, SettingsError>, GivenSettings) {
    let overrides = match &cli.command {
        Some(Command::SetupRetention(options)) => options.overrides(),
        _ => Vec::new(),
    };
    Settings::load_overridden(cli.config.as_deref(), std::env::vars_os(), &overrides)
}

/// Variables of the environment that look like misspelt settings.
fn slips() -> Vec<Misspelt> {
    let names: Vec<String> = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    misspelt(names.iter().map(String::as_str))
}

fn run(
    command: Command,
    settings: Result<Settings, SettingsError>,
    given: &GivenSettings,
) -> anyhow::Result<ExitCode> {
    if let Command::CheckConfig = command {
        print!("{}", check_config::report(&settings, given, &slips()));
        return Ok(ExitCode::from(u8::from(settings.is_err())));
    }
    let settings = settings?;
    if let Command::DeadLetters(what) = &command {
        print!("{}", dead_letters::run(&settings, what)?);
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let code = runtime.block_on(async {
        match command {
            Command::SetupRetention(options) => {
                print!("{}", setup_retention::run(&settings, options.dry_run).await?);
            }
            Command::Healthcheck => healthcheck::run(&settings).await?,
            Command::Doctor(options) => {
                let findings = doctor::run(&settings).await;
                print!("{}", if options.json { findings.to_json() } else { findings.to_string() });
                return Ok(ExitCode::from(u8::from(!findings.all_well())));
            }
            Command::Replay(ReplayCommand::Influx(what)) => {
                let outcome = replay::run(&settings, &what).await?;
                print!("{outcome}");
                return Ok(ExitCode::from(u8::from(!outcome.is_complete())));
            }
            Command::Backfill(what) => {
                let outcome = backfill::run(&settings, &what).await?;
                print!("{outcome}");
                return Ok(ExitCode::from(u8::from(!outcome.is_complete())));
            }
            Command::Export(options) => {
                let data_dir = settings.data_dir.clone();
                let said =
                    interrupt::run(move |interrupt| export::run(&data_dir, &options, interrupt)).await?;
                eprint!("{said}");
            }
            Command::Import(options) => {
                let means = import::Means::of(&settings);
                let outcome =
                    interrupt::run(move |interrupt| import::run(&means, &options, interrupt)).await?;
                print!("{outcome}");
                return Ok(ExitCode::from(u8::from(!outcome.is_complete())));
            }
            Command::Run | Command::CheckConfig | Command::DeadLetters(_) => serve(&settings).await?,
        }
        Ok(ExitCode::SUCCESS)
    });
    // A name that is being looked up, or a read of the history, is not waited for.
    runtime.shutdown_timeout(LEFTOVERS_WITHIN);
    code
}

async fn serve(settings: &Settings) -> anyhow::Result<()> {
    logging::start(settings.log);
    for slip in slips() {
        tracing::warn!("{slip}");
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let service = Service::start(settings).await?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    service.stop().await;
    Ok(())
}
