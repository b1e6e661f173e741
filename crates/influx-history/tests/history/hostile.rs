//! Names that would like to be more than names.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use game_model::{GameHistory, GameId, HistoryQuery};

use crate::season::{announced, seen};
use crate::support::{Watched, days_ago, servers};

/// What ESPN could write, and somebody type.
const NAMES: [&str; 15] = [
    "O'Brien",
    "'",
    "''",
    "\"",
    "\\'",
    "\\'; --",
    "'; DROP DATABASE history_hostile; --",
    "x'; DROP MEASUREMENT \"nfl_scores\"; --",
    "' OR ''='",
    "' OR time > 0 --",
    "$game",
    "=~ /.*/",
    ".*",
    "a, b=c 'd'",
    "Zürich 雪 \u{200b}",
];

/// In a game's id also what a tag can not hold: then there is no such game.
const NEVER_STORED: [&str; 4] = ["1\n' OR ''='", "\0", "'\\", "x\r\n; DROP DATABASE history_hostile"];

#[tokio::test]
async fn hostile_names_are_names_and_nothing_else() {
    for server in servers("history_hostile").await {
        let watched = Watched::new(&server.client);
        let from = days_ago(30);
        let games: Vec<_> = (0_u32..)
            .zip(NAMES)
            .map(|(number, name)| {
                let start = from + TimeDelta::hours(i64::from(number));
                let mut game = announced("nfl", number, (0, 1), 2025, start);
                game.id = GameId(name.into());
                game.home.team.nickname = name.into();
                game
            })
            .collect();
        let league = games[0].league;
        watched.see(&[seen(from - TimeDelta::days(1), games)]).await;
        watched.deliver().await;
        let (influx, name_of_server) = (watched.history(), server.name);
        let all = HistoryQuery { limit: 1000, ..HistoryQuery::default() };
        let ids = |games: &[game_model::PastGame]| -> BTreeSet<String> {
            games.iter().map(|game| game.id.0.clone()).collect()
        };
        let everything: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();

        for name in NAMES {
            let query = HistoryQuery { team: Some(name.into()), ..all.clone() };
            let page = influx.games(query).await.expect("an answer").found;
            assert_eq!(
                ids(&page.games),
                BTreeSet::from([name.to_owned()]),
                "{name_of_server}: team {name:?}"
            );
            assert_eq!(page.games[0].home.team.nickname, name);
            let seasons =
                influx.team_seasons(Some(league), name.into(), None).await.expect("an answer").found;
            assert_eq!(
                (seasons.len(), seasons[0].games.len()),
                (1, 1),
                "{name_of_server}: season of {name:?}"
            );
            let found = influx.timelines(None, GameId(name.into())).await.expect("an answer").found;
            let found: Vec<_> = found.iter().map(|timeline| timeline.game.id.0.as_str()).collect();
            assert_eq!(found, [name], "{name_of_server}: game {name:?}");
        }
        for name in NEVER_STORED {
            let found = influx.timelines(None, GameId(name.into())).await.expect("an answer").found;
            assert!(found.is_empty(), "{name_of_server}: game {name:?}");
            let query = HistoryQuery { team: Some(name.into()), ..all.clone() };
            assert_eq!(influx.games(query).await.expect("an answer").found.total, 0, "{name:?}");
        }
        // Read anew, all are still there.
        let page = watched.history().games(all).await.expect("an answer").found;
        assert_eq!(ids(&page.games), everything, "{name_of_server}");
        assert!(influx.trouble().is_none());

        if let Some(sim) = server.sim {
            let queries: Vec<_> = sim.requests().into_iter().filter(|seen| seen.path == "/query").collect();
            let statements = queries.iter().filter(|seen| seen.body.contains("DROP")).count();
            assert!(statements > 0, "they were asked for");
            sim.stop().await;
        }
    }
}
