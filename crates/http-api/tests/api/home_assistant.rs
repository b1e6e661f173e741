//! What a team is doing, for Home Assistant's sensors.

use chrono::TimeDelta;
use game_model::{Game, GameStatus, Side, Team};
use serde_json::{Value, json};

use crate::support::{Fixture, game, league, noon, scheduled};

const STATUS: &str = "/api/v1/ha/game-status";
const CONTEXT: &str = "/api/v1/ha/game-context";

async fn evening() -> Fixture {
    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    let at = |hours| noon() + TimeDelta::hours(hours);
    let mut over = game("nfl", "over", "NE", "BUF");
    (over.status, over.start) = (GameStatus::Finished, at(-200));
    let games = vec![
        over,
        game("nfl", "on", "MIA", "NE"),
        scheduled("nfl", "later", "NE", "NYJ", at(336)),
        scheduled("nfl", "next", "NE", "NYG", at(168)),
        scheduled("nfl", "soon", "KC", "LV", at(3)),
    ];
    fixture.publish(league("nfl"), games);
    fixture.publish(league("nhl"), vec![game("nhl", "hockey", "TB", "BUF")]);
    fixture
}

/// The keys of the contract.
fn contract(answer: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| ((*key).to_owned(), answer[*key].clone())).collect::<serde_json::Map<_, _>>().into()
}

const STATUS_KEYS: [&str; 5] = ["team", "status", "game_id", "opponent", "start_time"];

#[tokio::test]
async fn a_team_that_plays_is_told_in_full() {
    let answer = evening().await.get(&format!("{STATUS}/ne?sport=nfl")).await;
    assert_eq!((answer.status, answer.header("x-cache"), answer.header("age")), (200, "miss", "0"));
    let expected = json!({
        "team": "ne", "status": "playing", "game_id": "on", "opponent": "MIA", "start_time": "2026-11-23T11:00Z",
        "league": "NFL", "team_id": "nfl-ne", "team_name": "New England Patriots", "game_status": "live",
        "home_away": "away", "opponent_id": "nfl-mia", "opponent_name": "Miami Dolphins",
        "score": {"team": 7, "opponent": 14}, "period": {"current": 2, "total": 4, "time_remaining": "3:21"},
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn a_team_is_named_as_anywhere_else() {
    let fixture = evening().await;
    for (name, id) in [
        ("ne", "on"),
        ("NFL-NE", "on"),
        ("17?league=nfl", "on"),
        ("patriots", "on"),
        ("New%20England%20Patriots?sport=NFL", "on"),
        ("%20ne%20", "on"),
        ("kc", "soon"),
        ("tbl", "hockey"),
        ("nhl-tb?sport=nhl", "hockey"),
        ("buf?league=nhl", "hockey"),
        ("nhl-buf", "hockey"),
    ] {
        let answer = fixture.get(&format!("{STATUS}/{name}")).await;
        assert_eq!((answer.status, &answer.json()["game_id"]), (200, &json!(id)), "{name}");
        assert_eq!(fixture.get(&format!("{CONTEXT}/{name}")).await.status, 200, "{name}");
    }
}

#[tokio::test]
async fn a_team_without_a_game_is_none_and_one_with_a_game_ahead_upcoming() {
    let fixture = evening().await;
    let none = fixture.get(&format!("{STATUS}/Cowboys")).await.json();
    let expected =
        json!({"team": "Cowboys", "status": "none", "game_id": null, "opponent": null, "start_time": null});
    assert_eq!(contract(&none, &STATUS_KEYS), expected);
    assert_eq!(
        (&none["team_id"], &none["score"], &none["period"]),
        (&json!("nfl-dal"), &json!(null), &json!(null))
    );
    let none = fixture.get(&format!("{CONTEXT}/dal?sport=nfl")).await.json();
    let expected = json!({"team": "dal", "status": "none", "current_game": null, "next_game": null});
    assert_eq!(contract(&none, &["team", "status", "current_game", "next_game"]), expected);

    let upcoming = fixture.get(&format!("{STATUS}/kc")).await.json();
    assert_eq!((&upcoming["status"], &upcoming["opponent"]), (&json!("upcoming"), &json!("LV")));
    assert_eq!((&upcoming["home_away"], &upcoming["score"]), (&json!("home"), &json!(null)));
}

#[tokio::test]
async fn the_context_holds_the_game_that_is_on_the_next_and_the_last() {
    let fixture = evening().await;
    let context = fixture.get(&format!("{CONTEXT}/ne")).await.json();
    let ids = ["current_game", "next_game", "last_game"].map(|key| context[key]["id"].clone());
    assert_eq!(ids, ["on", "next", "over"].map(|id| json!(id)));
    assert_eq!((&context["status"], &context["team_id"]), (&json!("playing"), &json!("nfl-ne")));
    let live = fixture.get("/api/v1/games/live?team_ids=ne&league=nfl").await.json();
    assert_eq!(context["current_game"], live["games"][0], "a game looks as it does elsewhere");
    fixture.post("/api/v1/user/teams", r#"{"nfl_teams":["ne"]}"#).await;
    let context = fixture.get(&format!("{CONTEXT}/ne")).await.json();
    assert_eq!(context["current_game"]["is_favorite"], true);
}

#[tokio::test]
async fn each_status_means_what_it_says() {
    let fixture = Fixture::new(&["nfl"]).await;
    let state = async |change: fn(&mut Game)| {
        let mut game = game("nfl", "1", "NE", "BUF");
        change(&mut game);
        fixture.publish(league("nfl"), vec![game]);
        fixture.get(&format!("{STATUS}/ne")).await.json()["status"].as_str().expect("a word").to_owned()
    };
    assert_eq!(state(|game| game.status = GameStatus::Delayed).await, "playing", "held up in its middle");
    let start_delayed = |game: &mut Game| {
        (game.status, game.clock.number, game.home.score, game.away.score) = (GameStatus::Delayed, 1, 0, 0);
    };
    assert_eq!(state(start_delayed).await, "upcoming", "a delayed start has not started");
    for status in [GameStatus::Postponed, GameStatus::Suspended, GameStatus::Canceled, GameStatus::Finished] {
        let mut game = game("nfl", "1", "NE", "BUF");
        game.status = status;
        fixture.publish(league("nfl"), vec![game]);
        assert_eq!(fixture.get(&format!("{STATUS}/ne")).await.json()["status"], "none", "{status}");
    }
    assert_eq!(state(|game| game.status = GameStatus::Scheduled).await, "upcoming", "an hour late");
}

#[tokio::test]
async fn answers_are_made_once_and_tell_how_fresh_they_are() {
    let fixture = evening().await;
    let state = async |path: &str| fixture.get(path).await.header("x-cache").to_owned();
    let (status, context) = (format!("{STATUS}/kc?sport=nfl"), format!("{CONTEXT}/kc?sport=nfl"));
    assert_eq!((state(&status).await, state(&status).await), ("miss".into(), "hit".into()));
    assert_eq!((state(&context).await, state(&context).await), ("miss".into(), "hit".into()));
    assert_eq!(state(&format!("{STATUS}/Chiefs")).await, "miss", "the name is part of the answer");
    assert_eq!(state("/api/v1/games/live?league=nfl&team_ids=kc").await, "miss", "and no other route's");

    fixture.advance(TimeDelta::seconds(31));
    assert_eq!(state(&status).await, "stale");
    assert_eq!(fixture.hints(), [league("nfl")], "of the team's league alone");

    // Time alone makes of a game that never began none that is to come.
    fixture.advance(TimeDelta::hours(9));
    assert_eq!(fixture.get(&status).await.json()["status"], "none");
}

#[tokio::test]
async fn a_team_that_is_none_or_several_is_refused_with_a_way_on() {
    let fixture = evening().await;
    for (path, status, words) in [
        ("patriot", 404, vec!["\"patriot\"", "nfl, nhl", "nfl-ne (New England Patriots)"]),
        ("tb?league=nba", 400, vec!["league", "\"nba\"", "nfl, nhl"]),
        ("buf", 400, vec!["\"buf\"", "nfl, nhl", "league=", "nfl-buf"]),
        ("nhl-ne", 404, vec!["\"nhl-ne\""]),
        ("kc?sport=nhl", 404, vec!["no team of nhl"]),
        ("%ff", 400, vec!["team", "UTF-8"]),
        ("%20", 400, vec!["team"]),
        ("ne?sport=nfl&league=nhl", 400, vec!["different"]),
    ] {
        for route in [STATUS, CONTEXT] {
            let answer = fixture.get(&format!("{route}/{path}")).await;
            let detail = answer.detail();
            assert_eq!(answer.status, status, "{path}: {detail}");
            assert!(words.iter().all(|word| detail.contains(word)), "{path}: {detail}");
        }
    }
    assert_eq!(fixture.get(&format!("{STATUS}/")).await.status, 404);
    assert_eq!(fixture.post(&format!("{STATUS}/ne"), "{}").await.status, 405);
}

#[tokio::test]
async fn teams_that_only_scoreboards_tell_of_are_found_there() {
    let fixture = Fixture::new(&["mlb"]).await;
    let unseen = fixture.get(&format!("{STATUS}/nyy")).await;
    assert_eq!((unseen.status, unseen.detail().contains("\"nyy\"")), (404, true));
    let team = |abbreviation: &str, id: &str| Team {
        id: format!("mlb-{}", abbreviation.to_lowercase()),
        espn_id: id.into(),
        name: format!("The {abbreviation}"),
        abbreviation: abbreviation.into(),
        nickname: String::new(),
        logo: String::new(),
        colors: game_model::Colors::default(),
    };
    let mut played = game("mlb", "1", "NYY", "BOS");
    played.home = Side { team: team("NYY", "10"), ..played.home };
    played.away = Side { team: team("BOS", "2"), ..played.away };
    fixture.publish(league("mlb"), vec![played]);
    for name in ["nyy", "MLB-NYY", "10", "the nyy"] {
        let answer = fixture.get(&format!("{STATUS}/{}", name.replace(' ', "%20"))).await.json();
        assert_eq!((&answer["game_id"], &answer["team_id"]), (&json!("1"), &json!("mlb-nyy")), "{name}");
        assert_eq!((&answer["opponent"], &answer["home_away"]), (&json!("BOS"), &json!("home")), "{name}");
    }
}

#[tokio::test]
async fn a_league_never_seen_has_no_game_and_is_hinted_for() {
    let fixture = Fixture::new(&["nfl"]).await;
    let answer = fixture.get(&format!("{STATUS}/ne")).await;
    assert_eq!((answer.status, answer.header("x-cache"), answer.header("age")), (200, "stale", ""));
    assert_eq!(answer.json()["status"], "none");
    assert_eq!(fixture.hints(), [league("nfl")]);

    let fixture = Fixture::new(&["nfl", "nhl"]).await;
    for key in ["nfl", "nhl"] {
        let answer = fixture.get(&format!("{STATUS}/buf?league={key}")).await.json();
        assert_eq!(
            answer["team_id"],
            format!("{key}-buf"),
            "nothing seen of either is no reason to mix them up"
        );
    }
}
