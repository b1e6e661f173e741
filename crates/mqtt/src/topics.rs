//! Names of topics and devices.

use std::sync::Arc;

/// The payload of [`Topics::availability`] while the service runs.
pub(crate) const ONLINE: &str = "online";

/// The same once it does not, which the broker says where the service can not.
pub(crate) const OFFLINE: &str = "offline";

/// What a topic of a team tells. They are published in this order, so that whoever acts on the state finds the others
/// renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leaf {
    Attributes,
    Score,
    OpponentScore,
    NextGame,
    Record,
    Playing,
    State,
    /// Never retained.
    Event,
}

impl Leaf {
    pub const ALL: [Self; 8] = [
        Self::Attributes,
        Self::Score,
        Self::OpponentScore,
        Self::NextGame,
        Self::Record,
        Self::Playing,
        Self::State,
        Self::Event,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attributes => "attributes",
            Self::Score => "score",
            Self::OpponentScore => "opponent_score",
            Self::NextGame => "next_game",
            Self::Record => "record",
            Self::Playing => "playing",
            Self::State => "state",
            Self::Event => "event",
        }
    }
}

/// Names of topics and devices.
#[derive(Debug, Clone)]
pub(crate) struct Topics {
    discovery: String,
    own: String,
    /// What the ids of our devices begin with.
    ids: String,
}

impl Topics {
    pub fn new(discovery_prefix: &str, topic_prefix: &str) -> Self {
        Self {
            discovery: discovery_prefix.into(),
            own: topic_prefix.into(),
            ids: format!("{}_", id_of(topic_prefix)),
        }
    }

    /// Whether the service is there.
    pub fn availability(&self) -> Arc<str> {
        format!("{}/status", self.own).into()
    }

    /// Where Home Assistant tells that it is there.
    pub fn birth(&self) -> String {
        format!("{}/status", self.discovery)
    }

    /// The announcements of all devices, ours and others'.
    pub fn every_config(&self) -> String {
        format!("{}/device/+/config", self.discovery)
    }

    /// The announcement of a team's device.
    pub fn config(&self, team: &str) -> Arc<str> {
        format!("{}/device/{}/config", self.discovery, self.device(team)).into()
    }

    /// What the announcements of the devices of a league begin with.
    pub fn configs_of_league(&self, key: &str) -> String {
        format!("{}/device/{}{key}-", self.discovery, self.ids)
    }

    /// Whether a topic may be the announcement of a device of ours.
    pub fn may_be_ours(&self, topic: &str) -> bool {
        let id = topic.strip_prefix(&self.discovery).and_then(|rest| rest.strip_prefix("/device/"));
        id.and_then(|rest| rest.strip_suffix("/config")).is_some_and(|id| id.starts_with(&self.ids))
    }

    /// Whether a topic is one on which teams are told of.
    pub fn is_own(&self, topic: &str) -> bool {
        let below = topic.strip_prefix(&self.own).is_some_and(|rest| rest.starts_with('/'));
        below && !topic.contains(['+', '#', '\0'])
    }

    /// The id of a team's device.
    pub fn device(&self, team: &str) -> String {
        format!("{}{}", self.ids, id_of(team))
    }

    /// A topic of a team.
    pub fn of(&self, team: &str, leaf: Leaf) -> Arc<str> {
        format!("{}/{}/{}", self.own, id_of(team), leaf.as_str()).into()
    }
}

/// What Home Assistant takes for an id, `[a-zA-Z0-9_-]`, and no topic takes for a wildcard.
fn id_of(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_the_prefixes_and_the_teams_id() {
        let topics = Topics::new("homeassistant", "home/sports");
        assert_eq!(&*topics.config("nfl-ne"), "homeassistant/device/home_sports_nfl-ne/config");
        assert_eq!(&*topics.of("nfl-ne", Leaf::State), "home/sports/nfl-ne/state");
        assert_eq!(&*topics.of("mls-+/#", Leaf::Event), "home/sports/mls-___/event");
        assert_eq!(
            (&*topics.availability(), &*topics.birth()),
            ("home/sports/status", "homeassistant/status")
        );
    }

    #[test]
    fn topics_of_others_are_not_our_own() {
        let topics = Topics::new("homeassistant", "home/sports");
        assert!(topics.is_own(&topics.of("nfl-ne", Leaf::State)));
        for other in ["home/sports", "home/sportsmen/nfl-ne/state", "home/sports/#", "garage/door", ""] {
            assert!(!topics.is_own(other), "{other}");
        }
    }

    #[test]
    fn our_announcements_are_told_from_others() {
        let topics = Topics::new("homeassistant", "sports-data");
        assert!(topics.may_be_ours(&topics.config("nhl-bos")));
        for other in [
            "homeassistant/device/zigbee_1/config",
            "other/device/sports-data_nfl-ne/config",
            "homeassistant/status",
        ] {
            assert!(!topics.may_be_ours(other), "{other}");
        }
    }
}
