//! The same observations give the same answers, whoever is asked.

use chrono::{Datelike, TimeDelta};
use game_model::{
    GameHistory, GameId, GameOrder, GameStatus, HistoryPage, HistoryQuery, HistorySource, HomeAway,
    TeamSeason, Timeline, WallClock,
};

use crate::season::{announced, games, league, look, observations, seen};
use crate::support::{Watched, days_ago, held, servers, summer};

fn held_page(page: HistoryPage) -> HistoryPage {
    HistoryPage { games: page.games.into_iter().map(held).collect(), ..page }
}

fn held_timeline(timeline: Timeline) -> Timeline {
    Timeline { game: held(timeline.game), ..timeline }
}

fn held_season(season: TeamSeason) -> TeamSeason {
    TeamSeason { games: season.games.into_iter().map(held).collect(), ..season }
}

/// All that a query can ask for.
pub fn queries(from: chrono::DateTime<chrono::Utc>) -> Vec<HistoryQuery> {
    let all = HistoryQuery { limit: 1000, ..HistoryQuery::default() };
    let mut queries = vec![all.clone()];
    for key in ["nfl", "nhl", "nba"] {
        queries.push(HistoryQuery { league: Some(league(key)), ..all.clone() });
    }
    for status in GameStatus::ALL {
        queries.push(HistoryQuery { status: Some(status), ..all.clone() });
    }
    for season in [from.year() - 2, from.year() - 1, from.year()] {
        queries.push(HistoryQuery { season: Some(season), limit: 7, skip: 3, ..all.clone() });
    }
    for team in ["bills", "New England Patriots", "nfl-ne", "BOS", "tbl", "15", "nobody", "'; DROP", "%"] {
        for home_away in [None, Some(HomeAway::Home), Some(HomeAway::Away)] {
            queries.push(HistoryQuery { team: Some(team.into()), home_away, ..all.clone() });
        }
        let opponent = Some("jets".into());
        queries.push(HistoryQuery { team: Some(team.into()), opponent, ..all.clone() });
    }
    let days = |days| Some(from + TimeDelta::days(days));
    queries.push(HistoryQuery { from: days(5), ..all.clone() });
    queries.push(HistoryQuery { until: days(9), ..all.clone() });
    queries.push(HistoryQuery { from: days(5), until: days(9), ..all.clone() });
    let both = queries.into_iter().flat_map(|query| {
        [GameOrder::NewestFirst, GameOrder::OldestFirst].map(|order| HistoryQuery { order, ..query.clone() })
    });
    both.collect()
}

#[tokio::test]
async fn games_timelines_and_seasons_are_those_of_the_store() {
    for server in servers("history_equal").await {
        let watched = Watched::new(&server.client);
        let from = summer();
        let games = games(from, 27);
        watched.see(&observations(&games)).await;
        watched.deliver().await;
        let (store, influx) = (&watched.store, watched.history());
        let name = server.name;

        for query in queries(from) {
            let told = influx.games(query.clone()).await.expect("an answer");
            assert_eq!(told.source, HistorySource::Influx);
            let expected = held_page(store.games(query.clone()).await.expect("an answer").found);
            same(&told.found, &expected, &format!("{name}: {query:?}"));
        }
        let mut query = HistoryQuery { limit: 5, ..HistoryQuery::default() };
        loop {
            let page = held_page(store.games(query.clone()).await.expect("an answer").found);
            assert_eq!(
                influx.games(query.clone()).await.expect("an answer").found,
                page,
                "{name}: {query:?}"
            );
            let Some(last) = page.games.last() else { break };
            query.after = Some((last.start, last.league, last.id.clone()));
        }

        for id in games.iter().map(|game| game.id.clone()).chain([GameId("none".into())]) {
            for asked in [None, Some(league("nfl"))] {
                let expected = store.timelines(asked, id.clone()).await.expect("an answer").found;
                let expected: Vec<_> = expected.into_iter().map(held_timeline).collect();
                let told = influx.timelines(asked, id.clone()).await.expect("an answer").found;
                assert_eq!(told, expected, "{name}: {id}");
            }
        }
        for team in ["bills", "Boston Bruins", "nfl-ne", "TBL", "nobody"] {
            for begins in [None, Some(from.year() - 1), Some(from.year()), Some(1999)] {
                let expected = store.team_seasons(None, team.into(), begins).await.expect("an answer").found;
                let expected: Vec<_> = expected.into_iter().map(held_season).collect();
                let told = influx.team_seasons(None, team.into(), begins).await.expect("an answer").found;
                assert_eq!(told, expected, "{name}: {team} {begins:?}");
            }
        }
        for key in ["nfl", "nhl", "epl"] {
            for begins in [None, Some(from.year() - 1), Some(from.year()), Some(1999)] {
                let expected = store.league_season(league(key), begins).await.expect("an answer").found;
                let expected: Vec<_> = expected.into_iter().map(held).collect();
                let told = influx.league_season(league(key), begins).await.expect("an answer").found;
                assert_eq!(told, expected, "{name}: {key} {begins:?}");
            }
        }
    }
}

/// Says which game differs first.
pub fn same(told: &HistoryPage, expected: &HistoryPage, of: &str) {
    for (told, expected) in told.games.iter().zip(&expected.games) {
        assert_eq!(told, expected, "{of}");
    }
    assert_eq!((told.games.len(), told.total), (expected.games.len(), expected.total), "{of}");
}

#[tokio::test]
async fn a_game_that_was_never_announced_starts_when_it_was_first_seen_to_be_on() {
    for server in servers("history_unannounced").await {
        let watched = Watched::new(&server.client);
        let game = announced("nhl", 1, (0, 1), 2026, days_ago(40));
        let looks = [(3, 1), (70, 2), (60 * 24 * 30, 3)].map(|(minutes, number)| {
            let suspended = look(&game, GameStatus::Suspended, number, "1:00", 0, 0);
            seen(game.start + TimeDelta::minutes(minutes), vec![suspended])
        });
        watched.see(&looks).await;
        watched.deliver().await;
        let query = HistoryQuery { limit: 9, ..HistoryQuery::default() };
        let page = watched.history().games(query).await.expect("an answer").found;
        let starts: Vec<_> = page.games.iter().map(|game| game.start).collect();
        assert_eq!(starts, [game.start + TimeDelta::minutes(3)], "{}", server.name);
    }
}

#[tokio::test]
async fn what_is_written_shows_at_once_and_the_revision_grows_with_it() {
    for server in servers("history_fresh").await {
        let watched = Watched::new(&server.client);
        // On today: its points are still coming.
        let game = announced("nfl", 7, (0, 1), 2025, watched.clock.now());
        let influx = watched.history();
        let id = game.id.clone();
        let mut revision = influx.revision(None, None);
        for (minutes, look) in crate::season::course(&game).into_iter().take(3) {
            let observed_at = game.start + TimeDelta::minutes(minutes);
            watched.see(&[seen(observed_at, vec![look.clone()])]).await;
            watched.deliver().await;
            let now = influx.revision(Some(look.league), Some(2025));
            assert!(now > revision, "{now} after {revision}");
            revision = now;
            let query = HistoryQuery { limit: 10, ..HistoryQuery::default() };
            let page = influx.games(query).await.expect("an answer").found;
            assert_eq!(
                page.games.iter().map(|game| game.status).collect::<Vec<_>>(),
                [look.status],
                "{}",
                server.name
            );
            let timeline = influx.timelines(None, id.clone()).await.expect("an answer").found;
            assert_eq!(timeline[0].entries.last().map(|entry| entry.status), Some(look.status));
        }
    }
}
