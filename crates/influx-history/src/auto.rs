//! The embedded store, and `InfluxDB` for what was observed before the store began.

mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use game_model::{
    GameHistory, GameId, GameOrder, HistoryError, HistoryPage, HistoryQuery, HistorySource, League, PastGame,
    PastTeam, RecentHistory, TeamSeason, Timeline, TimelineEntry, Told,
};

use crate::history::{InfluxHistory, Scope};
use crate::select::{self, Filter, begins_of};

/// The embedded store, and `InfluxDB` for what was observed before the store's oldest observation.
///
/// Each game is told once, by the rule of both: what is finished stays so, and else what was observed last counts.
/// Where `InfluxDB` does not answer, the store does alone, and the answer says so by its source.
#[derive(Debug, Clone)]
pub struct AutoHistory<S> {
    store: Arc<S>,
    influx: InfluxHistory,
}

/// Older games as the store leaves them.
#[derive(Debug, Default)]
struct Settled {
    /// Those that it does not hold, or that count more than its row.
    older: Vec<PastGame>,
    /// Its rows that count less.
    outranked: Vec<PastGame>,
}

impl Settled {
    fn is_empty(&self) -> bool {
        self.older.is_empty() && self.outranked.is_empty()
    }

    /// The games of the store with these, the oldest first.
    fn with(self, mut games: Vec<PastGame>) -> Vec<PastGame> {
        let ids: BTreeSet<_> = self.outranked.iter().map(|game| (game.league, &game.id)).collect();
        games.retain(|game| !ids.contains(&(game.league, &game.id)));
        games.extend(self.older);
        select::sort(&mut games, GameOrder::OldestFirst);
        games
    }
}

impl<S: RecentHistory> AutoHistory<S> {
    /// What the store does not hold comes from `InfluxDB`.
    pub fn new(store: Arc<S>, influx: InfluxHistory) -> Self {
        Self { store, influx }
    }

    /// Leaves out of older games what the store tells as well.
    async fn settle(&self, older: Vec<PastGame>) -> Result<Settled, HistoryError> {
        let mut ids: BTreeMap<League, Vec<GameId>> = BTreeMap::new();
        for game in &older {
            ids.entry(game.league).or_default().push(game.id.clone());
        }
        let mut held = BTreeMap::new();
        for (league, ids) in ids {
            let rows = self.store.holding(league, ids).await?;
            held.extend(rows.into_iter().map(|row| ((league, row.id.clone()), row)));
        }
        let mut settled = Settled::default();
        for game in older {
            match held.remove(&(game.league, game.id.clone())) {
                None => settled.older.push(game),
                Some(row) if game.outranks(&row) => {
                    settled.older.push(game);
                    settled.outranked.push(row);
                }
                Some(_) => {}
            }
        }
        Ok(settled)
    }
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

/// Whether this is the same team: `InfluxDB` holds nothing but the nickname of those that no table knows.
fn is_same(a: &PastTeam, b: &PastTeam) -> bool {
    a.franchise == b.franchise
        || ((a.abbreviation.is_empty() || b.abbreviation.is_empty()) && a.nickname == b.nickname)
}

fn plays(game: &PastGame, league: League, team: &PastTeam) -> bool {
    game.league == league && game.sides().iter().any(|side| is_same(&side.team, team))
}

#[async_trait]
impl<S: RecentHistory> GameHistory for AutoHistory<S> {
    async fn games(&self, query: HistoryQuery) -> Result<Told<HistoryPage>, HistoryError> {
        let scope = Scope::of(&query, self.store.begins());
        let (told, older) = tokio::join!(self.store.games(query.clone()), self.influx.past(scope));
        let told = told?;
        let older = match older {
            Ok(older) => older,
            Err(error) => {
                let is_empty = told.found.total == 0;
                return alone(told, is_empty, &error);
            }
        };
        let filter = Filter::new(&query, &older);
        let concerned = older.iter().filter(|game| filter.is_of_sides(game)).cloned().collect();
        let mut settled = self.settle(concerned).await?;
        settled.older.retain(|game| filter.admits(game));
        settled.outranked.retain(|game| filter.admits(game));
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
        for course in older {
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
        let (told, older) =
            tokio::join!(self.store.team_seasons(league, team.clone(), begins), self.influx.past(scope));
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
        for theirs in select::team_seasons(&older, &team, begins) {
            let ours = seasons
                .iter()
                .position(|ours| ours.league == theirs.league && is_same(&ours.team, &theirs.team));
            match ours {
                // Nothing newer: the season of the store is the one, with older games of it.
                Some(place) if seasons[place].begins >= theirs.begins => {}
                // A newer season, of which the store may hold games too.
                Some(place) => {
                    let asked = (Some(theirs.league), team.clone(), Some(theirs.begins));
                    let again = self.store.team_seasons(asked.0, asked.1, asked.2).await?.found;
                    let ours = again.into_iter().find(|ours| is_same(&ours.team, &theirs.team));
                    seasons[place] = ours.unwrap_or(TeamSeason { games: Vec::new(), ..theirs });
                }
                None => seasons.push(TeamSeason { games: Vec::new(), ..theirs }),
            }
        }
        let store_is_empty = seasons.iter().all(|season| season.games.is_empty());
        for season in &mut seasons {
            let of_season = older.iter().filter(|game| {
                begins_of(game) == Some(season.begins) && plays(game, season.league, &season.team)
            });
            let settled = self.settle(of_season.cloned().collect()).await?;
            has_added |= !settled.is_empty();
            season.games = settled.with(std::mem::take(&mut season.games));
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
        let (told, older) = tokio::join!(self.store.league_season(league, begins), self.influx.past(scope));
        let mut told = told?;
        let older = match older {
            Ok(older) => older,
            Err(error) => {
                let is_empty = told.found.is_empty();
                return alone(told, is_empty, &error);
            }
        };
        let newest = |games: &[PastGame]| games.iter().filter_map(begins_of).max();
        let wanted = begins.or(newest(&told.found).max(newest(&older)));
        if begins.is_none() && newest(&told.found) != wanted {
            told = self.store.league_season(league, wanted).await?;
        }
        let older = older.into_iter().filter(|game| wanted.is_some() && begins_of(game) == wanted).collect();
        let settled = self.settle(older).await?;
        if settled.is_empty() {
            return Ok(told);
        }
        let source = source(told.found.is_empty());
        Ok(Told { source, found: settled.with(told.found) })
    }

    /// The store's: what is older does not change.
    fn revision(&self, league: Option<League>, begins: Option<i32>) -> u64 {
        self.store.revision(league, begins)
    }
}

/// The course of a game of which the store and `InfluxDB` each know a part. Of a look that both know the store's is
/// taken.
fn joined(ours: Timeline, older: Timeline) -> Timeline {
    let game = if older.game.outranks(&ours.game) { older.game } else { ours.game };
    let looks = older.entries.into_iter().chain(ours.entries).map(|entry| (entry.observed_at, entry));
    let looks: BTreeMap<_, TimelineEntry> = looks.collect();
    Timeline::new(game, looks.into_values().collect())
}
