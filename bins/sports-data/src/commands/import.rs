//! `sports-data import`: line protocol of our schema as history, beside a running service or without one.

mod pieces;
mod source;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::ensure;
use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};
use influx_schema::{Piece, Point, SeenGame};
use store::{ImportOptions, Landing};

use super::interrupt::Interrupt;
use crate::cli::Import;
use crate::settings::Settings;
use pieces::Pieces;
use source::{Line, Source};

/// Points that are added at once.
const PAGE: usize = 5_000;

/// Lines that are refused are told one by one up to here; the others are counted.
const TOLD: u64 = 1_000;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// What became of an import.
#[derive(Debug, Default)]
pub struct Outcome {
    file: String,
    points: u64,
    added: u64,
    known: u64,
    refused: u64,
    queued: u64,
    /// Days that history is kept, where some were observed before.
    forgotten: Option<(u64, u64)>,
    is_queued: bool,
    dry_run: bool,
    interrupted: bool,
    /// Why the file could not be read to its end.
    broken: Option<String>,
}

impl Outcome {
    /// Whether every line was taken.
    pub fn is_complete(&self) -> bool {
        !self.interrupted && self.refused == 0 && self.broken.is_none()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, points, added, known, refused, queued, .. } = self;
        let (would, are) = if self.dry_run { ("would be", "would be") } else { ("were", "are") };
        writeln!(f, "{file}: {added} of {points} observations {would} added, {known} were there already")?;
        if *points == 0 && self.is_complete() {
            writeln!(f, "there is no observation in it")?;
        }
        if *refused > 0 {
            writeln!(f, "{refused} lines were refused, for the reasons above")?;
        }
        if self.is_queued {
            writeln!(f, "{queued} of those added {are} sent to InfluxDB by the service")?;
        }
        if let Some((count, days)) = self.forgotten {
            writeln!(
                f,
                "{count} observations are older than the {days} days of STORE_RETENTION_DAYS: the service forgets \
                 them again"
            )?;
        }
        if let Some(why) = &self.broken {
            writeln!(f, "{why}; what comes before {are} taken, and a whole file can be imported over it")?;
        }
        if self.interrupted {
            writeln!(f, "interrupted; the same command goes on from here")?;
        }
        Ok(())
    }
}

/// What an import needs of the settings.
#[derive(Debug, Clone)]
pub struct Means {
    data_dir: PathBuf,
    /// How long InfluxDB keeps points; none while it is off.
    influx_keeps: Option<Duration>,
    /// How long history is kept; none: for ever.
    keeps: Option<Duration>,
}

impl Means {
    /// Takes them from the settings.
    pub fn of(settings: &Settings) -> Self {
        let days = Duration::from_secs(u64::from(settings.influx.retention_days) * DAY);
        Self {
            data_dir: settings.data_dir.clone(),
            influx_keeps: settings.influx_enabled.then_some(days),
            keeps: settings.store_retention,
        }
    }
}

/// An import under way.
struct Run<'a> {
    import: store::Import,
    keeps: Option<Duration>,
    bar: &'a ProgressBar,
    outcome: Outcome,
    /// Points that are added next, each with the number of its first line.
    page: Vec<(u64, (Point, SeenGame))>,
}

/// Imports the file. Lines that can not be taken are told on standard error; the others are added.
pub fn run(means: &Means, options: &Import, interrupt: &Interrupt) -> anyhow::Result<Outcome> {
    ensure!(
        !options.queue || means.influx_keeps.is_some(),
        "--queue is given and InfluxDB is off; set INFLUXDB_URL and INFLUXDB_TOKEN, or leave it out"
    );
    let queue = means.influx_keeps.filter(|_| options.queue);
    let mut source = Source::open(&options.file)?;
    let import_options = ImportOptions { dry_run: options.dry_run, queue };
    let import = store::Import::open(&means.data_dir, import_options, Utc::now())?;
    let bar = progress_bar(source.bytes());
    let outcome = Outcome {
        file: name(&options.file),
        is_queued: options.queue,
        dry_run: options.dry_run,
        ..Outcome::default()
    };
    let mut run = Run { import, keeps: means.keeps, bar: &bar, outcome, page: Vec::new() };
    let mut pieces = Pieces::default();
    loop {
        let (number, line) = match source.next() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => {
                run.outcome.broken = Some(format!("{error:#}"));
                break;
            }
        };
        if interrupt.came() {
            run.outcome.interrupted = true;
            break;
        }
        let parsed = match line {
            Line::Text(text) => Piece::parse(text).map_err(|error| error.to_string()),
            Line::Wrong(why) => Err(why),
        };
        match parsed {
            Ok(Some(piece)) => pieces.take(number, piece),
            Ok(None) => {}
            Err(why) => run.refuse(number, &why),
        }
        run.finish(pieces.whole())?;
        bar.set_position(source.position());
    }
    if !run.outcome.interrupted {
        run.finish(pieces.rest())?;
    }
    run.add()?;
    bar.finish_and_clear();
    Ok(run.outcome)
}

impl Run<'_> {
    /// Adds points once they fill a page.
    fn finish(&mut self, pieces: Vec<(u64, Piece)>) -> anyhow::Result<()> {
        for (number, piece) in pieces {
            match piece.finish() {
                Ok(point) => self.page.push((number, point)),
                Err(error) => self.refuse(number, &error.to_string()),
            }
        }
        if self.page.len() >= PAGE { self.add() } else { Ok(()) }
    }

    fn add(&mut self) -> anyhow::Result<()> {
        let (numbers, points): (Vec<_>, Vec<_>) = self.page.drain(..).unzip();
        let now = Utc::now();
        let imported = self.import.add(&points, now)?;
        let forgotten = self.keeps.map(|keeps| (now - keeps, keeps.as_secs() / DAY));
        for ((number, (point, seen)), landing) in numbers.into_iter().zip(&points).zip(imported.landings) {
            self.outcome.points += 1;
            match landing {
                Landing::Added => self.outcome.added += 1,
                Landing::Known => self.outcome.known += 1,
                Landing::InTheFuture => {
                    let why = format!(
                        "observed_at is {}, which is later than now; allowed are observations of the past, as every \
                         later look at the game {} would come before this one",
                        point.observed_at,
                        seen.id()
                    );
                    self.refuse(number, &why);
                }
                Landing::Contradicted => {
                    let why = format!(
                        "observed_at is {} and history has something else of the game {} at that moment; allowed is \
                         one observation of a game at a time",
                        point.observed_at,
                        seen.id()
                    );
                    self.refuse(number, &why);
                }
            }
            if let Some((since, days)) = forgotten
                && influx_schema::from_nanoseconds(point.observed_at) < since
            {
                let (count, _) = self.outcome.forgotten.unwrap_or_default();
                self.outcome.forgotten = Some((count + 1, days));
            }
        }
        self.outcome.queued += imported.queued;
        Ok(())
    }

    fn refuse(&mut self, number: u64, why: &str) {
        self.outcome.refused += 1;
        let say = |text: String| self.bar.suspend(|| eprintln!("{text}"));
        match self.outcome.refused {
            count if count < TOLD => say(format!("line {number}: {why}")),
            TOLD => {
                say(format!("line {number}: {why}\nlines that are refused from here on are only counted"));
            }
            _ => {}
        }
    }
}

fn name(file: &Path) -> String {
    if file.as_os_str() == "-" { "standard input".into() } else { file.display().to_string() }
}

/// A bar with rate and time left, drawn where standard error is a terminal; without an end where that is unknown.
fn progress_bar(bytes: Option<u64>) -> ProgressBar {
    /// How often the bar is drawn anew while nothing moves.
    const TICK: Duration = Duration::from_secs(1);
    let (bar, template) = match bytes {
        Some(bytes) => {
            (ProgressBar::new(bytes), "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left")
        }
        None => (ProgressBar::no_length(), "{bytes}, {bytes_per_sec}"),
    };
    bar.enable_steady_tick(TICK);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
