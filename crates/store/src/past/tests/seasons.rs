//! Seasons of teams and leagues.

use game_model::{GameId, PastGame, RecentHistory, WallClock};

use super::*;

fn ids(games: &[PastGame]) -> String {
    games.iter().map(|game| game.id.0.as_str()).collect::<Vec<_>>().join(" ")
}

async fn of_team(store: &Store, league: &str, team: &str, begins: Option<i32>) -> Vec<(String, i32, String)> {
    let seasons = store.team_seasons(league.parse().ok(), team.into(), begins).await.unwrap().found;
    seasons.iter().map(|season| (season.team.id.clone(), season.begins, ids(&season.games))).collect()
}

#[tokio::test]
async fn a_team_s_season_is_its_games_in_their_order() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let season = |id: &str, begins, games: &str| (id.to_owned(), begins, games.to_owned());
    assert_eq!(of_team(&store, "", "Patriots", Some(2025)).await, [season("nfl-ne", 2025, "2 3 7")]);
    assert_eq!(of_team(&store, "nfl", "ne", Some(2024)).await, [season("nfl-ne", 2024, "1")]);
    assert_eq!(of_team(&store, "nfl", "ne", None).await, [season("nfl-ne", 2025, "2 3 7")], "the newest");
    assert_eq!(of_team(&store, "nfl", "ne", Some(2023)).await, []);
    assert_eq!(of_team(&store, "nhl", "ne", None).await, []);
    let both = [season("nfl-car", 2025, "4"), season("nhl-fla", 2025, "5")];
    assert_eq!(of_team(&store, "", "panthers", None).await, both);
}

#[tokio::test]
async fn a_team_goes_by_the_name_it_had_in_the_season() {
    let place = Place::new();
    let store = place.open(None);
    let mut old = match_of("nfl", 1, 2019, "WSH", "BUF");
    old.home.team.name = "Washington Football Team".into();
    place.observe(&store, &[match_of("nfl", 2, 2025, "WSH", "BUF"), old]).await;
    for (begins, name) in [(2019, "Washington Football Team"), (2025, "Washington Commanders")] {
        let seasons = store.team_seasons(None, "wsh".into(), Some(begins)).await.unwrap().found;
        assert_eq!(seasons.len(), 1);
        assert_eq!(seasons[0].team.name, name);
    }
}

#[tokio::test]
async fn a_league_s_season_is_its_games_in_their_order() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let of = async |league: &str, begins| {
        ids(&store.league_season(league.parse().unwrap(), begins).await.unwrap().found)
    };
    assert_eq!(of("nfl", Some(2025)).await, "2 3 4 7");
    assert_eq!(of("nfl", None).await, "2 3 4 7");
    assert_eq!(of("nfl", Some(2024)).await, "1");
    assert_eq!(of("nhl", Some(2025)).await, "5 6");
    assert_eq!(of("nba", None).await, "");
}

#[tokio::test]
async fn it_says_since_when_it_holds_everything_and_which_games_it_holds() {
    let place = Place::new();
    let store = place.open(None);
    assert_eq!(store.begins(), None);
    store.close().await;
    let store = a_few_games(&place).await;
    let began = place.clock.now();
    assert_eq!(store.begins(), Some(began));
    let wanted = ["5", "1", "99", "3"].map(|id| GameId(id.into())).to_vec();
    let nfl: League = "nfl".parse().unwrap();
    assert_eq!(ids(&store.holding(nfl, wanted).await.unwrap()), "1 3", "of the league, and no other");
    store.close().await;

    // What outlives the retention says nothing of what was beside it.
    place.clock.pass(TimeDelta::days(10));
    let store = place.open_keeping(None, Some(2 * crate::tests::support::DAY)).unwrap();
    let midnight: chrono::DateTime<chrono::Utc> = "2026-12-03T00:00:00Z".parse().unwrap();
    assert!(store.report().oldest.is_none() || store.begins() == Some(midnight), "{:?}", store.begins());
    assert_eq!(store.keeps_since(), Some(midnight));
}
