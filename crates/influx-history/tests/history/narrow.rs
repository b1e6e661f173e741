//! Servers that give little at once.

use game_model::{GameHistory, HistoryQuery};
use influx_sim::{Kind, Options};

use crate::season::{games, observations};
use crate::support::{Watched, held, simulated, summer};

#[tokio::test]
async fn influxdb_3_core_is_asked_for_as_much_as_it_gives() {
    for max_files in [3, 20] {
        let server = simulated(Kind::V3, Options { max_files, ..Options::default() }).await;
        let watched = Watched::new(&server.client);
        let games = games(summer(), 20);
        watched.see(&observations(&games)).await;
        watched.deliver().await;
        let (store, influx) = (&watched.store, watched.history());
        let query = HistoryQuery { limit: 1000, ..HistoryQuery::default() };
        let expected: Vec<_> = store.games(query.clone()).await.expect("an answer").found.games;
        let told = influx.games(query.clone()).await.expect("an answer").found;
        assert_eq!(told.games, expected.into_iter().map(held).collect::<Vec<_>>());
        for game in &games {
            let expected = store.timelines(None, game.id.clone()).await.expect("an answer").found;
            let told = influx.timelines(None, game.id.clone()).await.expect("an answer").found;
            assert_eq!(told.len(), 1, "{}", game.id);
            assert_eq!(told[0].entries, expected[0].entries, "{}", game.id);
        }
        assert!(influx.trouble().is_none());
        let sim = server.sim.expect("simulated");
        let asked = sim.requests().len();
        influx.games(query).await.expect("an answer");
        assert_eq!(sim.requests().len(), asked, "what was read is kept");
        sim.stop().await;
    }
}
