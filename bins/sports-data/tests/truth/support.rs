//! A store that is given scoreboards as ESPN answers them, and final standings to hold against what it makes of them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use espn_client::decode;
use game_model::{
    GameHistory, HistoryQuery, League, Observation, ObservationLog, PastGame, Seen, Slate, Standing,
    SystemClock, Told, standings,
};
use store::{Store, StoreConfig};
use tempfile::TempDir;

/// A store in a folder of its own.
pub struct Watched {
    pub store: Store,
    _folder: TempDir,
}

impl Watched {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config =
            StoreConfig { dir: folder.path().join("data"), disk_free_min_bytes: 0, ..StoreConfig::default() };
        let store = Store::open(config, Arc::new(SystemClock)).unwrap();
        Self { store, _folder: folder }
    }

    /// Observes a scoreboard as the service does.
    pub async fn see(&self, league: League, observed_at: DateTime<Utc>, body: &[u8]) {
        let games = decode(league, Slate::Current, body).unwrap().games;
        let games = games.into_iter().map(Arc::new).collect();
        self.store.commit(Observation { league, observed_at, games, seen: Seen::Watched }).await.unwrap();
    }

    /// Every game of history.
    pub async fn games(&self) -> Vec<PastGame> {
        let query = HistoryQuery { limit: 100_000, ..HistoryQuery::default() };
        let Told { found, .. } = self.store.games(query).await.unwrap();
        assert_eq!(found.games.len() as u64, found.total);
        found.games
    }

    /// The standings of the season that begins in this year.
    pub async fn standings(&self, league: League, begins: i32) -> Vec<Standing> {
        let Told { found, .. } = self.store.league_season(league, Some(begins)).await.unwrap();
        standings(league, &found)
    }
}

/// A line of final standings: the team's abbreviation and its figures.
pub type Row = (String, Vec<u32>);

/// Final standings, the best first; teams that are equal stand together.
pub fn table(text: &str) -> Vec<Vec<Row>> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let row = |line: &&str| {
        let mut words = line.split_whitespace();
        let team = words.next().unwrap().to_owned();
        (team, words.map(|word| word.parse().unwrap()).collect())
    };
    let groups = lines.split(|line| line.is_empty()).filter(|group| !group.is_empty());
    groups.map(|group| group.iter().map(row).collect()).collect()
}

/// That the standings have the teams of the table in its order, with the figures that `figures` reads of them.
pub fn assert_stands(standings: &[Standing], table: &[Vec<Row>], figures: impl Fn(&Standing) -> Vec<u32>) {
    assert_eq!(standings.len(), table.iter().map(Vec::len).sum::<usize>());
    let mut standings = standings.iter();
    for group in table {
        let mut ours: Vec<Row> = standings
            .by_ref()
            .take(group.len())
            .map(|standing| (standing.team.abbreviation.clone(), figures(standing)))
            .collect();
        let mut theirs = group.clone();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs);
    }
}
