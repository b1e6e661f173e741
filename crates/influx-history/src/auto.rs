//! The embedded store, and `InfluxDB` for what was observed before the store began.

mod identity;
mod older;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use game_model::{
    GameHistory, GameId, GameOrder, HistoryError, HistoryPage, HistoryQuery, HistorySource, League, PastGame,
    PastTeam, RecentHistory, TeamSeason, Timeline, TimelineEntry, Told,
};

use crate::history::{InfluxHistory, Scope};
use crate::select::{self, Filter, begins_of, plays};
use older::{Kept, Settled};

/// The embedded store, and `InfluxDB` for what was observed before the store's oldest observation.
///
/// Each game is told once, by the rule of both: what is finished stays so, and else what was observed last counts.
/// Where `InfluxDB` does not answer, the store does alone, and the answer says so by its source.
#[derive(Debug, Clone)]
pub struct AutoHistory<S> {
    store: Arc<S>,
    influx: InfluxHistory,
    /// What is older, as it was read last. Clones share it.
    kept: Arc<Kept>,
}

impl<S: RecentHistory> AutoHistory<S> {
    /// What the store does not hold comes from `InfluxDB`.
    pub fn new(store: Arc<S>, influx: InfluxHistory) -> Self {
        Self { store, influx, kept: Arc::default() }
    }
}

/// A name of the team by which the store knows it under all of its names.
fn sure_name(league: League, team: &PastTeam) -> String {
    if team.franchise == team.id { team.id.clone() } else { format!("{}-{}", league.key, team.franchise) }
}

/// The games of the store with older ones, the oldest first.
fn with(
    mut games: Vec<PastGame>,
    settled: &[Arc<Settled>],
    is_told: impl Fn(&PastGame) -> bool,
) -> Vec<PastGame> {
    let outranked = settled.iter().flat_map(|settled| &settled.outranked);
    let ids: BTreeSet<_> = outranked.map(|game| (game.league, &game.id)).collect();
    games.retain(|game| !ids.contains(&(game.league, &game.id)));
    let older = settled.iter().flat_map(|settled| &settled.older);
    games.extend(older.filter(|game| is_told(game)).map(|game| PastGame::clone(game)));
    select::sort(&mut games, GameOrder::OldestFirst);
    games
}

/// What the store answered alone. Nothing found is no answer while there is somebody else to ask.
fn alone<T>(told: Told<T>, is_empty: bool, error: &HistoryError) -> Result<Told<T>, HistoryError> {
    if is_empty {
        let message = format!(
            "the embedded store knows nothing of it, and InfluxDB, which may, was not heard: {error}"
        );
        return Err(HistoryError { message });
    }
    tracing::debug!(%error, "an answer of history is the embedded store's alone");
    Ok(Told { source: HistorySource::StoreWithoutInflux, found: told.found })
}

/// Both, or `InfluxDB` alone where the store had nothing to say.
fn source(store_is_empty: bool) -> HistorySource {
    if store_is_empty { HistorySource::Influx } else { HistorySource::StoreAndInflux }
}

#[async_trait]
impl<S: RecentHistory> GameHistory for AutoHistory<S> {
    async fn games(&self, query: HistoryQuery) -> Result<Told<HistoryPage>, HistoryError> {
        let scope = Scope::of(&query, self.store.begins());
        let (told, older) =
            tokio::join!(self.store.games(query.clone()), self.kept.older(&*self.store, &self.influx, scope));
        let told = told?;
        let older = match older {
            Ok(older) => older,
            Err(error) => {
                let is_empty = told.found.total == 0;
                return alone(told, is_empty, &error);
            }
        };
        let settled = older.settled(&*self.store, query.league, query.season).await?;
        // Which of its rows the store has told is found out by the names that it knows.
        let ours = Filter::new(&query, &older.store_names().iter());
        let theirs = Filter::new(&query, &older.all_names());
        let settled = page::Settled {
            older: settled
                .iter()
                .flat_map(|settled| &settled.older)
                .map(|game| &**game)
                .filter(|game| theirs.admits(game))
                .collect(),
            outranked: settled
                .iter()
                .flat_map(|settled| &settled.outranked)
                .filter(|game| ours.admits(game))
                .collect(),
        };
        if settled.is_empty() {
            return Ok(told);
        }
        let source = source(told.found.total == settled.outranked.len() as u64);
        let found = page::merged(&*self.store, &query, told.found, settled).await?;
        Ok(Told { source, found })
    }

    async fn timelines(
        &self,
        league: Option<League>,
        game: GameId,
    ) -> Result<Told<Vec<Timeline>>, HistoryError> {
        let scope = Scope::season(league, None, self.store.begins());
        let (told, older) =
            tokio::join!(self.store.timelines(league, game.clone()), self.influx.courses(scope, &game));
        let told = told?;
        let older = match older {
            Ok(older) if older.is_empty() => return Ok(told),
            Ok(older) => older,
            Err(error) => {
                let is_empty = told.found.is_empty();
                return alone(told, is_empty, &error);
            }
        };
        let source = source(told.found.is_empty());
        let mut found = told.found;
        let names = self.store.named_teams().await?;
        for mut course in older {
            identity::name_all(std::slice::from_mut(&mut course.game), &names);
            match found.iter_mut().find(|known| known.game.league == course.game.league) {
                Some(known) => *known = joined(known.clone(), course),
                None => found.push(course),
            }
        }
        Ok(Told { source, found })
    }

    async fn team_seasons(
        &self,
        league: Option<League>,
        team: String,
        begins: Option<i32>,
    ) -> Result<Told<Vec<TeamSeason>>, HistoryError> {
        let scope = Scope::season(league, begins, self.store.begins());
        let (told, older) = tokio::join!(
            self.store.team_seasons(league, team.clone(), begins),
            self.kept.older(&*self.store, &self.influx, scope)
        );
        let told = told?;
        let older = match older {
            Ok(older) => older,
            Err(error) => {
                let is_empty = told.found.is_empty();
                return alone(told, is_empty, &error);
            }
        };
        let (mut seasons, source_of_store) = (told.found, told.source);
        let mut has_added = false;
        // A name may mean teams in both that neither knows by it: all of them are looked at.
        for theirs in select::team_seasons(&older.games(), &older.teams_called(&team), begins) {
            let is_theirs = |ours: &TeamSeason| {
                ours.league == theirs.league && ours.team.franchise == theirs.team.franchise
            };
            let ours = seasons.iter().position(is_theirs);
            // Nothing newer: the season of the store is the one, with older games of it.
            if ours.is_some_and(|place| seasons[place].begins >= theirs.begins) {
                continue;
            }
            // A newer season, or a name that the store does not know: it may hold games of it too.
            let name = sure_name(theirs.league, &theirs.team);
            let again = self.store.team_seasons(Some(theirs.league), name, Some(theirs.begins)).await?.found;
            let season =
                again.into_iter().find(is_theirs).unwrap_or(TeamSeason { games: Vec::new(), ..theirs });
            match ours {
                Some(place) => seasons[place] = season,
                None => seasons.push(season),
            }
        }
        let store_is_empty = seasons.iter().all(|season| season.games.is_empty());
        for season in &mut seasons {
            let settled = older.settled(&*self.store, Some(season.league), Some(season.begins)).await?;
            let is_told = |game: &PastGame| plays(game, season.league, &season.team.franchise);
            has_added |= settled.iter().flat_map(|settled| &settled.older).any(|game| is_told(game));
            let games = std::mem::take(&mut season.games);
            season.games = with(games, &settled, is_told);
        }
        seasons.retain(|season| !season.games.is_empty());
        let source = if has_added { source(store_is_empty) } else { source_of_store };
        Ok(Told { source, found: seasons })
    }

    async fn league_season(
        &self,
        league: League,
        begins: Option<i32>,
    ) -> Result<Told<Vec<PastGame>>, HistoryError> {
        let scope = Scope::season(Some(league), begins, self.store.begins());
        let (told, older) = tokio::join!(
            self.store.league_season(league, begins),
            self.kept.older(&*self.store, &self.influx, scope)
        );
        let mut told = told?;
        let older = match older {
            Ok(older) => older,
            Err(error) => {
                let is_empty = told.found.is_empty();
                return alone(told, is_empty, &error);
            }
        };
        let newest = told.found.iter().filter_map(begins_of).max();
        let Some(wanted) = begins.or(newest.max(older.newest_season(league))) else { return Ok(told) };
        if begins.is_none() && newest != Some(wanted) {
            told = self.store.league_season(league, Some(wanted)).await?;
        }
        let settled = older.settled(&*self.store, Some(league), Some(wanted)).await?;
        if settled.iter().all(|settled| settled.older.is_empty()) {
            return Ok(told);
        }
        let source = source(told.found.is_empty());
        Ok(Told { source, found: with(told.found, &settled, |_| true) })
    }

    /// The store's: what is older does not change.
    fn revision(&self, league: Option<League>, begins: Option<i32>) -> u64 {
        self.store.revision(league, begins)
    }
}

/// The course of a game of which the store and `InfluxDB` each know a part. Of a look that both know the store's is
/// taken.
fn joined(ours: Timeline, older: Timeline) -> Timeline {
    let mut theirs = older.game;
    identity::name_as(&mut theirs, &ours.game);
    let game = if theirs.outranks(&ours.game) { theirs } else { ours.game };
    let looks = older.entries.into_iter().chain(ours.entries).map(|entry| (entry.observed_at, entry));
    let looks: BTreeMap<_, TimelineEntry> = looks.collect();
    Timeline::new(game, looks.into_values().collect())
}
