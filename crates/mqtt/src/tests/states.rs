//! Retained states: what is published of a team, when, and when not.

use std::sync::Arc;

use cache::{Cache, CacheConfig};
use chrono::TimeDelta;
use game_model::{Game, GameStatus};
use serde_json::json;

use super::broker::Broker;
use super::house::{CONFIG, House, followed, topic};
use super::support::{History, game, nfl, noon};
use crate::board::Board;
use crate::retained::Retained;
use crate::{FollowedTeams, MqttConfig, NamedTeam};

#[tokio::test(start_paused = true)]
async fn a_game_that_is_on_is_told_by_every_sensor() {
    let house = House::with(vec![game("401")]).await;
    for (leaf, value) in [
        ("state", "IN"),
        ("score", "14"),
        ("opponent_score", "7"),
        ("next_game", "None"),
        ("record", "None"),
        ("playing", "ON"),
    ] {
        assert_eq!(house.value(leaf).as_deref(), Some(value), "{leaf}");
    }
    let attributes = house.attributes();
    for (name, value) in [
        ("sport", json!("football")),
        ("league", json!("NFL")),
        ("event_name", json!("BUF @ NE")),
        ("quarter", json!(2)),
        ("clock", json!("3:21")),
        ("venue", json!("Gillette Stadium")),
        ("team_abbr", json!("NE")),
        ("team_long_name", json!("New England Patriots")),
        ("team_homeaway", json!("home")),
        ("team_score", json!(14)),
        ("team_winner", json!(null)),
        ("opponent_abbr", json!("BUF")),
        ("opponent_homeaway", json!("away")),
        ("opponent_score", json!(7)),
        ("date", json!("2026-11-22T17:00:00Z")),
        ("season", json!("regular-season")),
        ("team_logo", json!("https://logos.example/NE.png")),
        ("team_colors", json!(["#002244", "#c60c30"])),
        ("season_state", json!("in_season")),
        ("game_id", json!("401")),
    ] {
        assert_eq!(attributes[name], value, "{name}: {attributes}");
    }
    assert_eq!(house.broker.retained("sports-data/status").as_deref(), Some("online"));
}

#[tokio::test(start_paused = true)]
async fn attributes_come_before_the_state_and_availability_last() {
    let house = House::with(vec![game("401")]).await;
    let published = house.broker.published();
    let place = |topic: &str| published.iter().position(|(published, ..)| published == topic).unwrap();
    let order =
        [CONFIG, &topic("attributes"), &topic("score"), &topic("state"), "sports-data/status"].map(place);
    assert!(order.is_sorted(), "{published:#?}");
    assert!(published.iter().all(|(_, _, retained)| *retained), "{published:#?}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_published_that_did_not_change() {
    let house = House::with(vec![game("401")]).await;
    house.broker.published();
    for _ in 0..10 {
        house.show(vec![game("401")]);
        house.pass(60).await;
    }
    assert_eq!(house.broker.published(), [], "not by time, nor by a look that shows the same");
    let scored = Game { home: game_model::Side { score: 21, ..game("401").home }, ..game("401") };
    house.show(vec![scored]);
    house.settle().await;
    let changed: Vec<String> = house.broker.published().into_iter().map(|(topic, ..)| topic).collect();
    assert_eq!(changed, [topic("attributes"), topic("score")]);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_runs_is_told_once_a_minute_and_with_what_else_changed() {
    let house = House::with(vec![game("401")]).await;
    let at = |display: &str, score| {
        let mut game = game("401");
        game.clock.display = display.into();
        game.home.score = score;
        game
    };
    house.broker.published();
    house.pass(5).await;
    house.show(vec![at("3:16", 14)]);
    house.settle().await;
    assert_eq!(house.broker.published(), []);
    house.show(vec![at("3:12", 21)]);
    house.settle().await;
    assert_eq!(house.attributes()["clock"], "3:12");
    house.pass(62).await;
    house.broker.published();
    house.show(vec![at("2:01", 21)]);
    house.settle().await;
    assert_eq!(house.attributes()["clock"], "2:01");
    assert_eq!(house.broker.published().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_result_stays_when_no_scoreboard_shows_it_any_more() {
    let house = House::with(vec![game("401")]).await;
    let ended = Game { status: GameStatus::Finished, ..game("401") };
    house.show(vec![ended]);
    house.settle().await;
    house.show(Vec::new());
    house.pass(7_200).await;
    assert_eq!(
        (house.value("state").as_deref(), house.value("score").as_deref()),
        (Some("POST"), Some("14"))
    );
    let attributes = house.attributes();
    assert_eq!(
        (&attributes["team_winner"], &attributes["clock"]),
        (&json!(true), &json!(null)),
        "{attributes}"
    );
    house.show(vec![game("401")]);
    house.settle().await;
    assert_eq!(house.value("state").as_deref(), Some("IN"), "it was not over");
    house.show(Vec::new());
    house.settle().await;
    assert_eq!(house.value("state").as_deref(), Some("NOT_FOUND"));
}

#[tokio::test(start_paused = true)]
async fn what_no_scoreboard_shows_comes_from_history() {
    let (last, next) = (noon() - TimeDelta::days(6), noon() + TimeDelta::days(8));
    let history = History::default();
    *history.games.lock().unwrap() = vec![
        Game { start: last - TimeDelta::days(7), status: GameStatus::Finished, ..game("before") },
        Game { start: last, status: GameStatus::Finished, ..game("last") },
        Game { start: next + TimeDelta::days(7), status: GameStatus::Scheduled, ..game("after") },
        Game { start: next, status: GameStatus::Scheduled, ..game("next") },
    ];
    let mut other = game("other");
    (other.home.team.id, other.home.team.espn_id) = ("nfl-kc".into(), "12".into());
    let house = House::on(Broker::default(), history, &["nfl-ne"], vec![other]).await;
    house.settle().await;
    let seen = |leaf| house.value(leaf).unwrap();
    assert_eq!(
        (seen("state"), seen("score"), seen("next_game")),
        ("POST".into(), "14".into(), "2026-11-30T18:00:00Z".into())
    );
    let attributes = house.attributes();
    assert_eq!(
        (&attributes["game_id"], &attributes["opponent_logo"]),
        (&json!("last"), &json!("https://logos.example/BUF.png"))
    );
    assert_eq!(
        house.broker.published().iter().filter(|(published, ..)| *published == topic("state")).count(),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn before_a_season_the_last_result_comes_from_the_one_before() {
    let history = History::default();
    let mut first =
        Game { start: noon() + TimeDelta::days(60), status: GameStatus::Scheduled, ..game("first") };
    first.season.as_mut().unwrap().year = 2027;
    *history.games.lock().unwrap() = vec![
        Game { start: noon() - TimeDelta::days(40), status: GameStatus::Finished, ..game("last") },
        first,
    ];
    let house = House::on(Broker::default(), history, &["nfl-ne"], Vec::new()).await;
    house.settle().await;
    let attributes = house.attributes();
    assert_eq!((&attributes["game_id"], &attributes["season_state"]), (&json!("last"), &json!("off_season")));
}

#[tokio::test(start_paused = true)]
async fn a_history_that_can_not_be_read_is_asked_again() {
    let history = History::default();
    *history.is_broken.lock().unwrap() = true;
    *history.games.lock().unwrap() =
        vec![Game { status: GameStatus::Finished, start: noon() - TimeDelta::days(2), ..game("last") }];
    let house = House::on(Broker::default(), history, &["nfl-ne"], Vec::new()).await;
    house.settle().await;
    assert_eq!(house.value("state").as_deref(), Some("NOT_FOUND"));
    *house.history.is_broken.lock().unwrap() = false;
    house.pass(120).await;
    assert_eq!(house.value("state").as_deref(), Some("POST"));
}

#[tokio::test(start_paused = true)]
async fn no_state_is_told_before_a_scoreboard_was_there() {
    let cache = Cache::new(CacheConfig::default(), [nfl()]);
    let config = MqttConfig::new("mqtt://broker".parse().unwrap());
    let mut board = Board::new(config, &cache, &[nfl()], Arc::new(History::default()));
    board.follow(&followed(&["nfl-ne"]));
    let mut retained = Retained::default();
    board.look(true, noon(), &mut retained);
    let mut topics = Vec::new();
    while let Some((place, payload)) = retained.next() {
        topics.push(place.topic.to_string());
        retained.was_sent(place, payload);
    }
    assert_eq!(topics, [CONFIG, "sports-data/status"]);
}

#[tokio::test(start_paused = true)]
async fn a_team_that_is_followed_no_more_is_taken_back_whole() {
    let house = House::with(vec![game("401")]).await;
    house.teams.send_replace(followed(&["nfl-ne", "nfl-buf"]));
    house.settle().await;
    assert_eq!((house.report().devices, house.broker.topics().len()), (2, 17));
    house.teams.send_replace(followed(&["nfl-buf"]));
    house.settle().await;
    let topics = house.broker.topics();
    assert!(topics.iter().all(|topic| !topic.contains("nfl-ne")), "{topics:?}");
    assert_eq!((house.report().devices, topics.len()), (1, 9));
    house.teams.send_replace(followed(&[]));
    house.settle().await;
    assert_eq!(house.broker.topics(), ["sports-data/status"]);
    assert!(house.report().reasons[0].contains("no team is followed"), "{:?}", house.report());
}

#[tokio::test(start_paused = true)]
async fn what_a_process_before_left_is_taken_back_and_others_devices_stay() {
    let house = House::with(vec![game("401")]).await;
    house.teams.send_replace(followed(&["nfl-ne", "nfl-buf"]));
    house.settle().await;
    let (broker, _) = house.stop().await;
    let foreign = r#"{"o":{"name":"zigbee2mqtt"},"availability_topic":"zigbee2mqtt/status","cmps":{}}"#;
    broker.keep("homeassistant/device/zigbee_1/config", foreign);
    let alike = r#"{"o":{"name":"other"},"availability_topic":"sports-data/status","cmps":{}}"#;
    broker.keep("homeassistant/device/sports-data_other/config", alike);
    let house = House::on(broker, History::default(), &["nfl-ne"], vec![game("401")]).await;
    house.settle().await;
    let topics = house.broker.topics();
    assert!(topics.iter().all(|topic| !topic.contains("nfl-buf")), "{topics:?}");
    assert_eq!(topics.len(), 9 + 2, "{topics:?}");
    assert_eq!(house.broker.subscribed().len(), 3);
    house.pass(11).await;
    assert_eq!(
        house.broker.subscribed(),
        ["homeassistant/status", "sports-data/status"],
        "announcements are listened to at the start alone"
    );
}

#[tokio::test(start_paused = true)]
async fn devices_of_a_league_wait_for_a_team_of_it_that_no_scoreboard_shows_yet() {
    let broker = Broker::default();
    let device = r#"{"o":{"name":"sports-data"},"availability_topic":"sports-data/status","cmps":{}}"#;
    let of_mlb = "homeassistant/device/sports-data_mlb-nyy/config";
    for topic in [of_mlb, CONFIG] {
        broker.keep(topic, device);
    }
    let mlb = "mlb".parse().unwrap();
    let teams = vec![NamedTeam { league: mlb, name: "Yankees".into() }];
    let followed = FollowedTeams { teams, is_complete: true };
    let house = House::following(broker, History::default(), followed, Vec::new()).await;
    house.pass(60).await;
    assert_eq!(house.broker.topics(), [of_mlb, "sports-data/status"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_taken_back_while_it_is_not_known_who_is_followed() {
    let broker = Broker::default();
    broker
        .keep(CONFIG, r#"{"o":{"name":"sports-data"},"availability_topic":"sports-data/status","cmps":{}}"#);
    let house = House::following(broker, History::default(), FollowedTeams::default(), Vec::new()).await;
    house.pass(60).await;
    assert!(house.broker.retained(CONFIG).is_some());
    assert_eq!(house.report().reasons, Vec::<String>::new());
    house.teams.send_replace(followed(&[]));
    house.settle().await;
    assert!(house.broker.retained(CONFIG).is_none());
}

#[tokio::test(start_paused = true)]
async fn the_will_of_a_process_before_does_not_leave_the_devices_unavailable() {
    let house = House::with(vec![game("401")]).await;
    house.settle().await;
    house.broker.keep("sports-data/status", "offline");
    house.broker.sends("sports-data/status", "offline", true);
    house.settle().await;
    assert_eq!(
        house.broker.retained("sports-data/status").as_deref(),
        Some("offline"),
        "what was kept from before is no news"
    );
    house.broker.sends("sports-data/status", "offline", false);
    house.settle().await;
    assert_eq!(house.broker.retained("sports-data/status").as_deref(), Some("online"));
}
