//! `sports-data backfill`: past and announced slates of a season, asked of ESPN and kept as if the service had seen
//! them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use async_trait::async_trait;
use chrono::{Datelike, Utc};
use collector::{Backfill, BackfillConfig, BackfillPlan, BackfillRange, SourceClock};
use espn_client::EspnClient;
use game_model::{
    AskedSlate, BackfillLog, CommitError, Committed, League, Observation, ObservationLog, RememberedGame,
    SlateId, SystemClock,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use store::{BesideStore, OpenError, Store};

use crate::cli::BackfillOptions;
use crate::service::{espn_config, store_config};
use crate::settings::Settings;

/// Seasons that began earlier are refused: most likely the year is a slip.
const EARLIEST: i32 = 1990;

/// What became of a backfill.
#[derive(Debug, Default)]
pub struct Outcome {
    league: String,
    season: String,
    total: usize,
    due: usize,
    pause: Duration,
    taken: usize,
    games: u64,
    recorded: u64,
    unreadable: usize,
    refused: usize,
    doubtful: usize,
    dry_run: bool,
    interrupted: bool,
}

impl Outcome {
    /// Whether every slate was asked for.
    pub fn is_complete(&self) -> bool {
        !self.interrupted
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { league, season, total, due, taken, games, recorded, unreadable, refused, .. } = self;
        if self.dry_run {
            let seconds = self.pause.as_secs_f64() * f64::from(u32::try_from(*due).unwrap_or(u32::MAX));
            return writeln!(
                f,
                "{league} {season}: {due} of {total} slates would be asked for, which takes about {seconds:.0} s"
            );
        }
        writeln!(f, "{league} {season}: {taken} of {due} slates were asked for, of {total} in all")?;
        writeln!(f, "{games} games were seen, {recorded} of them were new or had changed")?;
        if *unreadable > 0 {
            writeln!(f, "{unreadable} events could not be read; their slates are asked for again next time")?;
        }
        if *refused > 0 {
            writeln!(f, "{refused} slates do not exist, says ESPN")?;
        }
        if self.doubtful > 0 {
            writeln!(
                f,
                "{} of the slates came back empty, on which there are games by the calendar; asked for again next time",
                self.doubtful
            )?;
        }
        if self.interrupted {
            writeln!(f, "interrupted; the same command goes on from here")?;
        }
        Ok(())
    }
}

/// Asks for the slates that are due, one by one; each is remembered once what it showed is committed.
pub async fn run(settings: &Settings, what: &BackfillOptions) -> anyhow::Result<Outcome> {
    let latest = Utc::now().year() + 1;
    ensure!(
        (EARLIEST..=latest).contains(&what.season),
        "--season is {}; allowed are seasons that begin from {EARLIEST} to {latest}",
        what.season
    );
    if let (Some(from), Some(to)) = (what.from, what.to) {
        ensure!(from <= to, "--from {from} is after --to {to}");
    }
    let clock = Arc::new(SourceClock::new(Arc::new(SystemClock)));
    let (log, progress) = logs(settings, what.dry_run, &clock).await?;
    let espn = Arc::new(EspnClient::new(espn_config(settings))?);
    let pause = what.pause_ms.map_or(settings.backfill_pause, Duration::from_millis);
    let config = BackfillConfig { pause, ..BackfillConfig::default() };
    let bar = ProgressBar::hidden();
    let shown = bar.clone();
    let backfill = Backfill::new(espn, log, progress, clock, config).on_wait(move |slate, error, wait| {
        shown.suspend(|| eprintln!("slate {slate}: {error}; tried again in {} s", wait.as_secs()));
    });
    let range =
        BackfillRange { league: what.league, begins: Some(what.season), from: what.from, to: what.to };
    let mut plan = backfill.plan(range).await.context("the season's calendar could not be had")?;
    ensure!(
        plan.total() > 0,
        "the season {} of the {} has no slates from {} to {}",
        plan.season(),
        what.league,
        what.from.map_or_else(|| "its start".into(), |day| day.to_string()),
        what.to.map_or_else(|| "its end".into(), |day| day.to_string())
    );
    if what.restart && what.dry_run {
        return Ok(Outcome { due: plan.total(), dry_run: true, ..begun(&plan, pause) });
    }
    if what.restart {
        backfill.restart(&mut plan).await?;
    }
    let outcome = begun(&plan, pause);
    if what.dry_run {
        return Ok(Outcome { dry_run: true, ..outcome });
    }
    show(&bar, &plan);
    let outcome = ask(&backfill, &plan, outcome, &bar).await;
    bar.finish_and_clear();
    outcome
}

fn begun(plan: &BackfillPlan, pause: Duration) -> Outcome {
    Outcome {
        league: plan.league().to_string(),
        season: plan.season().to_owned(),
        total: plan.total(),
        due: plan.due().len(),
        pause,
        ..Outcome::default()
    }
}

async fn ask(
    backfill: &Backfill,
    plan: &BackfillPlan,
    mut outcome: Outcome,
    bar: &ProgressBar,
) -> anyhow::Result<Outcome> {
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    for slate in plan.due() {
        let taken = tokio::select! {
            taken = backfill.take(plan, *slate) => taken,
            _ = &mut interrupt => {
                outcome.interrupted = true;
                break;
            }
        };
        let taken = taken.with_context(|| {
            format!(
                "given up at slate {slate}, after {} others; the same command goes on from here",
                outcome.taken
            )
        })?;
        outcome.taken += 1;
        outcome.games += taken.games;
        outcome.recorded += taken.recorded;
        outcome.unreadable += taken.problems.len();
        outcome.refused += usize::from(taken.refused.is_some());
        outcome.doubtful += usize::from(taken.is_doubtful);
        bar.suspend(|| taken.problems.iter().for_each(|problem| eprintln!("slate {slate}: {problem}")));
        bar.set_message(outcome.games.to_string());
        bar.inc(1);
    }
    Ok(outcome)
}

/// Begins to show how far it is.
fn show(bar: &ProgressBar, plan: &BackfillPlan) {
    /// How often the bar is drawn anew while nothing moves.
    const TICK: Duration = Duration::from_secs(1);
    let template = "{bar:30} {human_pos} of {human_len} slates, {msg} games, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_length(plan.due().len() as u64);
    bar.set_message("0");
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.reset_eta();
    bar.enable_steady_tick(TICK);
}

type Logs = (Arc<dyn ObservationLog>, Arc<dyn BackfillLog>);

/// The store beside the service, made or brought up to date where no service did that yet. A dry run makes none.
async fn logs(settings: &Settings, dry_run: bool, clock: &Arc<SourceClock>) -> anyhow::Result<Logs> {
    let open = || BesideStore::open(&settings.data_dir, clock.clone());
    let beside = match open() {
        Err(OpenError::Missing { .. } | OpenError::Older { .. }) if dry_run => {
            return Ok((Arc::new(Blank), Arc::new(Blank)));
        }
        Err(OpenError::Missing { .. } | OpenError::Older { .. }) => {
            Store::open(store_config(settings), clock.clone())?.close().await;
            open()?
        }
        beside => beside?,
    };
    Ok((Arc::new(beside.clone()), Arc::new(beside)))
}

/// A store that holds nothing and takes nothing, for a dry run where there is none.
struct Blank;

impl Blank {
    fn refusal<T>() -> Result<T, CommitError> {
        Err(CommitError { message: "a dry run keeps nothing".into() })
    }
}

#[async_trait]
impl ObservationLog for Blank {
    async fn commit(&self, _: Observation) -> Result<Committed, CommitError> {
        Self::refusal()
    }

    async fn remembered(
        &self,
        _: League,
        _: chrono::DateTime<Utc>,
    ) -> Result<Vec<RememberedGame>, CommitError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl BackfillLog for Blank {
    async fn asked(&self, _: League, _: i32) -> Result<Vec<AskedSlate>, CommitError> {
        Ok(Vec::new())
    }

    async fn note(&self, _: League, _: i32, _: AskedSlate) -> Result<(), CommitError> {
        Self::refusal()
    }

    async fn forget(&self, _: League, _: i32, _: Vec<SlateId>) -> Result<(), CommitError> {
        Self::refusal()
    }
}
