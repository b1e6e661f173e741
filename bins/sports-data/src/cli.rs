//! The command line.
#![expect(clippy::doc_markdown, reason = "the comments are the help that people read")]

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use game_model::League;

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
    /// Checks ESPN, the embedded store and InfluxDB, and says what to do; exit code 0 when all is well.
    Doctor(Doctor),
    /// Shows the points that InfluxDB refused, sends them again, or throws them away.
    #[command(subcommand)]
    DeadLetters(DeadLettersCommand),
    /// Sends the history again.
    #[command(subcommand)]
    Replay(ReplayCommand),
    /// Asks ESPN for the past and the announced games of a season, and keeps them. It may be interrupted: the same
    /// command goes on from there.
    Backfill(BackfillOptions),
    /// Writes the history into a file: games, or every observation that is kept.
    Export(Export),
    /// Takes observations from a file of line protocol, such as an old InfluxDB's export. It may be repeated.
    Import(Import),
}

/// What of the history is written, and where.
#[derive(Debug, Args)]
pub struct Export {
    /// One row per game, as /api/v1/games/history tells it, or one per observation [default: games; observations
    /// for lp].
    #[arg(long, value_enum)]
    pub what: Option<ExportWhat>,
    /// Only this league.
    #[arg(long)]
    pub league: Option<League>,
    /// Only this season (2025, 2025-26 or 2025-2026).
    #[arg(long, value_parser = season)]
    pub season: Option<i32>,
    /// The form; lp: line protocol, each point with the bytes it had.
    #[arg(long, value_enum)]
    pub format: ExportFormat,
    /// The file; - is standard output. It is complete once it has this name.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Replaces the file where it exists.
    #[arg(long)]
    pub force: bool,
}

/// What a row of an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportWhat {
    /// A game.
    Games,
    /// A look at a game.
    Observations,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Values separated by commas, with a header.
    Csv,
    /// A JSON object per line.
    Ndjson,
    /// InfluxDB's line protocol.
    Lp,
    /// Apache Parquet.
    Parquet,
}

/// What is imported, and how.
#[derive(Debug, Args)]
pub struct Import {
    /// The file, plain or compressed by gzip; - is standard input.
    pub file: PathBuf,
    /// Has the service send the lines to InfluxDB as well, those that are not older than its retention.
    #[arg(long)]
    pub queue: bool,
    /// Says what would be imported, and changes nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// How the doctor reports.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Prints JSON instead of lines for people.
    #[arg(long)]
    pub json: bool,
}

/// What is done with dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadLettersCommand {
    /// Lists them, oldest first.
    List {
        /// Which of them.
        #[command(flatten)]
        which: WhichDeadLetters,
        /// Shows so many at most.
        #[arg(long, default_value_t = 100, value_name = "N")]
        limit: usize,
        /// Goes on after the one with this id.
        #[arg(long, default_value_t = 0, value_name = "ID")]
        after: i64,
        /// Prints a line of JSON for each.
        #[arg(long)]
        json: bool,
    },
    /// Shows one with its whole line and the server's reason.
    Show {
        /// Its id, as `list` shows it.
        id: i64,
    },
    /// Queues them for InfluxDB again, with the bytes they have.
    Retry {
        /// Which of them.
        #[command(flatten)]
        which: WhichDeadLetters,
        /// All of them, where nothing else says which.
        #[arg(long)]
        all: bool,
    },
    /// Throws them away for good; they stay counted.
    Discard {
        /// Which of them.
        #[command(flatten)]
        which: WhichDeadLetters,
        /// All of them, where nothing else says which.
        #[arg(long)]
        all: bool,
    },
}

/// Which dead letters are meant: those that pass everything given.
#[derive(Debug, Args)]
pub struct WhichDeadLetters {
    /// Their ids, as `list` shows them.
    pub ids: Vec<i64>,
    /// Points of this league.
    #[arg(long)]
    pub league: Option<League>,
    /// Those whose reason contains this, in any letter case.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Set aside at this time or later (2026-11-26, or 2026-11-26T18:00:00Z).
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub since: Option<DateTime<Utc>>,
    /// Set aside before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub until: Option<DateTime<Utc>>,
}

/// Where the history is sent again.
#[derive(Debug, Subcommand)]
pub enum ReplayCommand {
    /// To InfluxDB, each point with the bytes it had. It may be interrupted: the same command goes on from there.
    Influx(ReplayInflux),
}

/// What is sent to InfluxDB again.
#[derive(Debug, Args)]
pub struct ReplayInflux {
    /// Observed at this time or later (2026-11-26, or 2026-11-26T18:00:00Z).
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: DateTime<Utc>,
    /// Observed before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub to: DateTime<Utc>,
    /// Only this league.
    #[arg(long)]
    pub league: Option<League>,
    /// Says what would be sent, and sends nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Begins anew, where an earlier run was interrupted.
    #[arg(long)]
    pub restart: bool,
}

/// Which games ESPN is asked for.
#[derive(Debug, Args)]
pub struct BackfillOptions {
    /// The league; it need not be one that the service tracks.
    #[arg(long)]
    pub league: League,
    /// The season: the year in which it begins (2025), or 2025-26.
    #[arg(long, value_parser = season)]
    pub season: i32,
    /// Only games of this US-Eastern day (2025-10-07) or later; in leagues with weeks, from the week it is in.
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub from: Option<NaiveDate>,
    /// Only games of this US-Eastern day or earlier; in leagues with weeks, to the week it is in.
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub to: Option<NaiveDate>,
    /// Milliseconds between two requests, at least 100 [setting BACKFILL_PAUSE_MS].
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(100..=600_000))]
    pub pause_ms: Option<u64>,
    /// Says what would be asked for, and writes nothing; the season's calendar is asked for.
    #[arg(long)]
    pub dry_run: bool,
    /// Asks for everything anew, also for what is kept already.
    #[arg(long)]
    pub restart: bool,
}

/// The year in which a season begins: of `2025`, `2025-26` or `2025-2026`.
fn season(text: &str) -> Result<i32, String> {
    let year = |text: &str| -> Option<i32> {
        let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_year.then(|| text.parse().ok())?
    };
    let begins = match text.split_once('-') {
        None => year(text),
        Some((first, second)) => year(first).filter(|first| {
            let next = format!("{:04}", first + 1);
            second == next || next.strip_prefix(&next[..2]) == Some(second)
        }),
    };
    begins.ok_or_else(|| "a season is the year in which it begins, such as 2025, or both, 2025-26".into())
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "a day is written as 2025-10-07".into())
}

/// A moment: a day in UTC, or RFC 3339.
fn time(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    text.parse()
        .map_err(|_| "a time is a day such as 2026-11-26, or a moment such as 2026-11-26T18:00:00Z".into())
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
    /// The settings that they override, with their values, so that they are read and checked as all settings are.
    pub fn overrides(&self) -> Vec<(&'static str, String)> {
        let given = [
            ("INFLUXDB_URL", &self.url),
            ("INFLUXDB_TOKEN", &self.token),
            ("INFLUXDB_ORG", &self.org),
            ("INFLUXDB_BUCKET", &self.bucket),
            ("INFLUXDB_RETENTION_DAYS", &self.days),
            ("INFLUXDB_API", &self.api),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
    }
}
