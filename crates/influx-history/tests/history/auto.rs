//! The store, and what is older than it.

use std::sync::Arc;

use chrono::{Datelike, TimeDelta};
use game_model::{
    GameHistory, GameOrder, GameStatus, HistoryPage, HistoryQuery, HistorySource, Observation, PastGame,
    RecentHistory, TeamSeason,
};
use influx_history::AutoHistory;
use store::Store;

use crate::equal::{queries, same};
use crate::season::{announced, games, league, look, observations};
use crate::support::{Watched, days_ago, held, servers, summer};

/// A store that saw everything, and one that began in the middle, which has a server with the lines of both.
struct Both {
    whole: Watched,
    auto: AutoHistory<Store>,
    late: Watched,
}

/// `late` begins with the observation of this place.
async fn both(client: &influx_client::InfluxClient, seen: &[Observation], begins: usize) -> Both {
    let (whole, late) = (Watched::new(client), Watched::new(client));
    whole.see(seen).await;
    whole.deliver().await;
    late.see(&seen[begins..]).await;
    let auto = AutoHistory::new(Arc::clone(&late.store), late.history());
    Both { whole, auto, late }
}

fn held_all(games: Vec<PastGame>) -> Vec<PastGame> {
    games.into_iter().map(held).collect()
}

fn held_page(page: HistoryPage) -> HistoryPage {
    HistoryPage { games: held_all(page.games), ..page }
}

#[tokio::test]
async fn both_together_tell_what_a_store_tells_that_saw_everything() {
    for server in servers("history_auto").await {
        let from = summer();
        let mut games = games(from, 27);
        // An announcement long before: the game is of both.
        games.push(announced("nfl", 99, (2, 3), from.year(), from + TimeDelta::days(40)));
        let seen = observations(&games);
        for begins in [1, seen.len() / 2, seen.len() - 2] {
            let Both { whole, auto, late } = both(&server.client, &seen, begins).await;
            let name = format!("{} from {begins}", server.name);
            for query in queries(from) {
                let expected = held_page(whole.store.games(query.clone()).await.expect("an answer").found);
                let told = auto.games(query.clone()).await.expect("an answer");
                same(&held_page(told.found), &expected, &format!("{name}: {query:?}"));
            }
            for order in [GameOrder::NewestFirst, GameOrder::OldestFirst] {
                for (skip, limit) in (0..60).flat_map(|skip| [(skip, 1), (skip, 7)]) {
                    let query = HistoryQuery { order, skip, limit, ..HistoryQuery::default() };
                    let expected =
                        held_page(whole.store.games(query.clone()).await.expect("an answer").found);
                    let told = auto.games(query).await.expect("an answer").found;
                    same(&held_page(told), &expected, &format!("{name}: {order:?} {skip} {limit}"));
                }
                let mut query = HistoryQuery { order, limit: 4, ..HistoryQuery::default() };
                loop {
                    let expected =
                        held_page(whole.store.games(query.clone()).await.expect("an answer").found);
                    let told = auto.games(query.clone()).await.expect("an answer").found;
                    same(&held_page(told), &expected, &format!("{name}: {query:?}"));
                    let Some(last) = expected.games.last() else { break };
                    query.after = Some((last.start, last.league, last.id.clone()));
                }
            }
            for game in &games {
                let expected = whole.store.timelines(None, game.id.clone()).await.expect("an answer").found;
                let told = auto.timelines(None, game.id.clone()).await.expect("an answer").found;
                assert_eq!(told.len(), 1);
                assert_eq!(told[0].entries, expected[0].entries, "{name}: {}", game.id);
                assert_eq!(held(told[0].game.clone()), held(expected[0].game.clone()), "{name}");
            }
            for begins in [None, Some(from.year() - 1), Some(from.year()), Some(1999)] {
                for team in ["bills", "Boston Bruins", "nfl-ne", "nobody"] {
                    let whole =
                        whole.store.team_seasons(None, team.into(), begins).await.expect("an answer").found;
                    let told = auto.team_seasons(None, team.into(), begins).await.expect("an answer").found;
                    let of = |seasons: Vec<TeamSeason>| -> Vec<_> {
                        let of = |season: TeamSeason| {
                            (season.league, season.team, season.begins, held_all(season.games))
                        };
                        seasons.into_iter().map(of).collect()
                    };
                    assert_eq!(of(told), of(whole), "{name}: {team} {begins:?}");
                }
                for key in ["nfl", "nhl", "epl"] {
                    let whole =
                        whole.store.league_season(league(key), begins).await.expect("an answer").found;
                    let told = auto.league_season(league(key), begins).await.expect("an answer").found;
                    assert_eq!(held_all(told), held_all(whole), "{name}: {key} {begins:?}");
                }
            }
            assert_eq!(auto.revision(None, None), late.store.revision(None, None));
        }
    }
}

#[tokio::test]
async fn an_answer_says_whose_it_is() {
    for server in servers("history_source").await {
        let games = games(summer(), 18);
        let seen = observations(&games);
        let Both { auto, late, .. } = both(&server.client, &seen, seen.len() / 2).await;
        let source = async |query| auto.games(query).await.expect("an answer").source;
        let all = HistoryQuery { limit: 1000, ..HistoryQuery::default() };
        assert_eq!(source(all.clone()).await, HistorySource::StoreAndInflux);
        let begins = late.store.begins().expect("a beginning");
        let before = HistoryQuery { until: Some(begins - TimeDelta::days(9)), ..all.clone() };
        assert_eq!(source(before).await, HistorySource::Influx);
        let after = HistoryQuery { from: Some(begins + TimeDelta::days(9)), ..all.clone() };
        assert_eq!(source(after).await, HistorySource::Store);
        let nobody = HistoryQuery { team: Some("nobody".into()), ..all };
        assert_eq!(source(nobody).await, HistorySource::Store);
    }
}

#[tokio::test]
async fn what_was_finished_before_the_store_began_stays_finished() {
    for server in servers("history_finished").await {
        let start = days_ago(20);
        let game =
            |number| announced("nfl", number, (0, 1), 2025, start + TimeDelta::hours(i64::from(number)));
        let games: Vec<_> = (0..5).map(game).collect();
        let at = |hours, games: Vec<_>| crate::season::seen(start + TimeDelta::hours(hours), games);
        let end = |game: &game_model::Game| look(game, GameStatus::Finished, 4, "0:00", 20, 3);
        // Then two of them are shown as if they had not been played: a slip.
        let seen = [at(10, games[..3].iter().map(end).collect()), at(20, games[1..].to_vec())];
        let Both { whole, auto, late: _late } = both(&server.client, &seen, 1).await;
        for order in [GameOrder::NewestFirst, GameOrder::OldestFirst] {
            for status in [None, Some(GameStatus::Finished), Some(GameStatus::Scheduled)] {
                for (skip, limit) in (0..6).flat_map(|skip| [(skip, 1), (skip, 2), (skip, 9)]) {
                    let query = HistoryQuery { order, status, skip, limit, ..HistoryQuery::default() };
                    let expected = whole.store.games(query.clone()).await.expect("an answer").found;
                    let told = auto.games(query.clone()).await.expect("an answer").found;
                    same(&told, &expected, &format!("{}: {query:?}", server.name));
                }
            }
        }
        let expected = whole.store.league_season(league("nfl"), None).await.expect("an answer").found;
        assert_eq!(auto.league_season(league("nfl"), None).await.expect("an answer").found, expected);
    }
}
