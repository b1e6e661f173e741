//! The announcement of a team's device, as Home Assistant discovers devices over MQTT.

use std::sync::Arc;

use bytes::Bytes;
use game_model::EventKind;
use serde_json::{Map, Value, json};

use crate::attributes::sport;
use crate::config::MqttConfig;
use crate::state::Word;
use crate::team::KnownTeam;
use crate::topics::{Leaf, OFFLINE, ONLINE, Topics};

/// Who announces, by which our announcements are known.
const ORIGIN: &str = "sports-data";

/// Score, goal or run: what is counted.
fn unit(sport: &str) -> &'static str {
    match sport {
        "hockey" | "soccer" => "goals",
        "baseball" => "runs",
        _ => "points",
    }
}

fn icon(sport: &str) -> &'static str {
    match sport {
        "football" => "mdi:football",
        "hockey" => "mdi:hockey-puck",
        "baseball" => "mdi:baseball",
        "basketball" => "mdi:basketball",
        "soccer" => "mdi:soccer",
        _ => "mdi:scoreboard",
    }
}

/// The payload of the topic [`Topics::config`].
pub(crate) fn payload(config: &MqttConfig, topics: &Topics, team: &KnownTeam) -> Bytes {
    let (device, sport) = (topics.device(&team.id), sport(team.league));
    let words: Vec<&str> = Word::ALL.into_iter().map(Word::as_str).collect();
    let kinds: Vec<&str> = EventKind::ALL.into_iter().map(EventKind::as_str).collect();
    let mut components = Map::new();
    let mut add = |leaf: Leaf, platform: &str, name: &str, icon: &str, more: Value| {
        let mut component = json!({
            "p": platform,
            "name": name,
            "unique_id": format!("{device}_{}", leaf.as_str()),
            "state_topic": topics.of(&team.id, leaf),
            "icon": icon,
        });
        if let (Some(component), Value::Object(more)) = (component.as_object_mut(), more) {
            component.extend(more);
        }
        components.insert(leaf.as_str().into(), component);
    };
    let state = json!({
        "device_class": "enum",
        "options": words,
        "json_attributes_topic": topics.of(&team.id, Leaf::Attributes),
    });
    add(Leaf::State, "sensor", "Game", icon(sport), state);
    let points = json!({"unit_of_measurement": unit(sport)});
    add(Leaf::Score, "sensor", "Score", "mdi:scoreboard", points.clone());
    add(Leaf::OpponentScore, "sensor", "Opponent score", "mdi:scoreboard-outline", points);
    add(Leaf::NextGame, "sensor", "Next game", "mdi:calendar-clock", json!({"device_class": "timestamp"}));
    add(Leaf::Record, "sensor", "Record", "mdi:podium", json!({}));
    add(
        Leaf::Playing,
        "binary_sensor",
        "Playing",
        "mdi:stadium",
        json!({"payload_on": "ON", "payload_off": "OFF"}),
    );
    add(Leaf::Event, "event", "Event", "mdi:bullhorn", json!({"event_types": kinds}));
    let payload = json!({
        "dev": {
            "ids": [device],
            "name": team.name,
            "mf": "sports-data",
            "mdl": team.league.name,
            "sw": config.version,
        },
        "o": {"name": ORIGIN, "sw": config.version, "url": config.origin_url},
        "cmps": components,
        "availability_topic": topics.availability(),
        "payload_available": ONLINE,
        "payload_not_available": OFFLINE,
        "qos": 1,
    });
    payload.to_string().into()
}

/// The topics that retain something of a device which this announces, where it is one of ours.
pub(crate) fn retained_topics(payload: &[u8], topics: &Topics) -> Option<Vec<Arc<str>>> {
    let payload: Value = serde_json::from_slice(payload).ok()?;
    let ours = payload["o"]["name"] == ORIGIN && payload["availability_topic"] == *topics.availability();
    let components = payload["cmps"].as_object().filter(|_| ours)?;
    let retained = components.values().filter(|component| component["p"] != "event");
    let named =
        retained.flat_map(|component| [&component["state_topic"], &component["json_attributes_topic"]]);
    let named = named.filter_map(Value::as_str).filter(|topic| topics.is_own(topic));
    Some(named.map(Arc::from).collect())
}
