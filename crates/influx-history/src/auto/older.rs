//! What is older than the store, ready to be told beside it: read once, and not for each page of an answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use game_model::{GameId, HistoryError, League, PastGame, PastTeam, RecentHistory};
use tokio::time::Instant;

use super::identity;
use crate::history::{InfluxHistory, Scope};
use crate::select::{self, Names, Teams, begins_of};

/// What was read is told for so long without asking for it again: 1 min.
const KEPT_FOR: Duration = Duration::from_mins(1);

/// Questions of which what was read is kept at most.
const SCOPES: usize = 16;

/// Games of other questions that are kept beside those of the last one.
const MAX_KEPT: usize = 50_000;

/// So many games are looked for in the store at a time, so that other questions have their turn in between.
const CHUNK: usize = 500;

/// Older games as the store leaves them.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// Those that it does not hold, or that count more than its row.
    pub older: Vec<Arc<PastGame>>,
    /// Its rows that count less.
    pub outranked: Vec<PastGame>,
}

/// The games of one season that are older.
#[derive(Debug, Default)]
struct Season {
    games: Vec<Arc<PastGame>>,
    /// As the store left them when its games of the season had this revision. Who settles them holds it, so that nobody
    /// else does the same.
    settled: tokio::sync::Mutex<Option<(u64, Arc<Settled>)>>,
}

/// The older games of a scope.
#[derive(Debug)]
pub(super) struct Older {
    scope: Scope,
    read_at: Instant,
    seasons: BTreeMap<(League, Option<i32>), Season>,
    /// The names that they give their teams.
    names: Names,
    /// The names that the store gave its teams, and its revision when they were looked at last.
    store_names: Vec<(League, PastTeam)>,
    looked_at: AtomicU64,
}

/// The older games of the scopes that were asked for last.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Vec<Arc<Older>>>);

impl Kept {
    /// The older games of a scope, in memory or read now.
    pub async fn older<S: RecentHistory>(
        &self,
        store: &S,
        influx: &InfluxHistory,
        scope: Scope,
    ) -> Result<Arc<Older>, HistoryError> {
        let known = self.all().iter().find(|older| older.scope == scope).cloned();
        let known = known.filter(|older| older.read_at.elapsed() < KEPT_FOR);
        // Before what they number, so that nothing is missed.
        let revision = store.revision(None, None);
        if let Some(known) = &known
            && known.looked_at.load(Ordering::Relaxed) == revision
        {
            return Ok(Arc::clone(known));
        }
        let store_names = store.named_teams().await?;
        if let Some(known) = known.filter(|known| known.store_names == store_names) {
            known.looked_at.store(revision, Ordering::Relaxed);
            return Ok(known);
        }
        let mut games = influx.past(scope).await?;
        identity::name_all(&mut games, &store_names);
        let older = Arc::new(Older::of(scope, games, store_names, revision));
        let mut all = self.all();
        all.retain(|known| known.scope != scope && known.scope.before == scope.before);
        all.insert(0, Arc::clone(&older));
        all.truncate(SCOPES);
        while all.len() > 1 && all[1..].iter().map(|older| older.count()).sum::<usize>() > MAX_KEPT {
            all.pop();
        }
        Ok(older)
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Older>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Older {
    fn of(scope: Scope, games: Vec<PastGame>, store_names: Vec<(League, PastTeam)>, revision: u64) -> Self {
        let names = select::names(&games);
        let mut seasons: BTreeMap<_, Season> = BTreeMap::new();
        for game in games {
            seasons.entry((game.league, begins_of(&game))).or_default().games.push(Arc::new(game));
        }
        let looked_at = AtomicU64::new(revision);
        Self { scope, read_at: Instant::now(), seasons, names, store_names, looked_at }
    }

    /// All of them.
    pub fn games(&self) -> Vec<&PastGame> {
        self.seasons.values().flat_map(|season| &season.games).map(|game| &**game).collect()
    }

    fn count(&self) -> usize {
        self.seasons.values().map(|season| season.games.len()).sum()
    }

    /// The names that the store gives its teams.
    pub fn store_names(&self) -> &[(League, PastTeam)] {
        &self.store_names
    }

    /// The names that the store or they give a team.
    pub fn all_names(&self) -> impl Iterator<Item = &(League, PastTeam)> + Clone {
        self.store_names.iter().chain(&self.names)
    }

    /// The teams that the store or they call so.
    pub fn teams_called(&self, name: &str) -> Teams {
        select::called(self.all_names(), name)
    }

    /// The year in which the newest of the league's seasons begins.
    pub fn newest_season(&self, league: League) -> Option<i32> {
        self.seasons.keys().filter(|(of, _)| *of == league).filter_map(|(_, begins)| *begins).max()
    }

    /// What the store leaves of them, season by season.
    pub async fn settled<S: RecentHistory>(
        &self,
        store: &S,
        league: Option<League>,
        begins: Option<i32>,
    ) -> Result<Vec<Arc<Settled>>, HistoryError> {
        let mut all = Vec::new();
        for ((of, year), season) in &self.seasons {
            if league.is_none_or(|league| league == *of) && (begins.is_none() || begins == *year) {
                all.push(season.settled(store, *of, *year).await?);
            }
        }
        Ok(all)
    }
}

impl Season {
    async fn settled<S: RecentHistory>(
        &self,
        store: &S,
        league: League,
        begins: Option<i32>,
    ) -> Result<Arc<Settled>, HistoryError> {
        let mut settled = self.settled.lock().await;
        let revision = store.revision(Some(league), begins);
        if let Some((of, settled)) = &*settled
            && *of == revision
        {
            return Ok(Arc::clone(settled));
        }
        let now = Arc::new(settle(store, league, &self.games).await?);
        *settled = Some((revision, Arc::clone(&now)));
        Ok(now)
    }
}

/// Leaves out of older games what the store tells as well.
async fn settle<S: RecentHistory>(
    store: &S,
    league: League,
    games: &[Arc<PastGame>],
) -> Result<Settled, HistoryError> {
    let mut held: BTreeMap<GameId, PastGame> = BTreeMap::new();
    for chunk in games.chunks(CHUNK) {
        let ids = chunk.iter().map(|game| game.id.clone()).collect();
        let rows = store.holding(league, ids).await?;
        held.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
    }
    let mut settled = Settled::default();
    for game in games {
        match held.remove(&game.id) {
            None => settled.older.push(Arc::clone(game)),
            Some(row) if game.outranks(&row) => {
                let mut game = Arc::clone(game);
                if identity::lacks(&game) {
                    identity::name_as(Arc::make_mut(&mut game), &row);
                }
                settled.older.push(game);
                settled.outranked.push(row);
            }
            Some(_) => {}
        }
    }
    Ok(settled)
}
