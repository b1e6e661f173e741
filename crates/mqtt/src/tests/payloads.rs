//! Announcements of devices hold to what Home Assistant's documentation names.

use game_model::EventKind;
use serde_json::Value;

use super::support::patriots;
use crate::MqttConfig;
use crate::discovery;
use crate::topics::Topics;

/// By hand, from the documentation of MQTT discovery (device form) and of the platforms `sensor`, `binary_sensor` and
/// `event`.
pub const SCHEMA: &str = include_str!("discovery.schema.json");

fn payload() -> Value {
    let config = MqttConfig::new("mqtt://broker".parse().unwrap());
    let topics = Topics::new(&config.discovery_prefix, &config.topic_prefix);
    serde_json::from_slice(&discovery::payload(&config, &topics, &patriots())).unwrap()
}

#[test]
fn an_announcement_is_valid_and_names_every_sensor() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let payload = payload();
    let errors: Vec<String> = validator
        .iter_errors(&payload)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{payload:#}");
    let components = payload["cmps"].as_object().unwrap();
    let mut platforms: Vec<(&str, &str)> =
        components.iter().map(|(key, component)| (key.as_str(), component["p"].as_str().unwrap())).collect();
    platforms.sort_unstable();
    assert_eq!(
        platforms,
        [
            ("event", "event"),
            ("next_game", "sensor"),
            ("opponent_score", "sensor"),
            ("playing", "binary_sensor"),
            ("record", "sensor"),
            ("score", "sensor"),
            ("state", "sensor"),
        ]
    );
    assert_eq!(components["event"]["event_types"].as_array().unwrap().len(), EventKind::ALL.len());
    assert_eq!(payload["dev"]["ids"], serde_json::json!(["sports-data_nfl-ne"]));
    let mut wrong = payload.clone();
    wrong["cmps"]["event"]["retain"] = true.into();
    assert!(!validator.is_valid(&wrong), "what the documentation does not name is refused");
}

#[test]
fn ids_are_unique_and_no_two_components_share_a_topic() {
    let payload = payload();
    let of = |name: &str| {
        let components = payload["cmps"].as_object().unwrap().values();
        let mut values: Vec<String> =
            components.map(|component| component[name].as_str().unwrap().to_owned()).collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    assert_eq!((of("unique_id"), of("state_topic")), (7, 7));
    assert!(payload.to_string().len() < 16_384);
}
