//! Where what was observed can be asked for.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{GameId, GameStatus, League, PastGame, PastTeam, Timeline};

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistorySource {
    /// The embedded store.
    Store,
    /// `InfluxDB`.
    Influx,
    /// Both: the store, and `InfluxDB` for what was observed before the store began.
    StoreAndInflux,
    /// The store alone, where `InfluxDB` should have added what is older and did not answer.
    StoreWithoutInflux,
}

impl HistorySource {
    /// `store`, `influxdb`, or `store, influxdb`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Store | Self::StoreWithoutInflux => "store",
            Self::Influx => "influxdb",
            Self::StoreAndInflux => "store, influxdb",
        }
    }

    /// Whether everything answered that should have.
    pub fn is_complete(self) -> bool {
        self != Self::StoreWithoutInflux
    }
}

/// An answer of history, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told<T> {
    /// Where it comes from.
    pub source: HistorySource,
    /// What was found.
    pub found: T,
}

/// A side of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HomeAway {
    /// At home.
    Home,
    /// Visiting.
    Away,
}

/// An order of games by their start, and by league and id where they start together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum GameOrder {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// Which games are asked for, and which page of them. What is none restricts nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// The league.
    pub league: Option<League>,
    /// A team that plays, by any of its names: see [`PastTeam::is_called`].
    pub team: Option<String>,
    /// A team that plays against it.
    pub opponent: Option<String>,
    /// Where the team plays.
    pub home_away: Option<HomeAway>,
    /// The year in which the season begins.
    pub season: Option<i32>,
    /// The state of the game.
    pub status: Option<GameStatus>,
    /// The earliest start.
    pub from: Option<DateTime<Utc>>,
    /// The first start that is too late.
    pub until: Option<DateTime<Utc>>,
    /// The order of the games.
    pub order: GameOrder,
    /// Only games that come after this one in the order: its start, league and id.
    pub after: Option<(DateTime<Utc>, League, GameId)>,
    /// Games to pass over.
    pub skip: u64,
    /// Games on the page at most.
    pub limit: u64,
}

/// One page of games.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryPage {
    /// The games of the page.
    pub games: Vec<PastGame>,
    /// The games of all pages.
    pub total: u64,
}

/// A team's season.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamSeason {
    /// The league.
    pub league: League,
    /// The team, as it was last called.
    pub team: PastTeam,
    /// The year in which the season begins.
    pub begins: i32,
    /// The team's games of all phases of the season, by their start.
    pub games: Vec<PastGame>,
}

/// Why history could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HistoryError {
    /// A sentence for people that says what to do.
    pub message: String,
}

/// Where what was observed can be asked for. An answer may wait for a disk or a server.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait GameHistory: Send + Sync {
    /// A page of games, each once.
    async fn games(&self, query: HistoryQuery) -> Result<Told<HistoryPage>, HistoryError>;

    /// The courses of the games with this id, of which each league can have one.
    async fn timelines(
        &self,
        league: Option<League>,
        game: GameId,
    ) -> Result<Told<Vec<Timeline>>, HistoryError>;

    /// The season of each team that is called so: the one that begins in this year, or the team's newest.
    ///
    /// A team without such a season is left out.
    async fn team_seasons(
        &self,
        league: Option<League>,
        team: String,
        begins: Option<i32>,
    ) -> Result<Told<Vec<TeamSeason>>, HistoryError>;

    /// The games of a league's season, by their start: the one that begins in this year, or the newest.
    async fn league_season(
        &self,
        league: League,
        begins: Option<i32>,
    ) -> Result<Told<Vec<PastGame>>, HistoryError>;

    /// A number that grows when games of the league and of the season that begins in this year change, after the
    /// change can be read; none stands for any. Never waits.
    fn revision(&self, league: Option<League>, begins: Option<i32>) -> u64;
}

/// A history that begins at some moment: older observations are to be looked for elsewhere.
#[async_trait]
pub trait RecentHistory: GameHistory {
    /// When its oldest observation was made; none while it holds none. Never waits.
    fn begins(&self) -> Option<DateTime<Utc>>;

    /// The teams that its games name, each under every name that it had, the newest last.
    async fn named_teams(&self) -> Result<Vec<(League, PastTeam)>, HistoryError>;

    /// The games of the league that it holds among these.
    async fn holding(&self, league: League, games: Vec<GameId>) -> Result<Vec<PastGame>, HistoryError>;
}
