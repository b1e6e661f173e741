//! The commands of the real program, with good and with bad input.

use crate::support::output;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_and_version_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = output(folder.path(), &["--help"], &[]);
    assert!(help.status.success());
    for word in ["check-config", "setup-retention", "healthcheck", "--config"] {
        assert!(text(&help.stdout).contains(word), "{word}");
    }
    let version = output(folder.path(), &["--version"], &[]);
    assert_eq!(text(&version.stdout).trim(), concat!("sports-data ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn check_config_prints_the_settings_in_force_with_secrets_masked() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("sports-data.toml"), "port = 8100\n").expect("written");
    let checked = output(folder.path(), &["check-config"], &[("INFLUXDB_TOKEN", "hunter2")]);
    let said = text(&checked.stdout);
    assert!(checked.status.success(), "{said}");
    assert!(said.contains("8100   from sports-data.toml"), "{said}");
    assert!(!said.contains("hunter2"));
    assert!(said.contains("The settings are valid"));
}

#[test]
fn wrong_settings_stop_the_start_and_are_all_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = [("PORT", "high"), ("LEAGUES", "cricket"), ("INFLUXDB_ENABLED", "true")];
    let checked = output(folder.path(), &["check-config"], &wrong);
    assert_eq!(checked.status.code(), Some(1));
    let started = output(folder.path(), &[], &wrong);
    assert_eq!(started.status.code(), Some(1));
    for said in [text(&checked.stdout), text(&started.stderr)] {
        assert!(said.contains("3 problems"), "{said}");
        assert!(said.contains("PORT = \"high\"") && said.contains("\"cricket\""), "{said}");
    }
    assert!(!folder.path().join("data").exists(), "nothing is begun with wrong settings");
    let unknown = output(folder.path(), &["frobnicate"], &[]);
    assert_eq!(unknown.status.code(), Some(2));
    let missing = output(folder.path(), &["--config", "absent.toml", "check-config"], &[]);
    assert!(text(&missing.stdout).contains("absent.toml"), "{}", text(&missing.stdout));
}

#[test]
fn a_data_folder_that_cannot_be_made_is_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("data"), "a file").expect("written");
    let started = output(folder.path(), &[], &[("PORT", "0")]);
    assert_eq!(started.status.code(), Some(1));
    let said = text(&started.stderr);
    assert!(said.contains("data") && said.contains("DATA_DIR"), "{said}");
}

#[test]
fn a_service_that_does_not_run_is_not_healthy() {
    let folder = tempfile::tempdir().expect("a folder");
    let asked = output(folder.path(), &["healthcheck"], &[("PORT", "9")]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(text(&asked.stderr).contains("is the service running?"), "{}", text(&asked.stderr));
}
