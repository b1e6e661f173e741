//! History out of `InfluxDB` alone.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use game_model::{
    GameHistory, GameId, HistoryError, HistoryPage, HistoryQuery, HistorySource, League, PastGame,
    TeamSeason, Timeline, Told, WallClock,
};
use influx_client::InfluxClient;
use influx_schema::nanoseconds;
use tokio::time::Instant;

use crate::games::course;
use crate::mirror::{Asked, KEPT_FOR, Mirror};
use crate::row::rows;
use crate::server::{Refusal, Server, Trouble};
use crate::span::{DAY, Span};
use crate::statement::Statement;
use crate::{InfluxHistoryConfig, select};

/// Leagues that are asked for at a time.
const AT_A_TIME: usize = 4;

/// So far a game is moved at most, and still found by its start: a year.
const FARTHEST_MOVE: i64 = 366 * DAY;

/// History out of `InfluxDB`. A cheap handle: clones share what was read, and the breaker.
#[derive(Clone)]
pub struct InfluxHistory(Arc<Shared>);

struct Shared {
    server: Server,
    clock: Arc<dyn WallClock>,
    /// How many lines `InfluxDB` took so far. Never waits.
    written: Box<dyn Fn() -> u64 + Send + Sync>,
    /// The last count, and when it was first seen.
    seen: Mutex<(u64, Instant)>,
    /// One for each league that was asked for. Who reads holds it, so that nothing is read twice.
    mirrors: Mutex<HashMap<League, Arc<tokio::sync::Mutex<Mirror>>>>,
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    pub league: Option<League>,
    pub span: Span,
    /// Only what was observed before this.
    pub before: Option<DateTime<Utc>>,
}

impl Scope {
    /// All that may be asked for by a query.
    pub fn of(query: &HistoryQuery, before: Option<DateTime<Utc>>) -> Self {
        let starts = Span::between(query.from, query.until).widened(FARTHEST_MOVE);
        let season = query.season.map_or(Span::ALL, Span::of_season);
        Self { league: query.league, span: starts.and(season), before }
    }

    /// A season of a league, or of all; none for all seasons.
    pub fn season(league: Option<League>, begins: Option<i32>, before: Option<DateTime<Utc>>) -> Self {
        Self { league, span: begins.map_or(Span::ALL, Span::of_season), before }
    }

    fn leagues(&self) -> Vec<League> {
        League::all().filter(|known| self.league.is_none_or(|league| league == *known)).collect()
    }
}

impl InfluxHistory {
    /// History out of the bucket or database of a client. `written` tells how many lines it took so far: what was read
    /// of games that are on is read anew when it has grown.
    pub fn new(
        client: InfluxClient,
        config: InfluxHistoryConfig,
        clock: Arc<dyn WallClock>,
        written: impl Fn() -> u64 + Send + Sync + 'static,
    ) -> Self {
        let seen = Mutex::new((written(), Instant::now()));
        let (server, written) = (Server::new(client, config), Box::new(written));
        Self(Arc::new(Shared { server, clock, written, seen, mirrors: Mutex::default() }))
    }

    /// Why the last question was not answered, unless that is long ago. From memory: never waits.
    pub fn trouble(&self) -> Option<Trouble> {
        self.0.server.trouble(self.0.clock.now())
    }

    /// The games of a scope, each once.
    pub(crate) async fn past(&self, scope: Scope) -> Result<Vec<PastGame>, HistoryError> {
        let question = async {
            let leagues = stream::iter(scope.leagues()).map(|league| self.of_league(league, scope));
            let games: Vec<Vec<PastGame>> = leagues.buffered(AT_A_TIME).try_collect().await?;
            Ok(games.into_iter().flatten().collect())
        };
        self.0.server.question(self.0.clock.now(), question).await
    }

    async fn of_league(&self, league: League, scope: Scope) -> Result<Vec<PastGame>, Refusal> {
        let mirror = self.mirror(league);
        let mut mirror = mirror.lock().await;
        let games = mirror.games(&self.0.server, &self.asked(league, scope)).await?;
        Ok(games.values().map(|known| known.game(league)).collect())
    }

    fn asked(&self, league: League, scope: Scope) -> Asked {
        Asked {
            league,
            span: scope.span,
            before: scope.before.map(nanoseconds),
            now: nanoseconds(self.0.clock.now()),
            written: (self.0.written)(),
        }
    }

    fn mirror(&self, league: League) -> Arc<tokio::sync::Mutex<Mirror>> {
        let mut mirrors = self.0.mirrors.lock().unwrap_or_else(PoisonError::into_inner);
        mirrors.entry(league).or_default().clone()
    }

    /// The courses of the games with this id.
    pub(crate) async fn courses(&self, scope: Scope, game: &GameId) -> Result<Vec<Timeline>, HistoryError> {
        let question = async {
            let leagues = stream::iter(scope.leagues()).map(|league| self.course(league, scope, game));
            let courses: Vec<Option<Timeline>> = leagues.buffered(AT_A_TIME).try_collect().await?;
            Ok(courses.into_iter().flatten().collect())
        };
        self.0.server.question(self.0.clock.now(), question).await
    }

    async fn course(&self, league: League, scope: Scope, game: &GameId) -> Result<Option<Timeline>, Refusal> {
        let server = &self.0.server;
        let before = scope.before.map(nanoseconds);
        let statement = |span| Statement::course(league, game, span, before);
        // What is old is mostly known to the store as well, and in memory here: then nothing is asked.
        if before.is_none() {
            match server.ask(&statement(Span::ALL)).await {
                Err(Refusal::TooMuch(_)) => {}
                answer => return Ok(course(league, rows(league, &answer?))),
            }
        }
        // Where its points lie is known from the games of the league.
        let mirror = self.mirror(league);
        let games = mirror.lock().await.games(server, &self.asked(league, scope)).await?;
        let Some(known) = games.get(&game.0) else { return Ok(None) };
        let mut found = Vec::new();
        let take = |_, answer| found.extend(rows(league, &answer));
        server.ask_in_parts(known.span(), statement, take).await?;
        Ok(course(league, found))
    }

    /// A number that grows with every write, and once more when nothing that was read before it is kept any more.
    fn revision(&self) -> u64 {
        let written = (self.0.written)();
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != written {
            *seen = (written, Instant::now());
        }
        written.saturating_mul(2).saturating_add(u64::from(seen.1.elapsed() >= KEPT_FOR))
    }
}

impl fmt::Debug for InfluxHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InfluxHistory").field(self.0.server.config()).finish()
    }
}

fn told<T>(found: T) -> Told<T> {
    Told { source: HistorySource::Influx, found }
}

#[async_trait]
impl GameHistory for InfluxHistory {
    async fn games(&self, query: HistoryQuery) -> Result<Told<HistoryPage>, HistoryError> {
        let games = self.past(Scope::of(&query, None)).await?;
        Ok(told(select::page(games, &query)))
    }

    async fn timelines(
        &self,
        league: Option<League>,
        game: GameId,
    ) -> Result<Told<Vec<Timeline>>, HistoryError> {
        Ok(told(self.courses(Scope::season(league, None, None), &game).await?))
    }

    async fn team_seasons(
        &self,
        league: Option<League>,
        team: String,
        begins: Option<i32>,
    ) -> Result<Told<Vec<TeamSeason>>, HistoryError> {
        let games = self.past(Scope::season(league, begins, None)).await?;
        let teams = select::called(&select::names(&games), &team);
        let games: Vec<&PastGame> = games.iter().collect();
        Ok(told(select::team_seasons(&games, &teams, begins)))
    }

    async fn league_season(
        &self,
        league: League,
        begins: Option<i32>,
    ) -> Result<Told<Vec<PastGame>>, HistoryError> {
        let games = self.past(Scope::season(Some(league), begins, None)).await?;
        Ok(told(select::league_season(games, begins)))
    }

    fn revision(&self, _: Option<League>, _: Option<i32>) -> u64 {
        self.revision()
    }
}
