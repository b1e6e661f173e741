//! `sports-data export`: the history as a file, read page by page beside a running service.

mod rows;
#[cfg(feature = "parquet")]
mod table;
mod target;
mod text;
mod value;

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use store::ExportScope;

use super::interrupt::Interrupt;
use crate::cli::{Export, ExportFormat, ExportWhat};
use target::Target;

/// Where rows go.
trait Sink {
    /// Takes the games of a page.
    fn games(&mut self, games: &[game_model::PastGame]) -> anyhow::Result<()>;

    /// Takes the observations of a game.
    fn observations(&mut self, points: &[influx_schema::Point]) -> anyhow::Result<()>;

    /// Writes what is left.
    fn finish(self: Box<Self>) -> anyhow::Result<()>;
}

/// Exports what was asked for, and says what was written where that is not standard output, and where it is nothing.
pub fn run(data_dir: &Path, options: &Export, interrupt: &Interrupt) -> anyhow::Result<String> {
    let what = what(options)?;
    let scope = ExportScope { league: options.league, begins: options.season };
    let mut export = store::Export::open(data_dir, scope)?;
    let mut target = Target::open(&options.output, options.force)?;
    let total = match what {
        ExportWhat::Games => export.games_total()?,
        ExportWhat::Observations => export.observations_total()?,
    };
    let unit = if what == ExportWhat::Games { "games" } else { "observations" };
    let bar = progress_bar(total, unit);
    let written = {
        let sink = sink(options.format, what, &mut target)?;
        write(&mut export, what, sink, &bar, interrupt)
    };
    bar.finish_and_clear();
    match written {
        Ok(written) => {
            target.finish(options.force)?;
            let mut said = String::new();
            if !is_standard(&options.output) {
                said = format!("{written} {unit} were written to {}\n", options.output.display());
            }
            if written == 0 {
                said += &nothing(options);
            }
            Ok(said)
        }
        // Who reads standard output has enough.
        Err(error) if is_standard(&options.output) && is_broken_pipe(&error) => Ok(String::new()),
        Err(error) => Err(error).with_context(|| format!("{} was not written", options.output.display())),
    }
}

/// What is said where history holds nothing that was asked for.
fn nothing(options: &Export) -> String {
    let league = options.league.map(|league| format!(" of the {league}")).unwrap_or_default();
    let season =
        options.season.map(|year| format!(" of the season that began in {year}")).unwrap_or_default();
    let hint = match (options.league, options.season) {
        (Some(league), Some(year)) => {
            format!("; `sports-data backfill --league {} --season {year}` asks ESPN for it", league.key)
        }
        (None, Some(_)) => "; leave out --season for all that there is".into(),
        _ => String::new(),
    };
    format!("the history holds nothing{league}{season}{hint}\n")
}

/// What a row is: a line of InfluxDB is always an observation.
fn what(options: &Export) -> anyhow::Result<ExportWhat> {
    let is_lines = options.format == ExportFormat::Lp;
    match options.what {
        Some(ExportWhat::Games) if is_lines => {
            bail!("--what is games; allowed with --format lp is observations: each line is one of them")
        }
        None if is_lines => Ok(ExportWhat::Observations),
        what => Ok(what.unwrap_or(ExportWhat::Games)),
    }
}

fn sink<'a>(
    format: ExportFormat,
    what: ExportWhat,
    out: &'a mut Target,
) -> anyhow::Result<Box<dyn Sink + 'a>> {
    match format {
        ExportFormat::Csv => Ok(Box::new(text::Csv::new(out, what)?)),
        ExportFormat::Ndjson => Ok(Box::new(text::Ndjson::new(out))),
        ExportFormat::Lp => Ok(Box::new(text::Lines::new(out))),
        #[cfg(feature = "parquet")]
        ExportFormat::Parquet => Ok(Box::new(table::Table::new(out, what)?)),
        #[cfg(not(feature = "parquet"))]
        ExportFormat::Parquet => bail!(
            "--format is parquet, without which this program was built; allowed are csv, ndjson and lp, or build \
             it with --features parquet"
        ),
    }
}

/// Writes all rows, and says how many.
fn write(
    export: &mut store::Export,
    what: ExportWhat,
    mut sink: Box<dyn Sink + '_>,
    bar: &ProgressBar,
    interrupt: &Interrupt,
) -> anyhow::Result<u64> {
    let mut written = 0;
    loop {
        ensure!(!interrupt.came(), "interrupted");
        let rows = match what {
            ExportWhat::Games => match export.next_games()? {
                Some(games) => sink.games(&games).map(|()| games.len()),
                None => break,
            },
            ExportWhat::Observations => match export.next_observations()? {
                Some(points) => sink.observations(&points).map(|()| points.len()),
                None => break,
            },
        };
        written += rows? as u64;
        bar.set_position(written);
    }
    sink.finish()?;
    Ok(written)
}

fn is_standard(output: &Path) -> bool {
    output.as_os_str() == "-"
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kinds = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    kinds.into_iter().any(|kind| kind == io::ErrorKind::BrokenPipe)
}

/// A bar with rate and time left, drawn where standard error is a terminal.
fn progress_bar(total: u64, unit: &str) -> ProgressBar {
    /// How often the bar is drawn anew while nothing moves.
    const TICK: Duration = Duration::from_secs(1);
    let bar = ProgressBar::new(total);
    bar.enable_steady_tick(TICK);
    let template = format!("{{bar:30}} {{human_pos}} of {{human_len}} {unit}, {{per_sec}}, {{eta}} left");
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Writes bytes, and says what failed.
fn put(out: &mut impl Write, bytes: &[u8]) -> anyhow::Result<()> {
    out.write_all(bytes).context("the output can not be written")
}
