//! A page of games of two sources: pages are asked of the store, the older games are in memory.

use game_model::{GameOrder, HistoryError, HistoryPage, HistoryQuery, PastGame, RecentHistory};

use crate::select::{Key, compare, is_before, key};

/// The older games that a query asks for, and the rows of the store among its answer that count less.
pub(super) struct Settled<'a> {
    pub older: Vec<&'a PastGame>,
    pub outranked: Vec<&'a PastGame>,
}

impl Settled<'_> {
    pub fn is_empty(&self) -> bool {
        self.older.is_empty() && self.outranked.is_empty()
    }
}

/// The games of the store that the query asks for, without those that count less than older ones.
struct Ours<'a, S> {
    store: &'a S,
    query: &'a HistoryQuery,
    /// With those that count less.
    total: u64,
    /// Those that count less, in the order of the query.
    outranked: Vec<Key>,
}

impl<S: RecentHistory> Ours<'_, S> {
    fn count(&self) -> u64 {
        self.total.saturating_sub(self.outranked.len() as u64)
    }

    /// How many games of the store come after this one in the order, those that count less among them.
    async fn all_after(&self, key: &Key) -> Result<u64, HistoryError> {
        let query = HistoryQuery { after: Some(key.clone()), skip: 0, limit: 0, ..self.query.clone() };
        Ok(self.store.games(query).await?.found.total)
    }

    /// How many games come before this one in the order, which is none of them.
    async fn before(&self, key: &Key) -> Result<u64, HistoryError> {
        let outranked = self.outranked.iter().filter(|other| is_before(self.query.order, key, other));
        let after = self.all_after(key).await?.saturating_sub(outranked.count() as u64);
        Ok(self.count().saturating_sub(after))
    }

    /// The games from this place on, as many as the query asks for.
    async fn from(&self, place: u64) -> Result<Vec<PastGame>, HistoryError> {
        let mut skip = place;
        for outranked in &self.outranked {
            let its_place = self.total.saturating_sub(self.all_after(outranked).await? + 1);
            skip += u64::from(its_place <= skip);
        }
        let limit = self.query.limit.saturating_add(self.outranked.len() as u64);
        let query = HistoryQuery { skip, limit, ..self.query.clone() };
        let mut games = self.store.games(query).await?.found.games;
        games.retain(|game| !self.outranked.contains(&key(game)));
        Ok(games)
    }
}

/// The page of both. `told` is what the store says to the query itself.
pub(super) async fn merged<S: RecentHistory>(
    store: &S,
    query: &HistoryQuery,
    told: HistoryPage,
    settled: Settled<'_>,
) -> Result<HistoryPage, HistoryError> {
    let Settled { mut older, mut outranked } = settled;
    older.sort_by(|a, b| compare(query.order, a, b));
    outranked.sort_by(|a, b| compare(query.order, a, b));
    let outranked: Vec<Key> = outranked.into_iter().map(key).collect();
    let ours = Ours { store, query, total: told.total, outranked };
    let total = ours.count() + older.len() as u64;
    let passed = if query.skip == 0 { 0 } else { passed(&ours, &older, query.skip).await? };
    let games = if query.skip == 0 && ours.outranked.is_empty() {
        told.games
    } else {
        ours.from(query.skip - passed as u64).await?
    };
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let older = older.into_iter().skip(passed).take(limit).cloned().collect();
    let games = zipped(games, older, query.order);
    Ok(HistoryPage { games: games.into_iter().take(limit).collect(), total })
}

/// How many of the older games are among the first so many of both.
async fn passed<S: RecentHistory>(
    ours: &Ours<'_, S>,
    older: &[&PastGame],
    first: u64,
) -> Result<usize, HistoryError> {
    let (mut low, mut high) = (0, older.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let place = middle as u64 + ours.before(&key(older[middle])).await?;
        if place < first {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// Both, in their order.
fn zipped(ours: Vec<PastGame>, theirs: Vec<PastGame>, by: GameOrder) -> Vec<PastGame> {
    let mut games = Vec::with_capacity(ours.len() + theirs.len());
    let mut theirs = theirs.into_iter().peekable();
    for game in ours {
        while let Some(before) = theirs.next_if(|their| compare(by, their, &game).is_lt()) {
            games.push(before);
        }
        games.push(game);
    }
    games.extend(theirs);
    games
}
