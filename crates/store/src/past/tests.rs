//! History as it is asked for, on real files.

mod courses;
mod identities;
mod keeping;
mod pages;
mod seasons;

use chrono::TimeDelta;
use game_model::{Game, GameStatus, HistoryPage, HistoryQuery, League, Side, Team};

use crate::Store;
use crate::tests::support::{Place, game};
use game_model::GameHistory;

/// A game of the league's season between two teams of its table, by their abbreviations.
fn match_of(league: &str, id: u32, year: i32, home: &str, away: &str) -> Game {
    let league: League = league.parse().unwrap();
    let side = |abbreviation: &str| {
        let facts = league.known_teams().find(|team| team.abbreviation == abbreviation).unwrap();
        let team = Team {
            id: league.team_id(abbreviation),
            espn_id: facts.espn_id.to_string(),
            name: facts.name.into(),
            nickname: facts.nickname.into(),
            abbreviation: abbreviation.into(),
            ..game(1, GameStatus::Live).home.team
        };
        Side { team, score: 0, record: None }
    };
    Game {
        league,
        season: Some(league.season(year, 2)),
        week: None,
        start: game(1, GameStatus::Live).start + TimeDelta::days(id.into()),
        home: side(home),
        away: side(away),
        ..game(id, GameStatus::Finished)
    }
}

fn scored(mut game: Game, home: u32, away: u32) -> Game {
    (game.home.score, game.away.score) = (home, away);
    game
}

/// A store of a few games of two leagues and two seasons.
async fn a_few_games(place: &Place) -> Store {
    let store = place.open(None);
    let games = [
        match_of("nfl", 1, 2024, "NE", "BUF"),
        match_of("nfl", 2, 2025, "BUF", "NE"),
        match_of("nfl", 3, 2025, "NE", "MIA"),
        match_of("nfl", 4, 2025, "KC", "CAR"),
        match_of("nhl", 5, 2026, "FLA", "TB"),
        match_of("nhl", 6, 2026, "TB", "BOS"),
        Game { status: GameStatus::Scheduled, ..match_of("nfl", 7, 2025, "MIA", "NE") },
    ];
    place.observe(&store, &games).await;
    store
}

fn everything() -> HistoryQuery {
    HistoryQuery { limit: 100, ..HistoryQuery::default() }
}

async fn page(store: &Store, query: HistoryQuery) -> HistoryPage {
    store.games(query).await.unwrap().found
}

/// The ids of a page's games, and how many games there are on all pages.
async fn ids(store: &Store, query: HistoryQuery) -> (Vec<String>, u64) {
    let page = page(store, query).await;
    (page.games.into_iter().map(|game| game.id.0).collect(), page.total)
}
