//! Settings: where they come from, what is refused, and how.

use std::io::Write;

use super::*;

fn load(environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    load_with("", environment)
}

fn load_with(file: &str, environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let mut toml = tempfile::NamedTempFile::with_suffix(".toml").expect("a temporary file");
    toml.write_all(file.as_bytes()).expect("written");
    let environment = environment.iter().map(|(name, value)| (name.into(), value.into()));
    Settings::load(Some(toml.path()), environment).0
}

fn problems(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    load_with(file, environment).expect_err("the settings are wrong").problems
}

#[test]
fn defaults_are_those_of_the_contract() {
    let settings = load(&[]).expect("defaults are valid");
    assert_eq!((settings.port, settings.bind_address.to_string().as_str()), (8005, "0.0.0.0"));
    assert_eq!(settings.leagues.iter().map(|l| l.key).collect::<Vec<_>>(), ["nfl", "nhl"]);
    assert!(settings.espn_user_agent.starts_with("sports-data/"));
    assert!(settings.espn_user_agent.contains("(+https://"));
    assert_eq!(settings.live_poll, Duration::from_secs(5));
    assert_eq!(settings.data_dir, PathBuf::from("data"));
    assert_eq!(settings.store_retention, None);
    assert!(!settings.influx_enabled);
    assert_eq!(settings.history, HistoryBackend::Auto);
    assert_eq!(settings.influx.retention_days, 730);
    assert_eq!((settings.influx.batch_size.get(), settings.influx.max_retries), (100, 5));
    assert_eq!((settings.outbox_max_bytes, settings.disk_free_min_bytes), (1 << 30, 100 << 20));
    assert_eq!((settings.history_clock, settings.admin_token), (Duration::from_mins(1), None));
    assert_eq!(settings.influx.flush_interval, Duration::from_secs(10));
    assert_eq!(settings.influx.breaker_threshold.get(), 3);
    assert_eq!(settings.cors_allowed_origins, ["http://localhost:3000", "http://localhost"]);
}

#[test]
fn the_environment_beats_the_file_and_the_file_the_default() {
    let file = "port = 8100\nleagues = [\"nhl\"]\nlog_level = \"debug\"\n";
    let settings = load_with(file, &[("PORT", "8200"), ("HOME", "/nowhere")]).expect("valid");
    assert_eq!(settings.port, 8200);
    assert_eq!(settings.leagues.len(), 1);
    assert_eq!(settings.log.level, tracing::Level::DEBUG);
}

#[test]
fn every_problem_is_told_at_once_with_field_value_and_what_is_allowed() {
    let found = problems("potr = 1\nlog_format = \"xml\"", &[("PORT", "eighty"), ("LEAGUES", "nfl,cricket")]);
    assert_eq!(found.len(), 4, "{found:#?}");
    assert!(found[0].contains("potr") && found[0].contains("did you mean port?"), "{}", found[0]);
    let all = found.join("\n");
    assert!(all.contains(r#"PORT = "eighty" (from the environment) must be a whole number from 0 to 65535"#));
    assert!(all.contains(r#"not "cricket""#) && all.contains("nfl, nhl"));
    assert!(all.contains("LOG_FORMAT = \"xml\"") && all.contains("text or json"));
}

#[test]
fn influxdb_is_on_when_it_can_be_reached_and_not_refused() {
    let on = |environment: &[(&str, &str)]| load(environment).expect("valid").influx_enabled;
    assert!(on(&[("INFLUXDB_URL", "http://localhost:8086")]));
    assert!(on(&[("INFLUXDB_TOKEN", "secret")]));
    assert!(!on(&[("INFLUXDB_TOKEN", "")]), "an empty value counts as unset");
    assert!(!on(&[("INFLUXDB_TOKEN", "secret"), ("INFLUXDB_ENABLED", "false")]));
    assert!(on(&[("INFLUXDB_URL", "http://localhost:8086"), ("INFLUXDB_ENABLED", "TRUE")]));
    let missing = problems("", &[("INFLUXDB_ENABLED", "true")]);
    assert!(missing[0].contains("neither INFLUXDB_URL nor INFLUXDB_TOKEN is set"));
    assert!(problems("", &[("INFLUXDB_ENABLED", "perhaps")])[0].contains("true or false"));
}

#[test]
fn the_database_is_another_name_of_the_bucket() {
    let settings = load_with("influxdb_bucket = \"a\"", &[("INFLUXDB_DATABASE", "b")]).expect("valid");
    assert_eq!(settings.influx.bucket, "b");
    let both = problems("", &[("INFLUXDB_BUCKET", "a"), ("INFLUXDB_DATABASE", "b")]);
    assert!(both[0].contains("they are one setting"), "{both:?}");
}

#[test]
fn secrets_are_never_shown() {
    let settings = load(&[("INFLUXDB_TOKEN", "hunter2")]).expect("valid");
    assert!(!format!("{settings:?}").contains("hunter2"));
    let url = problems("", &[("INFLUXDB_URL", "http://u:p@localhost:8086")]);
    assert!(url[0].contains("without user") && url[0].contains("http://***@localhost:8086"), "{url:?}");
    let unquoted = problems("influxdb_token = s3cretTokenABC", &[]);
    assert!(unquoted[0].contains("line 1") && !unquoted[0].contains("s3cret"), "{unquoted:?}");
}

#[test]
fn urls_and_origins_are_checked() {
    for bad in ["localhost:8086", "ftp://x", "http://", "http://h?x=1"] {
        assert_eq!(problems("", &[("INFLUXDB_URL", bad)]).len(), 1, "{bad}");
    }
    for bad in ["localhost", "http://a/", "http://a/b"] {
        assert_eq!(problems("", &[("CORS_ALLOWED_ORIGINS", bad)]).len(), 1, "{bad}");
    }
    assert_eq!(load(&[("CORS_ALLOWED_ORIGINS", "*")]).expect("valid").cors_allowed_origins, ["*"]);
    assert!(problems("", &[("ESPN_USER_AGENT", "caf\u{e9}")])[0].contains("printable ASCII"));
}

#[test]
fn teams_are_found_by_their_names_and_leagues_as_a_whole() {
    let tracked = |text: &str| load(&[("TEAMS", text), ("LEAGUES", "nfl,nhl,mlb")]).expect("valid").teams;
    let of = |tracked: &Tracked, key: &str| tracked.teams_of(key.parse().expect("a league"));
    assert_eq!(load(&[]).expect("valid").teams, Tracked::default());
    let some = tracked(" NFL-NE, bruins,nhl-tbl ,mlb-nyy");
    assert_eq!(of(&some, "nfl"), Some(vec!["nfl-ne".to_owned()]));
    assert_eq!(of(&some, "nhl"), Some(vec!["nhl-bos".to_owned(), "nhl-tb".to_owned()]));
    assert_eq!(of(&some, "mlb"), Some(vec!["mlb-nyy".to_owned()]), "only ESPN knows these");
    let hockey = tracked("ne,nhl");
    assert_eq!((of(&hockey, "nhl"), of(&hockey, "mlb")), (None, Some(Vec::new())));
    let list = load_with("teams = [\"nfl-ne\", \"nfl-kc\"]", &[]).expect("valid").teams;
    assert_eq!(of(&list, "nfl").map(|teams| teams.len()), Some(2));
}

#[test]
fn teams_that_are_none_are_refused_with_near_ones() {
    for (given, words) in [
        ("nfl-ne,patriot", vec!["\"patriot\" is no team", "nfl-ne (New England Patriots)"]),
        ("nhl-ari", vec!["\"nhl-ari\" is no team"]),
        ("zzzzzzzz", vec!["\"zzzzzzzz\" is no team"]),
        ("buf", vec!["\"buf\" means nfl-buf and nhl-buf"]),
        ("nba-bos", vec!["nba, which is not among them", "LEAGUES"]),
        ("nba", vec!["nba, which is not among them"]),
    ] {
        let found = problems("", &[("TEAMS", given)]);
        assert!(found.len() == 1 && found[0].starts_with(&format!("TEAMS = {given:?}")), "{found:?}");
        assert!(words.iter().all(|word| found[0].contains(word)), "{found:?}");
    }
}

#[test]
fn numbers_stay_within_their_bounds() {
    for (name, bad) in [
        ("PORT", "65536"),
        ("LIVE_POLL_SECONDS", "0"),
        ("INFLUXDB_BATCH_SIZE", "5001"),
        ("INFLUXDB_RETENTION_DAYS", "-1"),
        ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "0"),
        ("CACHE_TTL_LIVE_SECONDS", "1.5"),
        ("OUTBOX_MAX_BYTES", "1000"),
        ("OUTBOX_MAX_BYTES", "1.5GiB"),
        ("DISK_FREE_MIN_BYTES", "99999999TiB"),
    ] {
        let found = problems("", &[(name, bad)]);
        assert!(found.len() == 1 && found[0].starts_with(name) && found[0].contains(bad), "{found:?}");
    }
}

#[test]
fn bytes_may_have_a_unit() {
    for (text, bytes) in [("2097152", 2 << 20), ("2MiB", 2 << 20), ("3 gib", 3 << 30), ("2048 k", 2 << 20)] {
        assert_eq!(load(&[("OUTBOX_MAX_BYTES", text)]).expect("valid").outbox_max_bytes, bytes, "{text}");
    }
}

#[test]
fn a_short_admin_token_is_refused_and_not_shown() {
    let short = problems("", &[("ADMIN_TOKEN", "hunter2")]);
    assert!(short[0].contains("at least 16") && !short[0].contains("hunter2"), "{short:?}");
    let settings = load(&[("ADMIN_TOKEN", "0123456789abcdef")]).expect("valid");
    assert_eq!(settings.admin_token.as_ref().map(Secret::expose), Some("0123456789abcdef"));
    assert!(!format!("{settings:?}").contains("0123456789abcdef"));
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_a_problem() {
    let none = std::iter::empty::<(OsString, OsString)>;
    let missing = Settings::load(Some(Path::new("no-such-file.toml")), none()).0.expect_err("missing");
    assert!(missing.to_string().contains("no-such-file.toml"), "{missing}");
    assert!(problems("port = = 1", &[])[0].contains("TOML"));
    assert!(problems("[port]\nx = 1", &[])[0].contains("single value"));
}

#[test]
fn a_slip_in_the_name_of_a_variable_is_noticed_and_other_programs_are_left_alone() {
    let names =
        ["INFLUX_URL", "LEAGUE", "influxdb_token", "PATH", "HOME", "PORT", "LOGNAME", "CARGO_HOME", "TERM"];
    let found: Vec<_> = misspelt(names).into_iter().map(|slip| (slip.name, slip.meant)).collect();
    let expected = [("INFLUX_URL", "INFLUXDB_URL"), ("LEAGUE", "LEAGUES")];
    assert_eq!(found, expected.map(|(name, meant)| (name.to_owned(), meant)));
}

#[test]
fn history_is_read_where_it_is_said_and_not_from_what_is_off() {
    let url = ("INFLUXDB_URL", "http://localhost:8086");
    for (text, backend) in [
        ("auto", HistoryBackend::Auto),
        ("Store", HistoryBackend::Store),
        ("influxdb", HistoryBackend::Influx),
    ] {
        assert_eq!(load(&[url, ("HISTORY_BACKEND", text)]).expect("valid").history, backend);
    }
    let found = problems("", &[("HISTORY_BACKEND", "influxdb")]);
    assert!(found[0].contains("HISTORY_BACKEND is influxdb, but InfluxDB is off"), "{found:?}");
    let found = problems("", &[("HISTORY_BACKEND", "postgres")]);
    assert!(
        found[0].contains("\"postgres\"") && found[0].ends_with("must be auto, store or influxdb"),
        "{found:?}"
    );
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn mqtt_is_off_without_a_broker_and_its_settings_belong_together() {
    assert!(load(&[]).expect("valid").mqtt.is_none());
    let on = |environment: &[(&str, &str)]| load(environment).expect("valid").mqtt.expect("MQTT is on");
    let plain = on(&[("MQTT_URL", "mqtt://me:hunter2@ha.local")]);
    assert_eq!((plain.broker.to_string().as_str(), plain.credentials), ("ha.local:1883", None));
    assert_eq!(
        (plain.discovery_prefix.as_str(), plain.topic_prefix.as_str()),
        ("homeassistant", "sports-data")
    );
    let apart = on(&[
        ("MQTT_URL", "mqtts://broker:18883"),
        ("MQTT_USERNAME", "me"),
        ("MQTT_PASSWORD", "hunter2"),
        ("MQTT_TOPIC_PREFIX", "home/sports"),
    ]);
    assert!(apart.broker.tls && apart.topic_prefix == "home/sports");
    assert_eq!(apart.credentials.as_ref().map(|who| who.user.as_str()), Some("me"));
    assert!(!format!("{plain:?} {apart:?}", plain = plain.broker).contains("hunter2"));
    let both = on(&[("MQTT_URL", "mqtt://me@ha.local"), ("MQTT_PASSWORD", "hunter2")]);
    assert!(both.credentials.is_some_and(|who| who.user == "me" && who.password.is_some()));
}

#[test]
fn what_is_wrong_with_mqtt_is_told_without_its_password() {
    let url = ("MQTT_URL", "mqtt://ha.local");
    for (given, words) in [
        (vec![("MQTT_URL", "http://me:hunter2@ha.local")], "an address such as mqtt://"),
        (vec![("MQTT_PASSWORD", "hunter2")], "MQTT_PASSWORD is set, but MQTT_URL is not"),
        (vec![url, ("MQTT_PASSWORD", "hunter2")], "set MQTT_USERNAME"),
        (
            vec![("MQTT_URL", "mqtt://me:hunter2@ha.local"), ("MQTT_USERNAME", "me")],
            "in one of the two places",
        ),
        (vec![("MQTT_URL", "mqtts://ha.local"), ("MQTT_CA_FILE", "no-such-file.pem")], "a PEM file"),
        (vec![url, ("MQTT_TOPIC_PREFIX", "a/#")], "the beginning of topics"),
    ] {
        let found = problems("", &given);
        assert!(
            found.len() == 1 && found[0].contains(words) && !found[0].contains("hunter2"),
            "{given:?}: {found:?}"
        );
    }
}
