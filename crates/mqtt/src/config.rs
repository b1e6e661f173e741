//! How states and events are published.

use std::time::Duration;

use crate::{BrokerAddress, CaFile, Credentials};

/// A longer prefix leaves too little of what brokers allow.
const LONGEST_PREFIX: usize = 100;

/// How states and events are published.
#[derive(Debug, Clone)]
pub struct MqttConfig {
    /// Where the broker is.
    pub broker: BrokerAddress,
    /// Who we are to it; none: what the address says.
    pub credentials: Option<Credentials>,
    /// The authorities that are trusted; none: those of the system.
    pub ca: Option<CaFile>,
    /// Where Home Assistant looks for devices: `homeassistant`.
    pub discovery_prefix: String,
    /// What our own topics begin with: `sports-data`. Two services on one broker need two.
    pub topic_prefix: String,
    /// The service's version, which devices show.
    pub version: &'static str,
    /// Where a person reads more, which devices show.
    pub origin_url: &'static str,
    /// A connection is made within this: 10 s.
    pub connect_within: Duration,
    /// The broker hears of us this often at least: 20 s. It tells our death after one and a half of it.
    pub keep_alive: Duration,
    /// At the end what waits goes out within this, and the goodbye: 2 s.
    pub stop_within: Duration,
}

impl MqttConfig {
    /// The usual, to this broker.
    pub fn new(broker: BrokerAddress) -> Self {
        Self {
            broker,
            credentials: None,
            ca: None,
            discovery_prefix: "homeassistant".into(),
            topic_prefix: "sports-data".into(),
            version: env!("CARGO_PKG_VERSION"),
            origin_url: env!("CARGO_PKG_REPOSITORY"),
            connect_within: Duration::from_secs(10),
            keep_alive: Duration::from_secs(20),
            stop_within: Duration::from_secs(2),
        }
    }

    /// Who we are to the broker.
    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref().or(self.broker.credentials.as_ref())
    }
}

/// Checks what topics are to begin with; an error says what is allowed.
pub fn check_prefix(text: &str) -> Result<String, String> {
    let allowed = |c: char| !c.is_control() && !matches!(c, '+' | '#');
    let whole = !text.split('/').any(str::is_empty) && !text.starts_with('$');
    if text.len() <= LONGEST_PREFIX && whole && text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "the beginning of topics, such as sports-data or home/sports: at most {LONGEST_PREFIX} bytes, without +, #, \
             a $ at its begin, or a / at its begin or end"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_parts_of_topics() {
        assert_eq!(check_prefix("home/sports").as_deref(), Ok("home/sports"));
        for bad in ["", "/a", "a/", "a//b", "a/+", "#", "$SYS", &"x".repeat(101), "a\u{0}b"] {
            assert!(check_prefix(bad).is_err(), "{bad:?}");
        }
    }
}
