//! An answer of many pages reads what is older once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use game_model::{
    GameHistory, GameId, HistoryError, HistoryPage, HistoryQuery, League, PastGame, PastTeam, RecentHistory,
    TeamSeason, Timeline, Told,
};
use influx_history::AutoHistory;
use influx_sim::{Kind, Options};
use store::Store;

use crate::season::{games, observations};
use crate::support::{Watched, simulated, summer};

/// A store that counts how many games are looked for in it.
struct Counting {
    store: Arc<Store>,
    looked_for: AtomicUsize,
    most: AtomicUsize,
}

#[async_trait]
impl GameHistory for Counting {
    async fn games(&self, query: HistoryQuery) -> Result<Told<HistoryPage>, HistoryError> {
        self.store.games(query).await
    }

    async fn timelines(
        &self,
        league: Option<League>,
        game: GameId,
    ) -> Result<Told<Vec<Timeline>>, HistoryError> {
        self.store.timelines(league, game).await
    }

    async fn team_seasons(
        &self,
        league: Option<League>,
        team: String,
        begins: Option<i32>,
    ) -> Result<Told<Vec<TeamSeason>>, HistoryError> {
        self.store.team_seasons(league, team, begins).await
    }

    async fn league_season(
        &self,
        league: League,
        begins: Option<i32>,
    ) -> Result<Told<Vec<PastGame>>, HistoryError> {
        self.store.league_season(league, begins).await
    }

    fn revision(&self, league: Option<League>, begins: Option<i32>) -> u64 {
        self.store.revision(league, begins)
    }
}

#[async_trait]
impl RecentHistory for Counting {
    fn begins(&self) -> Option<DateTime<Utc>> {
        self.store.begins()
    }

    async fn named_teams(&self) -> Result<Vec<(League, PastTeam)>, HistoryError> {
        self.store.named_teams().await
    }

    async fn holding(&self, league: League, games: Vec<GameId>) -> Result<Vec<PastGame>, HistoryError> {
        self.looked_for.fetch_add(games.len(), Ordering::Relaxed);
        self.most.fetch_max(games.len(), Ordering::Relaxed);
        self.store.holding(league, games).await
    }
}

#[tokio::test]
async fn older_games_are_looked_for_once_and_anew_where_something_changed() {
    let server = simulated(Kind::V2, Options::default()).await;
    let seen = observations(&games(summer(), 600));
    let (whole, late) = (Watched::new(&server.client), Watched::new(&server.client));
    whole.see(&seen).await;
    whole.deliver().await;
    let (last, before) = seen.split_last().expect("observations");
    late.see(&before[before.len() - 10..]).await;
    let looked_for = || AtomicUsize::new(0);
    let store =
        Arc::new(Counting { store: Arc::clone(&late.store), looked_for: looked_for(), most: looked_for() });
    let auto = AutoHistory::new(Arc::clone(&store), late.history());

    let all = async || {
        let (mut told, mut query) = (0, HistoryQuery { limit: 50, ..HistoryQuery::default() });
        loop {
            let page = auto.games(query.clone()).await.expect("an answer").found;
            let Some(last) = page.games.last() else { return told };
            told += page.games.len();
            query.after = Some((last.start, last.league, last.id.clone()));
        }
    };
    assert_eq!(all().await, 1200);
    let once = store.looked_for.swap(0, Ordering::Relaxed);
    assert!((1000..=1200).contains(&once), "{once} games were looked for");
    assert!(store.most.load(Ordering::Relaxed) <= 500, "others have their turn in between");
    assert_eq!((all().await, store.looked_for.load(Ordering::Relaxed)), (1200, 0), "nothing changed");
    // Of the season in which something changed, games are looked for again.
    late.see(std::slice::from_ref(last)).await;
    assert_eq!(all().await, 1200);
    let again = store.looked_for.load(Ordering::Relaxed);
    assert!((1..once / 2).contains(&again), "{again} games were looked for again");
    server.sim.expect("simulated").stop().await;
}
