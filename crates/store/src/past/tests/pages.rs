//! Which games a query finds.

use game_model::{GameId, GameOrder, GameStatus, HistoryQuery, HistorySource, HomeAway};

use super::*;

async fn found(store: &Store, query: HistoryQuery) -> String {
    let (ids, total) = ids(store, query).await;
    assert_eq!(ids.len() as u64, total);
    ids.join(" ")
}

#[tokio::test]
async fn each_parameter_restricts_what_is_found() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let nfl = Some("nfl".parse().unwrap());
    let all = everything;
    let team = |name: &str| HistoryQuery { team: Some(name.into()), ..everything() };
    assert_eq!(found(&store, all()).await, "7 6 5 4 3 2 1");
    assert_eq!(found(&store, HistoryQuery { league: nfl, ..all() }).await, "7 4 3 2 1");
    assert_eq!(found(&store, HistoryQuery { season: Some(2025), ..all() }).await, "7 6 5 4 3 2");
    assert_eq!(found(&store, HistoryQuery { season: Some(2024), ..all() }).await, "1");
    assert_eq!(found(&store, HistoryQuery { status: Some(GameStatus::Scheduled), ..all() }).await, "7");
    assert_eq!(found(&store, team("PATRIOTS")).await, "7 3 2 1");
    assert_eq!(found(&store, team("panthers")).await, "5 4", "of both leagues");
    assert_eq!(found(&store, HistoryQuery { league: nfl, ..team("panthers") }).await, "4");
    assert_eq!(found(&store, HistoryQuery { season: Some(2025), ..team("ne") }).await, "7 3 2");
    assert_eq!(found(&store, HistoryQuery { opponent: Some("Bills".into()), ..team("ne") }).await, "2 1");
    let home = |query| HistoryQuery { home_away: Some(HomeAway::Home), ..query };
    let away = |query| HistoryQuery { home_away: Some(HomeAway::Away), ..query };
    assert_eq!(found(&store, home(team("ne"))).await, "3 1");
    assert_eq!(found(&store, away(team("ne"))).await, "7 2");
    let against = HistoryQuery { opponent: Some("nfl-buf".into()), ..team("17") };
    assert_eq!(found(&store, home(against.clone())).await, "1");
    assert_eq!(found(&store, away(against)).await, "2");
    assert_eq!(found(&store, HistoryQuery { opponent: Some("ne".into()), ..team("ne") }).await, "");
    let (from, until) =
        (match_of("nfl", 3, 2025, "NE", "BUF").start, match_of("nfl", 5, 2025, "NE", "BUF").start);
    assert_eq!(
        found(&store, HistoryQuery { from: Some(from), until: Some(until), ..all() }).await,
        "4 3",
        "the end of a range is not in it"
    );
    let oldest = HistoryQuery { order: GameOrder::OldestFirst, ..all() };
    assert_eq!(found(&store, oldest).await, "1 2 3 4 5 6 7");
    assert_eq!(store.games(all()).await.unwrap().source, HistorySource::Store);
}

#[tokio::test]
async fn pages_follow_each_other_and_know_how_many_games_there_are() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let page = |skip| HistoryQuery { skip, limit: 3, ..HistoryQuery::default() };
    assert_eq!(ids(&store, page(0)).await, (vec!["7".into(), "6".into(), "5".into()], 7));
    assert_eq!(ids(&store, page(3)).await, (vec!["4".into(), "3".into(), "2".into()], 7));
    assert_eq!(ids(&store, page(6)).await, (vec!["1".into()], 7));
    assert_eq!(ids(&store, page(u64::MAX)).await, (vec![], 7));
}

#[tokio::test]
async fn each_game_comes_once_where_every_page_begins_after_the_last_game_of_the_one_before() {
    let place = Place::new();
    let store = a_few_games(&place).await;
    let together = ["8", "9", "10"].map(|id| Game {
        start: match_of("nfl", 3, 2025, "NE", "BUF").start,
        ..match_of("nfl", id.parse().unwrap(), 2025, "KC", "LV")
    });
    place.observe(&store, &together).await;
    for order in [GameOrder::OldestFirst, GameOrder::NewestFirst] {
        let all = page(&store, HistoryQuery { order, ..everything() }).await.games;
        let mut one_by_one = Vec::new();
        let mut after = None;
        loop {
            let query = HistoryQuery { order, after, limit: 2, ..HistoryQuery::default() };
            let page = page(&store, query).await.games;
            let Some(last) = page.last() else { break };
            after = Some((last.start, last.league, last.id.clone()));
            one_by_one.extend(page);
        }
        assert_eq!((all.len(), one_by_one), (10, all), "{order:?}");
    }
}

#[tokio::test]
async fn hostile_names_are_names() {
    let place = Place::new();
    let store = place.open(None);
    let names = [
        "' OR 1=1 --",
        "\"; DROP TABLE games; --",
        "%",
        "_",
        "a\0b",
        "\\",
        "*",
        "?1",
        "Ω's",
        "NULL",
        "); --",
    ];
    for (name, id) in names.iter().zip(1..) {
        let mut hostile = game(id, GameStatus::Finished);
        hostile.home.team.espn_id = format!("h{id}");
        hostile.home.team.nickname = (*name).into();
        hostile.home.team.name = format!("The {name}");
        place.observe(&store, &[hostile]).await;
    }
    for (name, id) in names.iter().zip(1..) {
        for asked in [(*name).to_owned(), format!("the {name}").to_uppercase()] {
            let query = HistoryQuery { team: Some(asked.clone()), ..everything() };
            assert_eq!(ids(&store, query).await, (vec![id.to_string()], 1), "{asked:?}");
            let against =
                HistoryQuery { team: Some("Saints".into()), opponent: Some(asked.clone()), ..everything() };
            assert_eq!(ids(&store, against).await.1, 1, "{asked:?}");
            let seasons = store.team_seasons(None, asked.clone(), None).await.unwrap().found;
            assert_eq!(seasons.len(), 1, "{asked:?}");
        }
        let timeline = store.timelines(None, GameId((*name).into())).await.unwrap().found;
        assert_eq!(timeline, []);
    }
    assert_eq!(place.read::<u32>("SELECT count(*) FROM games"), u32::try_from(names.len()).unwrap());
}
