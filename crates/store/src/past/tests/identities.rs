//! In leagues without a table of teams a line tells a nickname alone: it is the team that ESPN names so, whoever came
//! first.

use chrono::TimeDelta;
use game_model::{Colors, ObservationLog, PastGame, WallClock, standings, team_results};
use influx_schema::{Piece, Point, nanoseconds};
use rusqlite::Connection;

use super::*;
use crate::{Import, ImportOptions, Landing};

/// A finished game between two teams as ESPN names them: numeric id, full name, nickname, abbreviation.
fn named(league: &str, id: u32, home: [&str; 4], away: [&str; 4]) -> Game {
    let league: League = league.parse().unwrap();
    let side = |[espn_id, name, nickname, abbreviation]: [&str; 4], score| Side {
        team: Team {
            id: league.team_id(abbreviation),
            espn_id: espn_id.into(),
            name: name.into(),
            nickname: nickname.into(),
            abbreviation: abbreviation.into(),
            logo: String::new(),
            colors: Colors::default(),
        },
        score,
        record: None,
    };
    Game {
        league,
        season: Some(league.season(2026, 2)),
        week: None,
        start: game(1, GameStatus::Live).start - TimeDelta::days(30 - i64::from(id)),
        home: side(home, 100),
        away: side(away, 90),
        ..game(id, GameStatus::Finished)
    }
}

const LAKERS: [&str; 4] = ["13", "Los Angeles Lakers", "Lakers", "LAL"];
const CELTICS: [&str; 4] = ["2", "Boston Celtics", "Celtics", "BOS"];
const AUBURN: [&str; 4] = ["2", "Auburn Tigers", "Tigers", "AUB"];
const LSU: [&str; 4] = ["99", "LSU Tigers", "Tigers", "LSU"];
const BAMA: [&str; 4] = ["333", "Alabama Crimson Tide", "Crimson Tide", "ALA"];

/// Takes a game as its line tells it.
fn import(place: &Place, game: &Game) {
    let observed_at = nanoseconds(game.start + TimeDelta::hours(3));
    let line = Point::observe(game, observed_at, None).encode();
    let line = std::str::from_utf8(&line).unwrap().to_owned();
    let lines = [Piece::parse(&line).unwrap().unwrap().finish().unwrap()];
    let now = place.clock.now();
    let landed = Import::open(&place.dir(), ImportOptions::default(), now).unwrap().add(&lines, now).unwrap();
    assert_eq!(landed.landings, [Landing::Added]);
}

async fn season(store: &Store, league: &str) -> Vec<PastGame> {
    store.league_season(league.parse().unwrap(), None).await.unwrap().found
}

/// Each team of the standings by id, with its games won and lost.
async fn table(store: &Store, league: &str) -> Vec<(String, u32, u32)> {
    let games = season(store, league).await;
    let standings = standings(league.parse().unwrap(), &games);
    standings.into_iter().map(|place| (place.team.id, place.tally.wins, place.tally.losses)).collect()
}

#[tokio::test]
async fn a_team_is_one_whether_it_was_imported_or_seen_first() {
    let (early, late) = (named("nba", 1, LAKERS, CELTICS), named("nba", 2, CELTICS, LAKERS));
    for imported_first in [true, false] {
        let place = Place::new();
        let store = place.open(None);
        if imported_first {
            import(&place, &early);
            assert_eq!(table(&store, "nba").await.len(), 2);
            place.observe(&store, std::slice::from_ref(&late)).await;
        } else {
            place.observe(&store, std::slice::from_ref(&late)).await;
            import(&place, &early);
        }
        let expected = [("nba-lal".to_owned(), 1, 1), ("nba-bos".to_owned(), 1, 1)];
        let mut told = table(&store, "nba").await;
        told.sort_by(|a, b| b.cmp(a));
        assert_eq!(told, expected, "imported first: {imported_first}");
        for name in ["Lakers", "lal", "nba-lal", "Los Angeles Lakers", "13", "nba-lakers"] {
            let expected = if name == "nba-lakers" { 0 } else { 2 };
            let query = HistoryQuery { team: Some(name.into()), ..everything() };
            assert_eq!(ids(&store, query).await.1, expected, "{name}");
            let seasons = store.team_seasons(None, name.into(), None).await.unwrap().found;
            assert_eq!(seasons.len() as u64, expected / 2, "{name}");
            if let [season] = &seasons[..] {
                let results = team_results(&season.games, &season.team.franchise).overall;
                assert_eq!((results.wins, results.losses), (1, 1), "{name}");
            }
        }
        for game in season(&store, "nba").await {
            assert!(game.sides().iter().all(|side| !side.team.is_nickname_alone()), "{game:?}");
        }
    }
}

#[tokio::test]
async fn a_nickname_of_two_teams_is_nobody_s_and_what_espn_named_stays() {
    let place = Place::new();
    let store = place.open(None);
    // ESPN names one team of that nickname, in a game that was imported as well ...
    place.observe(&store, &[named("ncaaf", 4, AUBURN, BAMA)]).await;
    import(&place, &named("ncaaf", 1, AUBURN, BAMA));
    place.observe(&store, &[named("ncaaf", 1, AUBURN, BAMA)]).await;
    import(&place, &named("ncaaf", 2, LSU, BAMA));
    let of = async |store: &Store| {
        let games = season(store, "ncaaf").await;
        games.iter().map(|game| game.home.team.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(&store).await, ["ncaaf-aub"; 3], "the only one known");
    // ... then another.
    let before = store.revision(Some("ncaaf".parse().unwrap()), Some(1999));
    place.observe(&store, &[named("ncaaf", 3, LSU, BAMA)]).await;
    assert_eq!(of(&store).await, ["ncaaf-aub", "ncaaf-tigers", "ncaaf-lsu", "ncaaf-aub"]);
    assert!(
        store.revision(Some("ncaaf".parse().unwrap()), Some(1999)) > before,
        "any season may have changed"
    );
    assert_eq!(table(&store, "ncaaf").await.len(), 4);
    place.observe(&store, &[named("ncaaf", 2, LSU, BAMA)]).await;
    assert_eq!(of(&store).await, ["ncaaf-aub", "ncaaf-lsu", "ncaaf-lsu", "ncaaf-aub"], "now ESPN named it");
}

#[tokio::test]
async fn a_database_of_before_learns_who_is_meant() {
    let place = Place::new();
    let store = place.open(None);
    import(&place, &named("nba", 1, LAKERS, CELTICS));
    place.observe(&store, &[named("nba", 2, CELTICS, LAKERS)]).await;
    let before = season(&store, "nba").await;
    store.close().await;
    let db = Connection::open(place.database()).unwrap();
    db.execute_batch(
        "ALTER TABLE backfilled DROP COLUMN empty;
         CREATE TABLE old (id INTEGER PRIMARY KEY, league TEXT NOT NULL, franchise TEXT NOT NULL,
             team_id TEXT NOT NULL, name TEXT NOT NULL, nickname TEXT NOT NULL, abbreviation TEXT NOT NULL,
             UNIQUE (league, franchise, team_id, name, nickname, abbreviation)) STRICT;
         INSERT INTO old SELECT id, league, iif(told = '', franchise, lower('nba-' || told)),
             iif(told = '', team_id, lower('nba-' || told)), iif(told = '', name, told), nickname,
             iif(told = '', abbreviation, '') FROM past_teams;
         DROP TABLE past_teams; ALTER TABLE old RENAME TO past_teams;
         UPDATE about SET version = 6; PRAGMA user_version = 6;",
    )
    .unwrap();
    let nameless: i64 = db
        .query_row("SELECT count(*) FROM past_teams WHERE franchise = 'nba-lakers'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(nameless, 1);
    drop(db);
    assert_eq!(season(&place.open(None), "nba").await, before);
}

#[tokio::test]
async fn whoever_asks_for_the_teams_gets_all_names() {
    let place = Place::new();
    let store = place.open(None);
    import(&place, &named("nba", 1, LAKERS, CELTICS));
    let names = async || {
        let names = game_model::RecentHistory::named_teams(&store).await.unwrap();
        names.into_iter().map(|(_, team)| team.id).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["nba-lakers", "nba-celtics"]);
    let seen = place.observation(&[named("nba", 2, CELTICS, LAKERS)]);
    store.commit(seen).await.unwrap();
    assert_eq!(names().await, ["nba-lal", "nba-bos", "nba-bos", "nba-lal"]);
}
