//! A history that holds games in memory.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use game_model::{
    GameHistory, GameId, GameOrder, HistoryError, HistoryPage, HistoryQuery, HistorySource, HomeAway, League,
    PastGame, PastTeam, TeamSeason, Timeline, Told,
};

/// A history that holds games in memory.
#[derive(Default)]
pub struct Past {
    pub games: Mutex<Vec<PastGame>>,
    pub timelines: Mutex<Vec<Timeline>>,
    /// Every question fails with this.
    pub broken: Mutex<Option<&'static str>>,
    /// No question is answered.
    pub hangs: Mutex<bool>,
    pub questions: AtomicU64,
    /// Questions after so many wait until the gate is free.
    pub waits_after: Mutex<Option<u64>>,
    pub gate: tokio::sync::Mutex<()>,
    /// So many questions are answered before it breaks.
    pub breaks_after: AtomicU64,
    pub revision: AtomicU64,
    /// Whose the next answers are; the store's after them.
    pub sources: Mutex<VecDeque<HistorySource>>,
}

impl Past {
    async fn told<T>(&self, found: T) -> Result<Told<T>, HistoryError> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        if *self.hangs.lock().unwrap() {
            std::future::pending::<()>().await;
        }
        let waits_after = *self.waits_after.lock().unwrap();
        if waits_after.is_some_and(|after| self.questions.load(Ordering::Relaxed) > after) {
            drop(self.gate.lock().await);
        }
        match *self.broken.lock().unwrap() {
            Some(message)
                if self.questions.load(Ordering::Relaxed) > self.breaks_after.load(Ordering::Relaxed) =>
            {
                Err(HistoryError { message: message.into() })
            }
            _ => {
                let source = self.sources.lock().unwrap().pop_front().unwrap_or(HistorySource::Store);
                Ok(Told { source, found })
            }
        }
    }

    fn select(&self, wanted: impl Fn(&PastGame) -> bool) -> Vec<PastGame> {
        let mut games: Vec<_> =
            self.games.lock().unwrap().iter().filter(|game| wanted(game)).cloned().collect();
        games.sort_by_key(|game| game.start);
        games
    }
}

fn begins(game: &PastGame) -> Option<i32> {
    game.season.as_ref().map(game_model::Season::begins)
}

fn plays(game: &PastGame, name: &str, at: Option<HomeAway>) -> bool {
    let is = |team: &PastTeam| team.is_called(game.league, name);
    (at != Some(HomeAway::Away) && is(&game.home.team)) || (at != Some(HomeAway::Home) && is(&game.away.team))
}

#[async_trait]
impl GameHistory for Past {
    async fn games(&self, query: HistoryQuery) -> Result<Told<HistoryPage>, HistoryError> {
        let mut games = self.select(|game| {
            query.league.is_none_or(|league| league == game.league)
                && query.team.as_ref().is_none_or(|team| plays(game, team, query.home_away))
                && query.opponent.as_ref().is_none_or(|team| plays(game, team, None))
                && query.season.is_none_or(|year| begins(game) == Some(year))
                && query.status.is_none_or(|status| status == game.status)
                && query.from.is_none_or(|from| from <= game.start)
                && query.until.is_none_or(|until| game.start < until)
        });
        if query.order == GameOrder::NewestFirst {
            games.reverse();
        }
        let total = games.len() as u64;
        if let Some((_, _, id)) = query.after {
            let place = games.iter().position(|game| game.id == id).unwrap();
            games.drain(..=place);
        }
        let page = games.into_iter().skip(usize::try_from(query.skip).unwrap());
        let games = page.take(usize::try_from(query.limit).unwrap()).collect();
        self.told(HistoryPage { games, total }).await
    }

    async fn timelines(
        &self,
        league: Option<League>,
        game: GameId,
    ) -> Result<Told<Vec<Timeline>>, HistoryError> {
        let mut found = self.timelines.lock().unwrap().clone();
        found.retain(|timeline| {
            timeline.game.id == game && league.is_none_or(|league| league == timeline.game.league)
        });
        self.told(found).await
    }

    async fn team_seasons(
        &self,
        league: Option<League>,
        name: String,
        year: Option<i32>,
    ) -> Result<Told<Vec<TeamSeason>>, HistoryError> {
        let mut seasons: Vec<TeamSeason> = Vec::new();
        for game in self.select(|game| {
            league.is_none_or(|league| league == game.league)
                && plays(game, &name, None)
                && year.is_none_or(|year| begins(game) == Some(year))
        }) {
            let sides = game.sides().map(|side| side.team.clone());
            let team = sides.into_iter().find(|team| team.is_called(game.league, &name)).unwrap();
            let (league, begins) = (game.league, begins(&game).unwrap());
            match seasons.iter_mut().find(|season| season.league == league) {
                Some(season) => season.games.push(game),
                None => seasons.push(TeamSeason { league, team, begins, games: vec![game] }),
            }
        }
        self.told(seasons).await
    }

    async fn league_season(
        &self,
        league: League,
        year: Option<i32>,
    ) -> Result<Told<Vec<PastGame>>, HistoryError> {
        let games =
            self.select(|game| game.league == league && year.is_none_or(|year| begins(game) == Some(year)));
        self.told(games).await
    }

    fn revision(&self, _: Option<League>, _: Option<i32>) -> u64 {
        self.revision.load(Ordering::Relaxed)
    }
}
