//! What stands in `deploy/` parses, keeps no secret, and agrees with the contract.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use saphyr::{LoadableYamlNode, Yaml};

fn deploy(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The variables of the template with their defaults.
fn template() -> BTreeMap<String, String> {
    let text = deploy("sports-data.env.template");
    let settings =
        text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).filter(|line| *line != "#");
    settings
        .map(|line| {
            let (name, value) = line.trim_start_matches('#').split_once('=').expect("NAME=value");
            let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
            assert!(name.chars().all(is_name), "{line}");
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// The table of the contract: rows of `` | `NAME`, `NAME` | default, default | meaning | ``.
fn contract(text: &str) -> BTreeMap<String, String> {
    let in_force = text.split("Later capabilities").next().expect("a first part");
    let mut defaults = BTreeMap::new();
    for row in in_force.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let names = cells[1].split('(').next().expect("names");
        let names: Vec<&str> = names.split(',').map(|name| name.trim().trim_matches('`')).collect();
        let values: Vec<&str> =
            if names.len() == 1 { vec![cells[2]] } else { cells[2].split(", ").collect() };
        assert_eq!(names.len(), values.len(), "{row}");
        defaults.extend(names.into_iter().map(str::to_owned).zip(values.into_iter().map(str::to_owned)));
    }
    defaults
}

#[test]
fn the_template_names_every_setting_of_the_contract_with_its_default() {
    let shared = std::env::var_os("SPORTS_DATA_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("contract/environment.md")) else {
        println!("skipped: there is no contract/environment.md in {}", shared.display());
        return;
    };
    let mut expected = contract(&text);
    assert!(expected.len() > 20, "{expected:#?}");
    // Words instead of a value, or no value at all.
    for unset in ["ESPN_USER_AGENT", "INFLUXDB_ENABLED", "ADMIN_TOKEN", "TEAMS"] {
        expected.insert(unset.into(), String::new());
    }
    // The contract's 15 until the house reacts to events, which it does.
    expected.insert("LIVE_POLL_SECONDS".into(), "5".into());
    // Of the later capabilities, which the table does not list.
    for (name, default) in [
        ("HISTORY_CLOCK_SECONDS", "60"),
        ("OUTBOX_MAX_BYTES", "1GiB"),
        ("DISK_FREE_MIN_BYTES", "100MiB"),
        ("HISTORY_BACKEND", "auto"),
        ("WEBHOOK_ALLOWED_HOSTS", ""),
        ("EVENT_STREAM_MAX_CLIENTS", "12000"),
        ("BACKFILL_ON_START", "true"),
        ("BACKFILL_PAUSE_MS", "2000"),
        ("MQTT_URL", ""),
        ("MQTT_USERNAME", ""),
        ("MQTT_PASSWORD", ""),
        ("MQTT_CA_FILE", ""),
        ("MQTT_DISCOVERY_PREFIX", "homeassistant"),
        ("MQTT_TOPIC_PREFIX", "sports-data"),
    ] {
        expected.insert(name.into(), default.into());
    }
    assert_eq!(template(), expected);
}

#[test]
fn the_template_sets_nothing_by_itself() {
    let text = deploy("sports-data.env.template");
    let set: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(set, Vec::<&str>::new());
    assert!(template().contains_key("INFLUXDB_TOKEN"));
}

#[test]
fn compose_starts_its_services_again_and_keeps_their_data() {
    let text = deploy("docker-compose.yml");
    let documents = Yaml::load_from_str(&text).expect("YAML");
    let services = &documents[0]["services"];
    for (service, volume) in [
        ("sports-data", "sports-data:/data"),
        ("influxdb", "influxdb-data:/var/lib/influxdb2"),
        ("grafana", "grafana:/var/lib/grafana"),
        ("prometheus", "prometheus:/prometheus"),
    ] {
        let service = &services[service];
        assert_eq!(service["restart"].as_str(), Some("unless-stopped"));
        let volumes = service["volumes"].as_vec().expect("volumes");
        assert!(volumes.iter().any(|given| given.as_str() == Some(volume)), "{volumes:?}");
        let name = volume.split(':').next().expect("a name");
        assert!(
            documents[0]["volumes"].as_mapping().expect("volumes").contains_key(&Yaml::value_from_str(name))
        );
    }
    let environment =
        |service: &str, name: &str| services[service]["environment"][name].as_str().map(str::to_owned);
    assert_eq!(
        environment("influxdb", "DOCKER_INFLUXDB_INIT_RETENTION").as_deref(),
        Some("${INFLUXDB_RETENTION_DAYS:-730}d")
    );
    for (ours, theirs) in [
        ("INFLUXDB_TOKEN", "DOCKER_INFLUXDB_INIT_ADMIN_TOKEN"),
        ("INFLUXDB_ORG", "DOCKER_INFLUXDB_INIT_ORG"),
        ("INFLUXDB_BUCKET", "DOCKER_INFLUXDB_INIT_BUCKET"),
    ] {
        assert_eq!(environment("sports-data", ours), environment("influxdb", theirs));
        assert_eq!(environment("sports-data", ours), environment("grafana", ours));
    }
}

#[test]
fn compose_keeps_no_secret_and_names_only_known_settings() {
    let text = deploy("docker-compose.yml");
    let documents = Yaml::load_from_str(&text).expect("YAML");
    let known = template();
    let of_grafana = [
        "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES",
        "GF_ANALYTICS_CHECK_FOR_UPDATES",
        "GF_ANALYTICS_REPORTING_ENABLED",
        "GF_AUTH_ANONYMOUS_ENABLED",
        "GF_SECURITY_ADMIN_PASSWORD",
        "GF_USERS_ALLOW_SIGN_UP",
    ];
    for service in ["sports-data", "influxdb", "grafana"] {
        let environment = documents[0]["services"][service]["environment"].as_mapping().expect("a mapping");
        for (name, value) in environment {
            let name = name.as_str().expect("a name");
            let value = value.as_str().unwrap_or_else(|| panic!("{name} has to be quoted"));
            if name.contains("TOKEN") || name.contains("PASSWORD") {
                assert!(value.starts_with("${") && value.contains(":?"), "{name} = {value}");
            }
            assert!(
                name.starts_with("DOCKER_INFLUXDB_INIT_")
                    || of_grafana.contains(&name)
                    || known.contains_key(name),
                "{name} is no setting"
            );
        }
    }
}

#[test]
fn the_unit_is_one_that_systemd_takes() {
    let unit = deploy("sports-data.service");
    assert!(unit.contains("\nEnvironment=DATA_DIR=/var/lib/sports-data\n"));
    // The binary is not installed here; whatever is executable stands in for it.
    let unit = unit.replace("ExecStart=/usr/local/bin/sports-data\n", "ExecStart=/bin/sh\n");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sports-data.service");
    std::fs::write(&path, unit).expect("written");
    let Ok(verified) = Command::new("systemd-analyze").arg("verify").arg(&path).output() else {
        println!("skipped: there is no systemd-analyze");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && !said.contains("sports-data.service"), "{said}");
}
