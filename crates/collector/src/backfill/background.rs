//! The backfill in the background of the service: the current season of each league, once and then every week.

use std::sync::Arc;
use std::time::Duration;

use game_model::{BackfillReport, League, RememberedGame, SlateId, WallClock};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Backfill, BackfillPlan, BackfillRange, TakenSlate};
use crate::collector::CollectorHandle;

/// From the end of a round to the next one, which looks for starts that moved and games announced since.
pub(crate) const ROUND_EVERY: Duration = Duration::from_hours(7 * 24);

/// The next round comes sooner where slates could not be had.
pub(crate) const ROUND_AGAIN: Duration = Duration::from_hours(1);

/// How often it is looked whether a league is quiet: a round but the first begins only then.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// So many slates in a row that could not be had end the round of a league.
const FAILURES: u32 = 3;

/// So many slates lie between two lines in the log.
const LOGGED_EVERY: usize = 50;

/// The backfill in the background.
pub struct BackgroundBackfill {
    backfill: Backfill,
    handle: CollectorHandle,
    leagues: Vec<League>,
    reports: watch::Sender<Vec<BackfillReport>>,
}

impl BackgroundBackfill {
    /// A backfill of these leagues, beside the collector of the handle. Give it the collector's
    /// [`between_polls`](crate::Collector::between_polls) as its source.
    pub fn new(backfill: Backfill, handle: CollectorHandle, leagues: Vec<League>) -> Self {
        Self { backfill, handle, leagues, reports: watch::Sender::default() }
    }

    /// How it goes.
    pub fn reports(&self) -> watch::Receiver<Vec<BackfillReport>> {
        self.reports.subscribe()
    }

    /// Goes on until `stop`, at once wherever it is. What was not asked for by then is at the next start.
    pub async fn run(self, stop: CancellationToken) {
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = self.rounds() => {}
        }
        let left: usize = self.reports.borrow().iter().map(|report| report.slates_left).sum();
        if left > 0 {
            tracing::info!(slates_left = left, "the backfill goes on at the next start");
        }
    }

    async fn rounds(&self) {
        let mut first = true;
        loop {
            let mut complete = true;
            for league in &self.leagues {
                // The first answer is for those who wait for it.
                self.handle.first_attempt(*league).await;
                while !first && !self.handle.is_quiet(*league) {
                    sleep(LOOK_EVERY).await;
                }
                complete &= self.round(*league).await;
            }
            first = false;
            sleep(if complete { ROUND_EVERY } else { ROUND_AGAIN }).await;
        }
    }

    /// Asks for all slates of the league's current season that are due, and tells whether all were had.
    async fn round(&self, league: League) -> bool {
        let range = BackfillRange { league, begins: None, from: None, to: None };
        let plan = match self.backfill.plan(range).await {
            Ok(plan) => plan,
            Err(error) => {
                tracing::warn!(
                    league = league.key,
                    "the backfill can not begin, and tries again later: {error}"
                );
                return false;
            }
        };
        let due = plan.due().to_vec();
        if !due.is_empty() {
            let (season, slates) = (plan.season(), due.len());
            tracing::info!(league = league.key, season, slates, "the backfill begins");
        }
        self.report(&plan, due.len(), None);
        let (mut left, mut failures, mut recorded) = (due.len(), 0, 0);
        let mut doubtful = 0_usize;
        for (number, slate) in (1..).zip(&due) {
            match self.backfill.take(&plan, *slate).await {
                Ok(taken) => {
                    failures = 0;
                    recorded += taken.recorded;
                    doubtful += usize::from(taken.is_doubtful);
                    left -= usize::from(!taken.is_doubtful);
                    self.tell(league, *slate, taken).await;
                    self.report(&plan, left, doubt(doubtful));
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(league = league.key, %slate, "the backfill lacks a slate for now: {error}");
                    self.report(&plan, left, Some(error.to_string()));
                    if failures == FAILURES {
                        break;
                    }
                }
            }
            if number % LOGGED_EVERY == 0 {
                tracing::info!(league = league.key, slates_left = left, games = recorded, "backfill");
            }
        }
        if let Some(doubt) = doubt(doubtful) {
            // One line, as all of a season may be.
            tracing::warn!(league = league.key, season = plan.season(), "the backfill: {doubt}");
        }
        if !due.is_empty() {
            tracing::info!(
                league = league.key,
                season = plan.season(),
                slates_left = left,
                games = recorded,
                "the backfill came to its end for now"
            );
        }
        left == 0
    }

    /// Says what could not be read, and tells the polls of games that lie beyond what they ask for.
    async fn tell(&self, league: League, slate: SlateId, taken: TakenSlate) {
        let observed_at = self.backfill.clock.now();
        for problem in &taken.problems {
            tracing::warn!(league = league.key, %slate, "{problem}");
        }
        if taken.is_doubtful {
            tracing::debug!(league = league.key, %slate, "it came back empty, and is asked for again later");
        }
        if let Some(refused) = &taken.refused {
            tracing::debug!(league = league.key, %slate, "no such slate: {refused}");
        }
        let announced = taken.announced.into_iter();
        let games: Vec<RememberedGame> =
            announced.map(|game| RememberedGame { game: Arc::unwrap_or_clone(game), observed_at }).collect();
        if !games.is_empty() {
            self.handle.learn(league, games).await;
        }
    }

    fn report(&self, plan: &BackfillPlan, slates_left: usize, error: Option<String>) {
        let report = BackfillReport {
            league: plan.league(),
            season: plan.season().to_owned(),
            done: slates_left == 0,
            slates_left,
            last_error: error,
        };
        self.reports.send_modify(|reports| {
            match reports.iter_mut().find(|known| known.league == report.league) {
                Some(known) => *known = report,
                None => reports.push(report),
            }
        });
    }
}

/// What is said of slates that came back empty; none where there are none.
fn doubt(slates: usize) -> Option<String> {
    let (count, they) = match slates {
        0 => return None,
        1 => ("1 slate".to_owned(), "it is"),
        more => (format!("{more} slates"), "they are"),
    };
    Some(format!("{count} came back empty on which there are games by the calendar; {they} asked for again"))
}
