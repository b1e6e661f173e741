//! In leagues without a table of teams `InfluxDB` holds a nickname alone: it is the team that the store knows by it,
//! so that across the border of both nobody is told of twice.

use std::sync::Arc;

use chrono::{Datelike, TimeDelta};
use game_model::{
    Game, GameHistory, GameOrder, GameStatus, HistoryQuery, Observation, standings, team_results,
};
use influx_history::AutoHistory;
use store::Store;

use crate::equal::same;
use crate::season::{league, look, named, seen};
use crate::support::{Server, Watched, days_ago, held, servers, summer};

const LAKERS: [&str; 4] = ["13", "Los Angeles Lakers", "Lakers", "LAL"];
const CELTICS: [&str; 4] = ["2", "Boston Celtics", "Celtics", "BOS"];
const HEAT: [&str; 4] = ["14", "Miami Heat", "Heat", "MIA"];

/// A store that saw everything, both histories of one that began later, and the latter.
async fn both(
    server: &Server,
    looks: &[Observation],
    begins: usize,
) -> (Watched, AutoHistory<Store>, Watched) {
    let (whole, late) = (Watched::new(&server.client), Watched::new(&server.client));
    whole.see(looks).await;
    whole.deliver().await;
    late.see(&looks[begins..]).await;
    let auto = AutoHistory::new(Arc::clone(&late.store), late.history());
    (whole, auto, late)
}

/// Nine games, each of two of the three teams, every other one won at home.
fn games() -> Vec<Game> {
    let pairs = [(LAKERS, CELTICS), (HEAT, LAKERS), (CELTICS, HEAT)];
    let from = summer();
    let game = |number: u32| {
        let (home, away) = pairs[number as usize % 3];
        let start = from + TimeDelta::days(i64::from(number));
        let game = named("nba", number, home, away, from.year() + 1, start);
        look(&game, GameStatus::Finished, 4, "0:00", 90 + number % 2, 90 + (number + 1) % 2)
    };
    (0..9).map(game).collect()
}

#[tokio::test]
async fn a_team_is_one_across_the_border() {
    for server in servers("history_identity").await {
        let games = games();
        let looks: Vec<_> =
            games.iter().map(|game| seen(game.start + TimeDelta::hours(3), vec![game.clone()])).collect();
        for begins in [4, 6] {
            let (whole, auto, _late) = both(&server, &looks, begins).await;
            let name = format!("{} from {begins}", server.name);
            let nba = league("nba");
            let expected = whole.store.league_season(nba, None).await.expect("an answer").found;
            let told = auto.league_season(nba, None).await.expect("an answer").found;
            let expected: Vec<_> = expected.into_iter().map(held).collect();
            assert_eq!(told.iter().cloned().map(held).collect::<Vec<_>>(), expected, "{name}");
            assert_eq!(standings(nba, &told), standings(nba, &expected), "{name}");
            assert_eq!(standings(nba, &told).len(), 3, "{name}");
            for team in ["Lakers", "lal", "nba-lal", "13", "Los Angeles Lakers", "nobody"] {
                let told = auto.team_seasons(None, team.into(), None).await.expect("an answer").found;
                let expected =
                    whole.store.team_seasons(None, team.into(), None).await.expect("an answer").found;
                let results = |seasons: &[game_model::TeamSeason]| -> Vec<_> {
                    let of = |season: &game_model::TeamSeason| {
                        (season.team.clone(), team_results(&season.games, &season.team.franchise))
                    };
                    seasons.iter().map(of).collect()
                };
                assert_eq!(results(&told), results(&expected), "{name}: {team}");
                for order in [GameOrder::NewestFirst, GameOrder::OldestFirst] {
                    for (skip, limit) in [(0, 100), (1, 2), (3, 2), (5, 9)] {
                        let team = Some(team.to_owned());
                        let query = HistoryQuery { team, order, skip, limit, ..HistoryQuery::default() };
                        let mut expected = whole.store.games(query.clone()).await.expect("an answer").found;
                        let mut told = auto.games(query.clone()).await.expect("an answer").found;
                        for page in [&mut expected, &mut told] {
                            page.games = std::mem::take(&mut page.games).into_iter().map(held).collect();
                        }
                        same(&told, &expected, &format!("{name}: {query:?}"));
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_row_that_counts_less_is_told_once_by_whatever_name_a_team_is_asked_for() {
    for server in servers("history_outranked").await {
        let start = days_ago(20);
        let at = |hours, games: Vec<_>| seen(start + TimeDelta::hours(hours), games);
        let games: Vec<_> = (0..4)
            .map(|number| {
                let start = start + TimeDelta::hours(i64::from(number));
                named("nba", number, LAKERS, CELTICS, 2026, start)
            })
            .collect();
        let end = |game: &Game| look(game, GameStatus::Finished, 4, "0:00", 99, 90);
        // The end is older than the store, to which it was then shown as if it had not been played.
        let looks = [at(10, games[..3].iter().map(end).collect()), at(20, games[1..].to_vec())];
        let (whole, auto, _late) = both(&server, &looks, 1).await;
        for team in ["Lakers", "lal", "13", "nba-bos", "Boston Celtics"] {
            for (skip, limit) in [(0, 9), (0, 2), (1, 2), (2, 9)] {
                let query = HistoryQuery { team: Some(team.into()), skip, limit, ..HistoryQuery::default() };
                let mut expected = whole.store.games(query.clone()).await.expect("an answer").found;
                let mut told = auto.games(query.clone()).await.expect("an answer").found;
                for page in [&mut expected, &mut told] {
                    page.games = std::mem::take(&mut page.games).into_iter().map(held).collect();
                }
                same(&told, &expected, &format!("{}: {query:?}", server.name));
            }
        }
    }
}
