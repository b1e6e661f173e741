//! What stands in `deploy/home-assistant` is what Home Assistant takes, and agrees with the service.

mod files;
mod yaml;

use std::collections::BTreeSet;
use std::process::Command;

use game_model::EventKind;
use serde_json::Value;

use files::{home_assistant, read, repository, variables_of_the_template};
use yaml::{strings, tagged};

fn validate(name: &str, schema: &str) -> Value {
    let schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
    let value = yaml::parse(&home_assistant(name));
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let problems: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{name}: {error} at {}", error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{problems:#?}");
    value
}

fn blueprints() -> Vec<(String, Value)> {
    let found = files::names("blueprints/automation/sports-data");
    assert!(found.len() >= 4, "{found:?}");
    let schema = include_str!("blueprint.schema.json");
    found.into_iter().map(|name| (name.clone(), validate(&name, schema))).collect()
}

fn package() -> Value {
    validate("packages/sports_data.yaml", include_str!("package.schema.json"))
}

fn app() -> Value {
    validate("app/config.yaml", include_str!("app.schema.json"))
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("a mapping").keys().map(String::as_str).collect()
}

#[test]
fn blueprints_use_each_input_that_they_declare_and_no_other() {
    for (name, blueprint) in blueprints() {
        let declared = keys(&blueprint["blueprint"]["input"]);
        assert_eq!(tagged(&blueprint, "!input"), declared, "{name}");
    }
}

#[test]
fn blueprints_and_the_package_name_events_that_there_are() {
    let kinds: BTreeSet<&str> = EventKind::ALL.into_iter().map(EventKind::as_str).collect();
    let mut seen = BTreeSet::new();
    for (name, value) in blueprints().into_iter().chain([("the package".to_owned(), package())]) {
        for text in strings(&value) {
            // What is compared with the kind of an event stands in quotes, and what is chosen is a text of its own.
            for quoted in text.split('\'').skip(1).step_by(2).chain([text]) {
                let begins = ["game_", "score_", "period_", "lead_", "overtime_", "close_"];
                if quoted == "game_id"
                    || quoted == "game_status"
                    || !begins.iter().any(|b| quoted.starts_with(b))
                {
                    continue;
                }
                assert!(kinds.contains(quoted), "{name} names {quoted:?}");
                seen.insert(quoted.to_owned());
            }
        }
    }
    for needed in ["score_changed", "game_started", "game_ended"] {
        assert!(seen.contains(needed), "no file acts on {needed}");
    }
}

#[test]
fn the_package_asks_routes_that_there_are() {
    let described: Value =
        serde_json::from_str(&read(&repository("crates/http-api/openapi.json"))).expect("JSON");
    let routes = keys(&described["paths"]);
    let package = package();
    let asked: Vec<&str> = strings(&package).into_iter().filter(|text| text.starts_with("http://")).collect();
    assert!(asked.len() >= 3, "{asked:?}");
    for address in asked {
        let path = address.split_once(":8005").expect("the service's port").1;
        let path = path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').collect();
        let is_route = |route: &&str| {
            let known: Vec<&str> = route.split('/').collect();
            known.len() == parts.len()
                && known.iter().zip(&parts).all(|(known, part)| *known == "{team}" || known == part)
        };
        assert!(routes.iter().any(is_route), "{address}");
    }
}

#[test]
fn the_package_keeps_its_secrets_elsewhere_and_explains_them() {
    let text = home_assistant("packages/sports_data.yaml");
    for secret in tagged(&package(), "!secret") {
        assert!(text.contains(&format!("#      {secret}: ")), "{secret} is not explained");
    }
}

#[test]
fn the_package_of_another_team_is_one_too() {
    let text = home_assistant("packages/sports_data.yaml");
    let other = text
        .replace("nfl_ne", "nhl_bos")
        .replace("nfl-ne", "nhl-bos")
        .replace("/ne?sport=nfl", "/bos?sport=nhl")
        .replace("\"sport\": \"nfl\"", "\"sport\": \"nhl\"");
    let ids = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix("unique_id: "));
        lines.map(str::to_owned).collect()
    };
    assert!(ids(&text).is_disjoint(&ids(&other)) && ids(&text).len() == ids(&other).len());
    assert!(!other.replace("# ", "").contains("sport=nfl"), "a trace of the other league is left");
    yaml::parse(&other);
}

#[test]
fn the_card_is_one() {
    validate("lovelace/team.yaml", include_str!("card.schema.json"));
}

#[test]
fn each_option_of_the_app_is_checked_explained_and_read() {
    let (app, script) = (app(), home_assistant("app/run.sh"));
    let words = validate("app/translations/en.yaml", include_str!("translations.schema.json"));
    let options = keys(&app["schema"]);
    assert!(keys(&app["options"]).is_subset(&options));
    assert_eq!(keys(&words["configuration"]), options);
    for option in options {
        let reads = [format!(" {option}\n"), format!("option {option})")];
        assert!(reads.iter().any(|read| script.contains(read)), "run.sh reads no {option}");
    }
}

#[test]
fn the_app_sets_settings_that_there_are() {
    let known = variables_of_the_template();
    let script = home_assistant("app/run.sh");
    let set: BTreeSet<&str> = script
        .lines()
        .filter_map(|line| line.trim().strip_prefix("set_from "))
        .filter_map(|rest| rest.split(' ').next())
        .collect();
    assert!(set.len() > 10, "{set:?}");
    let exported = script.lines().filter_map(|line| line.trim().strip_prefix("export "));
    let exported = exported.flat_map(|names| names.split(' ')).map(|name| name.trim_matches('"'));
    let exported = exported.filter_map(|name| name.split('=').next()).filter(|name| *name != "$1");
    for name in set.into_iter().chain(exported) {
        assert!(known.contains(name), "{name} is no setting");
    }
}

/// The settings that the script gives the service for these options; none where there is no `jq`.
fn run(options: &str, token: Option<&str>) -> Option<(String, Option<i32>)> {
    if !files::is_on_path("jq") {
        assert!(std::env::var_os("CI").is_none(), "jq is missing; cargo xtask test installs it");
        println!("skipped: there is no jq here (Debian: apt-get install jq)");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("sports-data");
    std::fs::write(&program, "#!/bin/sh\nenv\n").expect("a program");
    std::fs::write(folder.path().join("options.json"), options).expect("options");
    let chmod = Command::new("chmod").arg("+x").arg(&program).status();
    assert!(chmod.expect("chmod").success());
    let path = std::env::var("PATH").expect("a path");
    let done = Command::new("sh")
        .arg(files::path("app/run.sh"))
        .env_clear()
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .env("OPTIONS_FILE", folder.path().join("options.json"))
        .env("DATA_DIR", folder.path().join("data"))
        .envs(token.map(|token| ("SUPERVISOR_TOKEN", token)))
        .output()
        .expect("sh");
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    Some((said, done.status.code()))
}

#[test]
fn the_app_starts_the_service_with_its_options() {
    let options = r#"{"teams": ["nfl-ne", "nhl-bos"], "leagues": ["nfl", "nhl"], "mqtt": true, "backfill": false,
        "mqtt_url": "mqtt://broker", "mqtt_password": "not to be told", "store_retention_days": 0, "log_level": "info"}"#;
    let Some((said, code)) = run(options, Some("of the Supervisor")) else { return };
    assert_eq!(code, Some(0), "{said}");
    for set in [
        "TEAMS=nfl-ne,nhl-bos",
        "LEAGUES=nfl,nhl",
        "BACKFILL_ON_START=false",
        "STORE_RETENTION_DAYS=0",
        "MQTT_URL=mqtt://broker",
        "MQTT_PASSWORD=not to be told",
    ] {
        assert!(said.lines().any(|line| line == set), "{set} is not set: {said}");
    }
    assert!(!said.contains("INFLUXDB_"), "what is unset stays the default: {said}");
    assert!(!said.contains("of the Supervisor"), "the service has no need of it: {said}");
}

#[test]
fn the_app_goes_on_without_a_broker_and_not_without_options() {
    let Some((said, code)) = run(r#"{"teams": [], "mqtt": true}"#, None) else { return };
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("MQTT is off") && !said.contains("MQTT_URL="), "{said}");
    let Some((said, code)) = run("[]", None) else { return };
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("no JSON object"), "{said}");
}
