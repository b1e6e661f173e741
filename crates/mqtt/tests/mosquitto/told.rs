//! What is told of a team, and how.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::house::{CONFIG, House, STATUS, followed, game, topic};
use crate::server::{Mosquitto, is_there};

/// By hand, from Home Assistant's documentation.
const SCHEMA: &str = include_str!("../../src/tests/discovery.schema.json");

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_is_announced_and_its_states_are_retained() {
    if !is_there() {
        return;
    }
    let broker = Mosquitto::start();
    let house = House::start(&broker.url());
    house.look(game(14, 7)).await;
    let announced = broker.wait_for(CONFIG, |seen| seen.is_some()).expect("an announcement");
    let validator = jsonschema::validator_for(&json_of(SCHEMA)).expect("a schema");
    let announced = json_of(&announced);
    let errors: Vec<String> = validator.iter_errors(&announced).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new(), "{announced:#}");

    broker.wait_for(&topic("state"), |seen| seen == Some("IN"));
    for (leaf, value) in [("score", "14"), ("opponent_score", "7"), ("playing", "ON"), ("next_game", "None")]
    {
        assert_eq!(broker.retained(&topic(leaf)).as_deref(), Some(value), "{leaf}");
    }
    // Every topic that is announced retains something, but for the one of events.
    for component in announced["cmps"].as_object().expect("components").values() {
        for topic in [&component["state_topic"], &component["json_attributes_topic"]] {
            let Some(topic) = topic.as_str() else { continue };
            assert_eq!(broker.retained(topic).is_some(), component["p"] != "event", "{topic}");
        }
    }
    let attributes = json_of(&broker.retained(&topic("attributes")).expect("attributes"));
    assert_eq!((&attributes["team_score"], &attributes["opponent_abbr"]), (&json!(14), &json!("BUF")));
    let availability = announced["availability_topic"].as_str().expect("a topic");
    broker.wait_for(availability, |seen| seen == Some("online"));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_heard_once_within_milliseconds_of_its_commit_and_not_retained() {
    if !is_there() {
        return;
    }
    let broker = Mosquitto::start();
    let house = House::start(&broker.url());
    house.look(game(0, 0)).await;
    broker.wait_for(STATUS, |seen| seen == Some("online"));
    let listener = broker.listen("sports-data/#");
    let mut took: Vec<Duration> = Vec::new();
    for n in 1..=100 {
        let begun = house.look(game(n, 0)).await;
        let id = format!("nfl-401-score_changed-{n}");
        let heard = listener
            .wait_for(|heard| heard.topic == topic("event") && json_of(&heard.payload)["id"] == id)
            .await;
        assert_eq!((heard.retained, heard.qos), (false, 1));
        assert_eq!(json_of(&heard.payload)["side"], "team");
        took.push(heard.at.duration_since(begun));
    }
    took.sort_unstable();
    println!(
        "from the begin of a commit to another client: median {:?}, slowest of 100 {:?}",
        took[50], took[99]
    );
    assert!(took[50] < Duration::from_millis(20), "{took:?}");
    let scores =
        listener.heard().into_iter().filter(|heard| heard.payload.contains("\"score_changed\"")).count();
    assert_eq!(scores, 100, "each once");
    assert_eq!(broker.retained(&topic("event")), None);
    let score = listener.heard().iter().rposition(|heard| heard.topic == topic("score"));
    let attributes = listener.heard().iter().rposition(|heard| heard.topic == topic("attributes"));
    assert!(attributes < score, "attributes are renewed before what is read with them");
    house.wait_for(|report| report.events >= 100).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_that_shows_the_same_publishes_nothing() {
    if !is_there() {
        return;
    }
    let broker = Mosquitto::start();
    let house = House::start(&broker.url());
    let same = game(14, 7);
    house.look(same.clone()).await;
    broker.wait_for(STATUS, |seen| seen == Some("online"));
    let listener = broker.listen("#");
    let before = listener.heard().len();
    for _ in 0..20 {
        house.look(same.clone()).await;
    }
    // What comes after is heard after.
    let mut scored = same;
    scored.home.score = 21;
    house.look(scored).await;
    listener.wait_for(|heard| heard.topic == topic("event") && heard.payload.contains("score_changed")).await;
    listener.wait_for(|heard| heard.topic == topic("score") && heard.payload == "21").await;
    let heard = listener.heard().split_off(before);
    let states: Vec<&str> = heard
        .iter()
        .filter(|heard| !heard.topic.ends_with("/event"))
        .map(|heard| heard.topic.as_str())
        .collect();
    assert_eq!(states, [&topic("attributes"), &topic("score")]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_team_that_is_followed_no_more_is_taken_back_now_or_at_the_next_start() {
    if !is_there() {
        return;
    }
    let broker = Mosquitto::start();
    let foreign =
        r#"{"dev":{"ids":["x"]},"o":{"name":"zigbee2mqtt"},"cmps":{},"availability_topic":"z/status"}"#;
    broker.publish("homeassistant/device/zigbee_1/config", foreign, &["-r"]);
    let config = || mqtt::MqttConfig::new(broker.url().parse().expect("an address"));
    let house = House::with(config(), &["nfl-ne", "nfl-buf", "nfl-kc"]);
    house.look(game(14, 7)).await;
    for team in ["ne", "buf", "kc"] {
        broker.wait_for(&format!("sports-data/nfl-{team}/state"), |seen| seen.is_some());
    }
    house.teams.send_replace(followed(&["nfl-ne", "nfl-kc"]));
    broker.wait_for("homeassistant/device/sports-data_nfl-buf/config", |seen| seen.is_none());
    broker.wait_for("sports-data/nfl-buf/#", |seen| seen.is_none());
    house.kill().await;

    let house = House::with(config(), &["nfl-ne"]);
    house.look(game(14, 7)).await;
    broker.wait_for("homeassistant/device/sports-data_nfl-kc/config", |seen| seen.is_none());
    broker.wait_for("sports-data/nfl-kc/#", |seen| seen.is_none());
    assert!(broker.retained(CONFIG).is_some() && broker.retained(&topic("state")).is_some());
    assert_eq!(broker.retained("homeassistant/device/zigbee_1/config").as_deref(), Some(foreign));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn home_assistants_start_has_everything_sent_again() {
    if !is_there() {
        return;
    }
    let broker = Mosquitto::start();
    let house = House::start(&broker.url());
    house.look(game(14, 7)).await;
    broker.wait_for(STATUS, |seen| seen == Some("online"));
    let listener = broker.listen("#");
    let begun = Instant::now();
    broker.publish("homeassistant/status", "online", &[]);
    for wanted in [CONFIG, &topic("state"), STATUS] {
        listener.wait_for(|heard| heard.topic == wanted && !heard.retained).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    house.stop().await;
}

/// The broker that `cargo xtask test` starts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_common_broker_takes_what_is_published() {
    let Ok(url) = std::env::var("SPORTS_DATA_TEST_MQTT_URL") else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "SPORTS_DATA_TEST_MQTT_URL is unset");
        println!("skipped: SPORTS_DATA_TEST_MQTT_URL is unset");
        return;
    };
    let mut config = mqtt::MqttConfig::new(url.parse().expect("an address"));
    config.topic_prefix = format!("test-{}", std::process::id());
    let house = House::with(config, &["nfl-ne"]);
    house.look(game(14, 7)).await;
    let report = house.wait_for(|report| report.published >= 9).await;
    assert_eq!((report.connected, report.refused, report.devices, report.reasons.len()), (true, 0, 1, 0));
    house.teams.send_replace(followed(&[]));
    house.wait_for(|report| report.published >= 17).await;
    house.stop().await;
}
