//! The settings of MQTT, which belong together.

use std::path::Path;

use mqtt::{BrokerAddress, CaFile, Credentials, MqttConfig, Password, check_prefix};

use super::reader::Reader;

/// How teams are published; none where `MQTT_URL` is unset, or where something is wrong, which is told.
pub fn read(r: &mut Reader<'_>) -> Option<MqttConfig> {
    let discovery_prefix = r.read("MQTT_DISCOVERY_PREFIX", check_prefix);
    let topic_prefix = r.read("MQTT_TOPIC_PREFIX", check_prefix);
    let ca = r.read("MQTT_CA_FILE", |text| CaFile::read(Path::new(text)));
    let user = r.text("MQTT_USERNAME").map(str::to_owned);
    let password = r.text("MQTT_PASSWORD").map(|text| Password::new(text.to_owned()));
    if r.text("MQTT_URL").is_none() {
        for name in ["MQTT_USERNAME", "MQTT_PASSWORD", "MQTT_CA_FILE"] {
            if r.text(name).is_some() {
                r.problem(format!(
                    "{name} is set, but MQTT_URL is not; set the broker's address, or leave both unset"
                ));
            }
        }
        return None;
    }
    let broker = r.read("MQTT_URL", str::parse::<BrokerAddress>)?;
    if r.text("MQTT_CA_FILE").is_some() && !broker.tls {
        r.problem(
            "MQTT_CA_FILE is set, but MQTT_URL is not encrypted; begin it with mqtts://, or leave MQTT_CA_FILE unset".into(),
        );
    }
    let in_url = broker.credentials.as_ref();
    let credentials = match (user, password, in_url) {
        (None, None, _) => None,
        (Some(user), password, None) => Some(Credentials { user, password }),
        (None, Some(password), Some(Credentials { user, password: None })) => {
            Some(Credentials { user: user.clone(), password: Some(password) })
        }
        (None, Some(_), None) => {
            r.problem("MQTT_PASSWORD is set, but no user is; set MQTT_USERNAME".into());
            None
        }
        (_, _, Some(_)) => {
            r.problem(
                "MQTT_URL names a user, and so do MQTT_USERNAME or MQTT_PASSWORD; say it in one of the two places".into(),
            );
            None
        }
    };
    Some(MqttConfig {
        credentials,
        ca,
        discovery_prefix: discovery_prefix?,
        topic_prefix: topic_prefix?,
        ..MqttConfig::new(broker)
    })
}
