//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Watches NFL and NHL games, serves them over HTTP, and keeps every observation.
///
/// Without a command it runs the service. Settings come from the defaults, then sports-data.toml or the file
/// named by --config, then the environment: `sports-data check-config` lists them with their meaning.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Cli {
    /// File with settings (TOML), instead of sports-data.toml in the working folder.
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// What to do; nothing: run the service.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done besides running the service.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the service (what happens without a command).
    Run,
    /// Prints the settings in force, secrets masked, and what is wrong with them.
    CheckConfig,
    /// Creates the bucket or database in InfluxDB with its retention, or corrects it.
    SetupRetention(SetupRetention),
    /// Asks the running service for /health; exit code 0 when it answers.
    Healthcheck,
}

/// Overrides of the settings for `setup-retention`.
#[derive(Debug, Args)]
pub struct SetupRetention {
    /// The server [setting INFLUXDB_URL].
    #[arg(long)]
    pub url: Option<String>,
    /// Token, or user:password for InfluxDB 1 [setting INFLUXDB_TOKEN, which other users of the machine can't see].
    #[arg(long)]
    pub token: Option<String>,
    /// Organisation, InfluxDB 2 [setting INFLUXDB_ORG].
    #[arg(long)]
    pub org: Option<String>,
    /// Bucket or database [setting INFLUXDB_BUCKET].
    #[arg(long, visible_alias = "database")]
    pub bucket: Option<String>,
    /// Days to keep [setting INFLUXDB_RETENTION_DAYS].
    #[arg(long)]
    pub days: Option<String>,
    /// auto, v1, v2 or v3 [setting INFLUXDB_API].
    #[arg(long)]
    pub api: Option<String>,
    /// Says what would be changed, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
}

impl SetupRetention {
    /// The overrides as variables, so that they are read and checked as all settings are.
    pub fn as_environment(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let given = [
            ("INFLUXDB_URL", &self.url),
            ("INFLUXDB_TOKEN", &self.token),
            ("INFLUXDB_ORG", &self.org),
            ("INFLUXDB_BUCKET", &self.bucket),
            ("INFLUXDB_RETENTION_DAYS", &self.days),
            ("INFLUXDB_API", &self.api),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)))
    }
}
