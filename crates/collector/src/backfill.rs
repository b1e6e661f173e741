//! Backfill: the slates of a season, past and announced, asked for one by one and committed as any observation.

mod background;
mod season;
#[cfg(test)]
mod tests;
mod told;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use game_model::{
    AskedSlate, BackfillLog, CommitError, Game, League, Observation, ObservationLog, Scoreboard,
    ScoreboardSource, Seen, Slate, SlateId, SourceError, SourceErrorKind, WallClock,
};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, sleep_until, timeout};

pub use background::BackgroundBackfill;

use crate::clock::SourceClock;
use season::{SeasonSlate, current_year, opening, slates_of};
use told::{ended, is_doubtful, is_settled, is_told, times_empty};

/// Slates that are not over are asked for again after so long: starts that moved, and games announced since.
pub(crate) const REFRESH: TimeDelta = TimeDelta::days(7);

/// How politely the backfill asks. The defaults are those of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackfillConfig {
    /// Time from the end of one request to the next (`BACKFILL_PAUSE_MS`).
    pub pause: Duration,
    /// Attempts for one slate, after which it is given up for now.
    pub attempts: u32,
    /// Wait after the first failure; it doubles with each further one. A source that asks for longer gets longer.
    pub first_wait: Duration,
    /// Longest wait that doubling leads to.
    pub longest_wait: Duration,
    /// A source that has not answered after this long is given up for this attempt.
    pub fetch_timeout: Duration,
}

impl Default for BackfillConfig {
    fn default() -> Self {
        Self {
            pause: Duration::from_secs(2),
            attempts: 8,
            first_wait: Duration::from_secs(5),
            longest_wait: Duration::from_mins(2),
            fetch_timeout: Duration::from_secs(30),
        }
    }
}

/// Which slates are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackfillRange {
    /// The league.
    pub league: League,
    /// The year in which the season begins; none: the current season, which out of season is the one ahead.
    pub begins: Option<i32>,
    /// Slates of this US-Eastern day or later, and the week that this day is in.
    pub from: Option<NaiveDate>,
    /// Slates of this US-Eastern day or earlier, and the week that this day is in.
    pub to: Option<NaiveDate>,
}

/// The slates of a season, and which of them are to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackfillPlan {
    league: League,
    year: i32,
    season: String,
    slates: Vec<SeasonSlate>,
    due: Vec<SlateId>,
    /// What became of the slates that were asked for before.
    asked: HashMap<SlateId, AskedSlate>,
}

impl BackfillPlan {
    /// The league.
    pub fn league(&self) -> League {
        self.league
    }

    /// The season by its label: `2025`, `2025-26`.
    pub fn season(&self) -> &str {
        &self.season
    }

    /// How many slates the range has.
    pub fn total(&self) -> usize {
        self.slates.len()
    }

    /// The slates that are to be asked for now, in their order: those that were not, those that were not over when
    /// they were and are now, and those to come that were asked for long ago.
    pub fn due(&self) -> &[SlateId] {
        &self.due
    }

    fn find(&self, slate: SlateId) -> SeasonSlate {
        let found = self.slates.iter().find(|known| known.id == slate);
        found.copied().unwrap_or(SeasonSlate { id: slate, ends: None, has_games: false })
    }
}

/// What became of a slate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenSlate {
    /// Games that were committed.
    pub games: u64,
    /// Games of which a row was added to the history; the others were known as they are.
    pub recorded: u64,
    /// Events that could not be read, in sentences.
    pub problems: Vec<String>,
    /// Whether it came back empty although the calendar of the season tells of games on it: it is asked for again the
    /// next time, and believed once it was empty three times.
    pub is_doubtful: bool,
    /// Why the source refused the question: there is no such slate.
    pub refused: Option<String>,
    /// The games that are announced, for whoever serves them.
    pub announced: Vec<Arc<Game>>,
}

/// Why a slate was not had, or not committed. It stays to be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackfillError {
    /// The source gave no scoreboard.
    #[error("{0}")]
    Source(#[from] SourceError),
    /// The store did not take what was seen, or could not say how far the backfill got.
    #[error("{0}")]
    Store(#[from] CommitError),
}

impl BackfillError {
    /// Whether the source refused the question itself: asking again is of no use.
    fn is_refusal(&self) -> bool {
        matches!(self, Self::Source(error) if is_refusal(error))
    }

    /// How long the source is to be left alone.
    fn retry_after(&self) -> Duration {
        match self {
            Self::Source(error) => error.retry_after,
            Self::Store(_) => Duration::ZERO,
        }
    }
}

fn is_refusal(error: &SourceError) -> bool {
    error.kind == SourceErrorKind::Rejected
}

/// Asks for the slates of a season and commits what they show. One request at a time, with a pause between two.
pub struct Backfill {
    source: Arc<dyn ScoreboardSource>,
    log: Arc<dyn ObservationLog>,
    progress: Arc<dyn BackfillLog>,
    clock: Arc<SourceClock>,
    config: BackfillConfig,
    /// Not to be asked before; locked while a request is under way.
    next_at: Mutex<Instant>,
    /// Told of each wait after a failure.
    on_wait: Box<OnWait>,
}

/// Told which slate could not be had, why, and after what time it is asked for again.
type OnWait = dyn Fn(Slate, &BackfillError, Duration) + Send + Sync;

impl Backfill {
    /// A backfill that asks `source`, commits to `log` and remembers in `progress` how far it got.
    pub fn new(
        source: Arc<dyn ScoreboardSource>,
        log: Arc<dyn ObservationLog>,
        progress: Arc<dyn BackfillLog>,
        clock: Arc<SourceClock>,
        config: BackfillConfig,
    ) -> Self {
        Self {
            source,
            log,
            progress,
            clock,
            config,
            next_at: Mutex::new(Instant::now()),
            on_wait: Box::new(log_wait),
        }
    }

    /// Has each wait after a failure told, instead of the log.
    #[must_use]
    pub fn on_wait(self, tell: impl Fn(Slate, &BackfillError, Duration) + Send + Sync + 'static) -> Self {
        Self { on_wait: Box::new(tell), ..self }
    }

    /// Finds out which slates the range has and which of them are to be asked for. Asks the source for the calendar
    /// of the season; changes nothing.
    pub async fn plan(&self, range: BackfillRange) -> Result<BackfillPlan, BackfillError> {
        let BackfillRange { league, begins, from, to } = range;
        let board = self.ask(league, Slate::Current).await?;
        let now = self.clock.now();
        let year =
            begins.map_or_else(|| current_year(league, &board, now), |begins| league.year_of_season(begins));
        let mut slates = slates_of(league, year, &board);
        if slates.is_none() {
            match self.ask(league, Slate::Named(opening(league, year))).await {
                Ok(board) => slates = slates_of(league, year, &board),
                // The calendar is a help, not a need.
                Err(error) if error.is_refusal() => {}
                Err(error) => return Err(error),
            }
        }
        let mut slates = slates.unwrap_or_else(|| {
            tracing::debug!(league = league.key, year, "the source tells no calendar of this season");
            season::assumed(league, year)
        });
        slates.retain(|slate| slate.touches(from, to));
        let asked = self.progress.asked(league, year).await?;
        let asked: HashMap<SlateId, AskedSlate> =
            asked.into_iter().map(|asked| (asked.slate, asked)).collect();
        let is_due = |slate: &&SeasonSlate| match asked.get(&slate.id) {
            None => true,
            Some(asked) if asked.settled => false,
            Some(asked) => ended(slate, league, year, now) || now - asked.asked_at >= REFRESH,
        };
        let due = slates.iter().filter(is_due).map(|slate| slate.id).collect();
        Ok(BackfillPlan { league, year, season: league.season(year, 2).label, slates, due, asked })
    }

    /// Forgets how far it got with the slates of a plan, so that all of them are to be asked for.
    pub async fn restart(&self, plan: &mut BackfillPlan) -> Result<(), BackfillError> {
        plan.due = plan.slates.iter().map(|slate| slate.id).collect();
        plan.asked.clear();
        Ok(self.progress.forget(plan.league, plan.year, plan.due.clone()).await?)
    }

    /// Asks for a slate, again and again for as long as the configuration says, and commits what it shows. May be
    /// dropped at any moment: the slate is then asked for again, and nothing is committed twice.
    pub async fn take(&self, plan: &BackfillPlan, slate: SlateId) -> Result<TakenSlate, BackfillError> {
        self.patiently(Slate::Named(slate), || self.try_once(plan, slate)).await
    }

    /// Tries again and again, for as long as the configuration says. A question that is refused stays so.
    async fn patiently<T, F>(&self, slate: Slate, attempt: impl Fn() -> F) -> Result<T, BackfillError>
    where
        F: Future<Output = Result<T, BackfillError>>,
    {
        let mut pause = self.config.first_wait;
        for _ in 1..self.config.attempts {
            let error = match attempt().await {
                Err(error) if !error.is_refusal() => error,
                outcome => return outcome,
            };
            let wait = pause.max(error.retry_after());
            (self.on_wait)(slate, &error, wait);
            sleep(wait).await;
            pause = (pause * 2).min(self.config.longest_wait);
        }
        attempt().await
    }

    async fn try_once(&self, plan: &BackfillPlan, slate: SlateId) -> Result<TakenSlate, BackfillError> {
        let (league, year) = (plan.league, plan.year);
        let board = match self.fetch(league, Slate::Named(slate)).await {
            Ok(board) => board,
            Err(error) if is_refusal(&error) => {
                return Ok(TakenSlate { refused: Some(error.message), ..TakenSlate::default() });
            }
            Err(error) => return Err(error.into()),
        };
        let observed_at = self.clock.now();
        let told = board.games.iter().filter(|game| is_told(game, observed_at));
        let games: Vec<_> = told.map(|game| Arc::new(game.clone())).collect();
        let announced = games.iter().filter(|game| game.start > observed_at).map(Arc::clone).collect();
        let mut taken = TakenSlate {
            games: games.len() as u64,
            problems: board.problems.iter().map(ToString::to_string).collect(),
            announced,
            ..TakenSlate::default()
        };
        if !games.is_empty() {
            taken.recorded = self
                .log
                .commit(Observation { league, observed_at, games, seen: Seen::Imported })
                .await?
                .recorded;
        }
        let of_season = plan.find(slate);
        let empty = times_empty(&of_season, year, &board, plan.asked.get(&slate), observed_at);
        taken.is_doubtful = is_doubtful(empty);
        let settled = is_settled(&of_season, year, &board, empty, observed_at);
        let asked = AskedSlate { slate, asked_at: observed_at, settled, empty };
        self.progress.note(league, year, asked).await?;
        Ok(taken)
    }

    /// Asks until there is an answer, or none is to be expected.
    async fn ask(&self, league: League, slate: Slate) -> Result<Arc<Scoreboard>, BackfillError> {
        self.patiently(slate, || async move { Ok(self.fetch(league, slate).await?) }).await
    }

    /// Asks once, when it is time to.
    async fn fetch(&self, league: League, slate: Slate) -> Result<Arc<Scoreboard>, SourceError> {
        let mut next_at = self.next_at.lock().await;
        sleep_until(*next_at).await;
        let answer = timeout(self.config.fetch_timeout, self.source.fetch(league, slate)).await;
        *next_at = Instant::now() + self.config.pause;
        let board = answer.map_err(|_| SourceError {
            kind: SourceErrorKind::TimedOut,
            message: format!("there was no answer about the {league} within {:?}", self.config.fetch_timeout),
            retry_after: Duration::ZERO,
        })??;
        if let Some(source_time) = board.server_time {
            self.clock.learn(source_time);
        }
        Ok(board)
    }
}

fn log_wait(slate: Slate, error: &BackfillError, wait: Duration) {
    tracing::debug!(%slate, ?wait, "the backfill waits: {error}");
}
