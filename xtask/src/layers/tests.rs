//! The floors, held against made-up workspaces and against this one.

use super::*;

/// The workspace as the table wants it, every crate without dependencies, but for those given.
fn workspace_with(dependencies: &[(&str, &[&str])]) -> Vec<Member> {
    let mut members: Vec<Member> =
        TABLE.iter().map(|row| Member { name: row.name.into(), dependencies: Vec::new() }).collect();
    for (name, needed) in dependencies {
        let needed = needed.iter().map(ToString::to_string).collect();
        match members.iter_mut().find(|member| member.name == *name) {
            Some(member) => member.dependencies = needed,
            None => members.push(Member { name: (*name).into(), dependencies: needed }),
        }
    }
    members
}

fn only_problem(dependencies: &[(&str, &[&str])]) -> String {
    let found = problems(&workspace_with(dependencies));
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0].clone()
}

#[test]
fn this_workspace_stands() {
    assert_eq!(check().expect("cargo metadata"), Vec::<String>::new());
}

#[test]
fn the_architecture_tells_the_same_floors() {
    let path = workspace::root().join("docs/ARCHITECTURE.md");
    let told = std::fs::read_to_string(&path).expect("docs/ARCHITECTURE.md");
    for row in TABLE {
        let Place::Floor(floor) = row.place else { continue };
        let ways = ["", "bins/"].map(|folder| format!("| {floor} | `{folder}{}` |", row.name));
        assert!(ways.iter().any(|way| told.contains(way)), "docs/ARCHITECTURE.md has no row {:?}", ways[0]);
    }
}

#[test]
fn lower_floors_and_other_crates_are_allowed() {
    let found = problems(&workspace_with(&[
        ("cache", &["game-model", "moka", "tokio"]),
        ("influx-sink", &["outbox", "influx-client", "circuit-breaker"]),
        ("sports-data", &["collector", "store", "game-model", "reqwest"]),
        ("espn-sim", &["game-model", "axum"]),
    ]));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_same_floor_and_higher_ones_are_refused() {
    let sideways = only_problem(&[("cache", &["influx-client"])]);
    assert!(sideways.contains("cache (floor 1) must not depend on influx-client (floor 1)"), "{sideways}");
    let upwards = only_problem(&[("game-model", &["store"])]);
    assert!(upwards.contains("game-model (floor 0) must not depend on store (floor 2)"), "{upwards}");
}

#[test]
fn edges_are_kept_out_of_the_crates_that_must_not_know_them() {
    for (name, dependency) in [
        ("game-model", "tokio"),
        ("circuit-breaker", "tokio"),
        ("http-api", "reqwest"),
        ("http-api", "influx-client"),
        ("influx-sink", "rusqlite"),
        ("influx-sink", "game-model"),
        ("store", "reqwest"),
        ("collector", "espn-client"),
        ("collector", "store"),
    ] {
        let problem = only_problem(&[(name, &[dependency])]);
        assert!(problem.starts_with(&format!("{name} must not depend on {dependency}; ")), "{problem}");
    }
}

#[test]
fn servers_for_tests_are_nobodys_normal_dependency() {
    let problem = only_problem(&[("sports-data", &["espn-sim"])]);
    assert!(problem.contains("make it a dev-dependency"), "{problem}");
    assert!(only_problem(&[("espn-sim", &["influx-sim"])]).contains("make it a dev-dependency"));
    assert!(only_problem(&[("influx-sim", &["influx-client"])]).contains("it would check itself"));
    assert!(only_problem(&[("torture", &["store"])]).contains("it would check itself"));
    assert!(only_problem(&[("sports-data", &["torture"])]).contains("make it a dev-dependency"));
    assert_eq!(problems(&workspace_with(&[("torture", &["espn-sim"])])), Vec::<String>::new());
}

#[test]
fn nothing_depends_on_the_tasks_nor_they_on_anything() {
    assert!(only_problem(&[("store", &["xtask"])]).contains("which nothing depends on"));
    assert!(only_problem(&[("xtask", &["store"])]).contains("they run it instead"));
}

#[test]
fn a_crate_without_a_row_is_told_to_get_one() {
    let problem = only_problem(&[("telegraph", &["game-model"])]);
    assert!(problem.starts_with("telegraph has no floor; add its row"), "{problem}");
}

#[test]
fn a_row_without_a_crate_is_told_of() {
    let mut members = workspace_with(&[]);
    members.retain(|member| member.name != "cache");
    let found = problems(&members);
    assert!(found.len() == 1 && found[0].contains("names cache, which is no crate"), "{found:#?}");
}

#[test]
fn dev_dependencies_do_not_count() {
    let package = |dependency_kind: &str| {
        format!(
            r#"{{"packages":[{{"name":"cache","version":"0.1.0","id":"cache 0.1.0","license":null,"license_file":null,
            "description":null,"source":null,"dependencies":[{{"name":"store","source":null,"req":"*",
            "kind":{dependency_kind},"optional":false,"uses_default_features":true,"features":[],"target":null,
            "rename":null,"registry":null}}],"targets":[],"features":{{}},"manifest_path":"/w/Cargo.toml",
            "metadata":null,"publish":null,"authors":[],"categories":[],"keywords":[],"readme":null,
            "repository":null,"homepage":null,"documentation":null,"edition":"2024","links":null,
            "default_run":null}}],"workspace_members":["cache 0.1.0"],"workspace_default_members":[],
            "resolve":null,"target_directory":"/w/target","version":1,"workspace_root":"/w","metadata":null}}"#
        )
    };
    let dependencies = |kind: &str| {
        let metadata = MetadataCommand::parse(package(kind)).expect("metadata as cargo prints it");
        members(&metadata).remove(0).dependencies
    };
    assert_eq!(dependencies("\"dev\""), Vec::<String>::new());
    assert_eq!(dependencies("null"), ["store"]);
    assert_eq!(dependencies("\"build\""), ["store"]);
}
