//! The client: one door to ESPN.

mod backoff;
mod board;
mod failure;
mod headers;
mod http;
mod question;
mod requests;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use game_model::{League, Scoreboard, ScoreboardSource, Slate, SourceError, SystemClock, WallClock};
use tokio::time::Instant;

use self::backoff::Backoff;
use self::board::{Board, Newest};
use self::http::{Answer, Refusal};
use self::question::Base;
use self::requests::Requests;
use crate::{ConfigError, Decoded, EspnConfig, decode};

/// The client: one door to ESPN, shared by everybody who asks.
///
/// - A scoreboard is not asked for again before its `max-age` is over: the kept one is answered, with what is
///   left of its `max_age`.
/// - Callers who ask for the same scoreboard at the same time share one request and its result.
/// - After a failure the league is left alone for a while that doubles with each further failure, or for as long as
///   `Retry-After` asks for; until then the answer is
///   [`BackingOff`](game_model::SourceErrorKind::BackingOff), without a request. A question that ESPN refuses (400,
///   404) is left alone by itself: the league's other scoreboards are still asked for.
pub struct EspnClient {
    base: Base,
    config: EspnConfig,
    http: reqwest::Client,
    clock: Arc<dyn WallClock>,
    leagues: Mutex<HashMap<League, LeagueState>>,
    boards: Mutex<HashMap<(League, Slate), Arc<Board>>>,
}

/// What is known of asking about a league.
struct LeagueState {
    backoff: Backoff,
    requests: Requests,
}

impl EspnClient {
    /// A client that tells the time by the system's clock.
    pub fn new(config: EspnConfig) -> Result<Self, ConfigError> {
        Self::with_clock(config, Arc::new(SystemClock))
    }

    /// A client that tells the time of day (for `Retry-After` dates and the requests of today) by `clock`.
    pub fn with_clock(config: EspnConfig, clock: Arc<dyn WallClock>) -> Result<Self, ConfigError> {
        Ok(Self {
            base: Base::new(&config.base_url)?,
            http: http::client(&config)?,
            config,
            clock,
            leagues: Mutex::default(),
            boards: Mutex::default(),
        })
    }

    /// How many requests the league cost today (UTC).
    pub fn requests_today(&self, league: League) -> u64 {
        let now = self.clock.now();
        lock(&self.leagues).get(&league).map_or(0, |state| state.requests.on_day_of(now))
    }

    fn with_league<T>(&self, league: League, change: impl FnOnce(&mut LeagueState) -> T) -> T {
        let mut leagues = lock(&self.leagues);
        change(leagues.entry(league).or_insert_with(|| LeagueState {
            backoff: Backoff::new(&self.config),
            requests: Requests::default(),
        }))
    }

    /// The scoreboard's entry; entries that no longer matter are forgotten.
    fn board(&self, league: League, slate: Slate) -> Arc<Board> {
        let mut boards = lock(&self.boards);
        if let Some(board) = boards.get(&(league, slate)) {
            return Arc::clone(board);
        }
        let now = Instant::now();
        boards.retain(|_, board| Arc::strong_count(board) > 1 || board.is_needed(now));
        let board = Arc::new(Board::new(Backoff::new(&self.config)));
        boards.insert((league, slate), Arc::clone(&board));
        board
    }

    /// Asks, unless ESPN is to be left alone.
    async fn ask(
        &self,
        league: League,
        slate: Slate,
        newest: &mut Newest,
    ) -> Result<Arc<Scoreboard>, SourceError> {
        let now = Instant::now();
        if let Some(refusal) = newest.refused.refusal(now) {
            return Err(refusal);
        }
        self.with_league(league, |state| {
            let refusal = state.backoff.refusal(now).map_or(Ok(()), Err);
            refusal.inspect(|()| state.requests.count(self.clock.now()))
        })?;
        match self.request(league, slate).await {
            Ok(board) => {
                newest.refused.succeeded();
                self.with_league(league, |state| state.backoff.succeeded());
                Ok(Arc::new(board))
            }
            Err(Refusal { failure, retry_after }) => {
                let (now, why) = (Instant::now(), failure.to_string());
                if failure.is_of_the_question() {
                    newest.refused.failed(now, retry_after, why);
                    return Err(failure.into_error(retry_after.unwrap_or_default()));
                }
                let wait = self.with_league(league, |state| state.backoff.failed(now, retry_after, why));
                Err(failure.into_error(wait))
            }
        }
    }

    async fn request(&self, league: League, slate: Slate) -> Result<Scoreboard, Refusal> {
        let url = self.base.scoreboard(league, slate);
        tracing::debug!(league = league.key, %slate, "asking ESPN");
        let Answer { body, max_age, server_time } =
            http::ask(&self.http, url, &self.config, &*self.clock).await?;
        let bytes = body.len();
        let Decoded { games, problems, slate: shown, weeks, days } =
            decode(league, slate, &body).map_err(failure::Failure::from)?;
        let (league, asked, slate) = (league, slate, shown);
        Ok(Scoreboard { league, asked, slate, games, problems, weeks, days, max_age, server_time, bytes })
    }
}

#[async_trait]
impl ScoreboardSource for EspnClient {
    async fn fetch(&self, league: League, slate: Slate) -> Result<Arc<Scoreboard>, SourceError> {
        let board = self.board(league, slate);
        board.get(async |newest| self.ask(league, slate, newest).await).await
    }
}

impl fmt::Debug for EspnClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EspnClient").field("host", &self.base.host()).finish_non_exhaustive()
    }
}

/// Every change under these locks is a single step: a panic elsewhere leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
