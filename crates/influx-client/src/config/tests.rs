//! Settings that no client can be made of.

use std::time::Duration;

use super::{ConfigError, InfluxConfig};
use crate::{ApiChoice, InfluxClient, Secret};

fn config() -> InfluxConfig {
    InfluxConfig {
        url: "http://influxdb:8086/behind/a/proxy/".parse().expect("a URL"),
        token: Some(Secret::new("hunter2:hunter3".into())),
        org: "homeiq".into(),
        bucket: "sports_data".into(),
        api: ApiChoice::V1,
        timeout: Duration::from_secs(1),
        retention_days: 730,
    }
}

fn error(change: impl FnOnce(&mut InfluxConfig)) -> ConfigError {
    let mut config = config();
    change(&mut config);
    InfluxClient::new(config).expect_err("a wrong setting")
}

#[test]
fn good_ones_make_a_client_that_shows_no_secret() {
    let client = InfluxClient::new(config()).expect("a client");
    assert!(!format!("{client:?}").contains("hunter"), "{client:?}");
    let none = InfluxConfig { token: None, ..config() };
    InfluxClient::new(none).expect("InfluxDB 1 may know no users");
    let empty = InfluxConfig { token: Some(Secret::new(String::new())), ..config() };
    InfluxClient::new(empty).expect("an empty token is none");
    let umlaut = InfluxConfig { token: Some(Secret::new("jürgen:größe".into())), ..config() };
    InfluxClient::new(umlaut).expect("passwords may hold any letter");
}

#[test]
fn addresses_that_are_none_are_shown_without_what_may_be_secret() {
    for (url, shown, needed) in [
        ("ftp://influxdb", "ftp://influxdb", "http://"),
        ("influxdb:8086", "influxdb:...", "http://"),
        ("http://hunter2@influxdb:8086", "http://influxdb:8086", "INFLUXDB_TOKEN"),
        ("http://:hunter2@influxdb:8086/x", "http://influxdb:8086", "INFLUXDB_TOKEN"),
        ("http://influxdb:8086?token=hunter2", "http://influxdb:8086", "without ?"),
        ("http://influxdb:8086#hunter2", "http://influxdb:8086", "without ? or #"),
    ] {
        let error = error(|config| config.url = url.parse().expect("a URL")).to_string();
        assert!(error.contains(&format!("INFLUXDB_URL is {shown:?}")), "{error}");
        assert!(error.contains(needed) && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn other_settings_are_checked_too() {
    assert!(matches!(error(|config| config.bucket = "  ".into()), ConfigError::NoBucket));
    assert!(matches!(error(|config| config.timeout = Duration::ZERO), ConfigError::NoTime));
    let token = |token: &str| Some(Secret::new(token.to_owned()));
    assert!(matches!(error(|config| config.token = token("user:line\nbreak")), ConfigError::Token));
    assert!(matches!(error(|config| config.token = token("hunter2")), ConfigError::NoPassword));
}
