//! Live and upcoming games.

use chrono::TimeDelta;
use game_model::{GameStatus, TeamPreferences};
use serde_json::json;

use crate::support::{Fixture, Ports, game, league, noon, scheduled};

const LIVE: &str = "/api/v1/games/live";
const UPCOMING: &str = "/api/v1/games/upcoming";

async fn both_leagues() -> Fixture {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    fixture.publish(league("nfl"), vec![game("nfl", "1", "NE", "BUF"), game("nfl", "2", "KC", "LV")]);
    fixture.publish(league("nhl"), vec![game("nhl", "3", "TB", "BOS")]);
    fixture
}

#[tokio::test]
async fn a_game_is_told_in_full() {
    let fixture = both_leagues().await;
    let answer = fixture.get("/api/v1/games/live?league=nfl&team_ids=ne").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    let team = |id: &str, name: &str, abbreviation: &str| {
        json!({
            "id": id, "name": name, "abbreviation": abbreviation,
            "logo": format!("https://logos.example/{abbreviation}.png"),
            "colors": {"primary": "#000000", "secondary": "#FFFFFF"},
            "record": {"wins": 5, "losses": 2, "ties": 1},
        })
    };
    let expected = json!({
        "games": [{
            "id": "1", "league": "NFL", "status": "live", "start_time": "2026-11-23T11:00Z",
            "home_team": team("nfl-ne", "New England Patriots", "NE"),
            "away_team": team("nfl-buf", "Buffalo Bills", "BUF"),
            "score": {"home": 14, "away": 7},
            "period": {"current": 2, "total": 4, "time_remaining": "3:21"},
            "is_favorite": false,
        }],
        "count": 1,
        "filtered_by_teams": ["ne"],
    });
    assert_eq!(answer.json(), expected);
    let hockey = fixture.get("/api/v1/games/live?league=nhl").await.json();
    let record = &hockey["games"][0]["home_team"]["record"];
    assert_eq!(*record, json!({"wins": 5, "losses": 2, "overtime_losses": 3}));
    assert_eq!(hockey["games"][0]["period"]["total"], 3);
}

#[tokio::test]
async fn leagues_and_teams_are_chosen_in_any_spelling() {
    let fixture = both_leagues().await;
    for (query, ids) in [
        ("", vec!["1", "2", "3"]),
        ("?", vec!["1", "2", "3"]),
        ("?league=&team_ids=,%20,&sport=", vec!["1", "2", "3"]),
        ("?sport=NhL", vec!["3"]),
        ("?league=nfl&sport=NFL", vec!["1", "2"]),
        ("?team_ids=NFL-NE", vec!["1"]),
        ("?team_ids=%20kc+,%20nhl-tbl", vec!["2", "3"]),
        ("?team_ids=kc&team_ids=tb", vec!["2", "3"]),
        ("?team_ids=2", vec!["1"]),
        ("?team_ids=nope", vec![]),
        ("?league=nhl&team_ids=ne", vec![]),
        ("?_=123&hours=24&league=nfl", vec!["1", "2"]),
    ] {
        let answer = fixture.get(&format!("{LIVE}{query}")).await;
        assert_eq!(
            (answer.status, answer.ids()),
            (200, ids.iter().map(ToString::to_string).collect()),
            "{query}"
        );
        assert_eq!(answer.json()["count"], ids.len(), "{query}");
    }
    let asked = fixture.get(&format!("{LIVE}?team_ids=%20Ne,NFL-kc&team_ids=ne")).await;
    assert_eq!(asked.json()["filtered_by_teams"], json!(["ne", "nfl-kc", "ne"]));
}

#[tokio::test]
async fn live_lists_what_is_on_and_upcoming_what_is_scheduled() {
    let fixture = Fixture::new(&["nfl"]).await;
    let games = GameStatus::ALL.map(|status| {
        let soon = scheduled("nfl", status.as_str(), "NE", "BUF", noon() + TimeDelta::hours(1));
        game_model::Game { status, ..soon }
    });
    fixture.publish(league("nfl"), games.into());
    assert_eq!(fixture.get(LIVE).await.ids(), ["live", "delayed"]);
    assert_eq!(fixture.get(UPCOMING).await.ids(), ["scheduled"]);
}

#[tokio::test]
async fn upcoming_follows_the_hours_and_the_clock() {
    let fixture = Fixture::new(&["nfl"]).await;
    let at = |hours: i64| noon() + TimeDelta::hours(hours);
    let games = [("now", 0), ("day", 24), ("late", 25), ("month", 720), ("beyond", 721)];
    let games = games.map(|(id, hours)| scheduled("nfl", id, "NE", "BUF", at(hours)));
    fixture.publish(league("nfl"), games.into());
    assert_eq!(fixture.get(UPCOMING).await.ids(), ["now", "day"]);
    assert_eq!(fixture.get(&format!("{UPCOMING}?hours=25")).await.ids(), ["now", "day", "late"]);
    assert_eq!(fixture.get(&format!("{UPCOMING}?hours=720")).await.ids(), ["now", "day", "late", "month"]);
    assert_eq!(fixture.get(&format!("{UPCOMING}?hours=1&team_ids=kc")).await.ids().len(), 0);

    // The same scoreboard yields another answer once a game enters the hours ahead, or should long have begun.
    fixture.advance(TimeDelta::minutes(59));
    let held = fixture.get(UPCOMING).await;
    assert_eq!((held.ids(), held.header("age")), (vec!["now".into(), "day".into()], "3540"));
    fixture.advance(TimeDelta::minutes(1));
    assert_eq!(fixture.get(UPCOMING).await.ids(), ["day", "late"]);
}

#[tokio::test]
async fn answers_tell_how_fresh_they_are_and_stale_ones_leave_a_hint() {
    let fixture = both_leagues().await;
    let state = async |path: &str| {
        let answer = fixture.get(path).await;
        (answer.header("x-cache").to_owned(), answer.header("age").to_owned())
    };
    let told = |state: &str, age: &str| (state.to_owned(), age.to_owned());
    assert_eq!(state(LIVE).await, told("miss", "0"));
    assert_eq!(state(LIVE).await, told("hit", "0"));
    fixture.advance(TimeDelta::seconds(30));
    assert_eq!(state("/api/v1/games/live?league=nfl").await, told("miss", "30"));
    assert_eq!(fixture.hints(), []);
    fixture.advance(TimeDelta::seconds(1));
    assert_eq!(state("/api/v1/games/live?league=nfl").await, told("stale", "31"));
    assert_eq!(fixture.hints(), [league("nfl")]);
    assert_eq!(state(UPCOMING).await, told("miss", "31"), "five minutes more may pass");
    assert_eq!(fixture.hints(), []);
}

#[tokio::test]
async fn a_league_never_seen_is_stale_and_hinted_for() {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    fixture.publish(league("nfl"), vec![game("nfl", "1", "NE", "BUF")]);
    let answer = fixture.get(LIVE).await;
    assert_eq!((answer.ids(), answer.header("x-cache")), (vec!["1".into()], "stale"));
    assert_eq!(answer.header("age"), "", "what is not there has no age");
    assert_eq!(fixture.hints(), [league("nhl")]);
    let answer = fixture.get("/api/v1/games/upcoming?league=nhl").await;
    assert_eq!((answer.json()["count"].as_u64(), answer.header("x-cache")), (Some(0), "stale"));
    assert_eq!(fixture.hints(), [league("nhl")]);
    assert_eq!(fixture.get("/api/v1/games/live?league=nfl").await.header("x-cache"), "hit");
    assert_eq!(fixture.hints(), []);

    // Known from the store only: there is no age to tell.
    fixture.cache.publish(league("nhl"), Vec::new(), None, std::time::Duration::ZERO);
    let answer = fixture.get("/api/v1/games/live?league=nhl").await;
    assert_eq!((answer.header("x-cache"), answer.header("age")), ("stale", ""));
    assert_eq!(fixture.hints(), [league("nhl")]);
}

#[tokio::test]
async fn games_of_the_default_user_are_marked_from_the_start_and_after_a_change() {
    let ports = Ports::default();
    let teams =
        [("nfl".to_owned(), vec!["NFL-NE".to_owned()]), ("cricket".to_owned(), vec!["kc".to_owned()])];
    ports.users.lock().unwrap().insert("default".into(), TeamPreferences { teams: teams.into() });
    let fixture = Fixture::with(&["nfl", "nhl"], ports, &[]).await;
    fixture.publish(league("nfl"), vec![game("nfl", "1", "NE", "BUF"), game("nfl", "2", "KC", "LV")]);
    fixture.publish(league("nhl"), vec![game("nhl", "3", "BUF", "TB")]);
    let marked = async || {
        let live = fixture.get(LIVE).await.json();
        let games = live["games"].as_array().expect("games").clone();
        games.iter().map(|game| game["is_favorite"].as_bool().expect("a bool")).collect::<Vec<_>>()
    };
    assert_eq!(marked().await, [true, false, false]);
    let saved = fixture.post("/api/v1/user/teams", r#"{"nfl_teams":["kc"],"nhl_teams":["tbl"]}"#).await;
    assert_eq!(saved.status, 200);
    assert_eq!(marked().await, [false, true, true]);
    let other = fixture.post("/api/v1/user/teams", r#"{"user_id":"ann","nfl_teams":["ne"]}"#).await;
    assert_eq!(other.status, 200);
    assert_eq!(marked().await, [false, true, true], "the teams of others mark nothing");
}

#[tokio::test]
async fn bad_parameters_are_all_told_by_name_and_value_with_what_is_allowed() {
    let fixture = both_leagues().await;
    let long = format!("team_ids={}", "ne,".repeat(3000));
    for (query, words) in [
        ("league=cricket", vec!["league", "\"cricket\"", "nfl, nhl"]),
        ("sport=mlb", vec!["sport", "\"mlb\"", "nfl, nhl"]),
        ("hours=0", vec!["hours", "\"0\"", "1 to 720"]),
        ("hours=721", vec!["hours", "\"721\"", "1 to 720"]),
        ("hours=1.5&league=x", vec!["hours", "\"1.5\"", "league", "\"x\""]),
        ("hours=", vec!["hours", "\"\""]),
        ("hours=1&hours=2", vec!["hours", "twice"]),
        ("league=nfl&sport=nhl", vec!["sport", "different"]),
        ("team_ids=%ff", vec!["team_ids", "%ff", "UTF-8"]),
        (&long, vec!["team_ids", "8999", "8192"]),
    ] {
        let answer = fixture.get(&format!("{UPCOMING}?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        let detail = answer.detail();
        assert!(words.iter().all(|word| detail.contains(word)), "{query}: {detail}");
        assert!(detail.len() < 300, "{detail}");
    }
    assert_eq!(fixture.hints(), []);
}
