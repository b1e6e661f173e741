//! History as it is asked for: one row per game, kept up to date by each commit, and the course of a game.

mod course;
mod keep;
mod page;
mod revisions;
mod rows;
mod seasons;
mod teams;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use game_model::{
    GameHistory, GameId, HistoryError, HistoryPage, HistoryQuery, HistorySource, League, PastGame, PastTeam,
    RecentHistory, TeamSeason, Timeline, Told,
};
use influx_schema::from_nanoseconds;
use rusqlite::{Connection, Result};

use crate::store::Store;

pub(crate) use keep::{keep, keep_after};
pub(crate) use page::games as page_of_games;
pub(crate) use revisions::{Changed, Revisions};

/// The version of the tables in whose step the rows of this module are made that lack.
pub(crate) const SINCE_VERSION: usize = 7;

/// Makes the rows of a database that had none yet, and finds out which teams are meant by nicknames.
pub(crate) fn fill(db: &Connection) -> Result<()> {
    keep::fill(db)?;
    teams::settle(db, None, |_| true).map(drop)
}

impl Store {
    /// Asks the questions of one answer in one snapshot of the database.
    async fn tell<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<Told<T>, HistoryError> {
        let found = self.ask(|db| {
            let snapshot = db.unchecked_transaction()?;
            question(&snapshot)
        });
        Ok(Told { source: HistorySource::Store, found: found.await? })
    }
}

#[async_trait]
impl GameHistory for Store {
    async fn games(&self, query: HistoryQuery) -> Result<Told<HistoryPage>, HistoryError> {
        self.tell(move |db| page::games(db, &query)).await
    }

    async fn timelines(
        &self,
        league: Option<League>,
        game: GameId,
    ) -> Result<Told<Vec<Timeline>>, HistoryError> {
        self.tell(move |db| course::timelines(db, league, &game)).await
    }

    async fn team_seasons(
        &self,
        league: Option<League>,
        team: String,
        begins: Option<i32>,
    ) -> Result<Told<Vec<TeamSeason>>, HistoryError> {
        self.tell(move |db| seasons::of_teams(db, league, &team, begins)).await
    }

    async fn league_season(
        &self,
        league: League,
        begins: Option<i32>,
    ) -> Result<Told<Vec<PastGame>>, HistoryError> {
        self.tell(move |db| seasons::of_league(db, league, begins)).await
    }

    fn revision(&self, league: Option<League>, begins: Option<i32>) -> u64 {
        self.revisions().of(league, begins)
    }
}

#[async_trait]
impl RecentHistory for Store {
    fn begins(&self) -> Option<DateTime<Utc>> {
        // What was imported has gaps: InfluxDB is asked about all that was not observed here.
        let oldest = from_nanoseconds(self.own_since()?);
        // A row that outlives the retention, as the newest of a game to come, leaves a gap behind it.
        Some(self.keeps_since().map_or(oldest, |since| oldest.max(since)))
    }

    async fn named_teams(&self) -> Result<Vec<(League, PastTeam)>, HistoryError> {
        let named = self.ask(|db| teams::all(db, None)).await?;
        Ok(named.into_iter().map(|named| (named.league, named.team)).collect())
    }

    async fn holding(&self, league: League, games: Vec<GameId>) -> Result<Vec<PastGame>, HistoryError> {
        Ok(self.ask(move |db| course::among(db, league, &games)).await?)
    }
}
