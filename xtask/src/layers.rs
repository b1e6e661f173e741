//! `cargo xtask layers`: each crate depends on crates of lower floors only.

mod table;

use std::process::ExitCode;

use anyhow::Context;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::workspace;
use table::{Place, TABLE};

/// A crate of the workspace, and what it needs to be built. What only its tests need is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    name: String,
    dependencies: Vec<String>,
}

/// Prints what is wrong with the dependencies, or that nothing is.
pub fn run() -> anyhow::Result<ExitCode> {
    let problems = check()?;
    for problem in &problems {
        println!("layers: {problem}");
    }
    if !problems.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    println!("layers: every crate depends on lower floors only");
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with the dependencies in this workspace, a sentence each.
pub fn check() -> anyhow::Result<Vec<String>> {
    let manifest = workspace::root().join("Cargo.toml");
    let metadata =
        MetadataCommand::new().cargo_path(workspace::cargo()).manifest_path(manifest).no_deps().exec();
    Ok(problems(&members(&metadata.context("cargo metadata failed")?)))
}

fn members(metadata: &Metadata) -> Vec<Member> {
    metadata
        .workspace_packages()
        .into_iter()
        .map(|package| {
            let needed = package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development);
            Member {
                name: package.name.to_string(),
                dependencies: needed.map(|dependency| dependency.name.clone()).collect(),
            }
        })
        .collect()
}

fn problems(members: &[Member]) -> Vec<String> {
    let mut problems = Vec::new();
    for row in TABLE {
        if !members.iter().any(|member| member.name == row.name) {
            problems.push(format!(
                "the table names {}, which is no crate of the workspace; take its row out of xtask/src/layers/table.rs",
                row.name
            ));
        }
    }
    for member in members {
        let Some(row) = table::row_of(&member.name) else {
            problems.push(format!(
                "{} has no floor; add its row to the table in xtask/src/layers/table.rs and in docs/ARCHITECTURE.md",
                member.name
            ));
            continue;
        };
        for dependency in &member.dependencies {
            if row.never.contains(&dependency.as_str()) {
                problems.push(format!("{} must not depend on {dependency}; {}", row.name, row.because));
            } else if let Some(below) = table::row_of(dependency) {
                problems.extend(wrong_way(&member.name, row.place, dependency, below.place));
            }
        }
    }
    problems
}

/// Why a crate in one place must not depend on one in another.
fn wrong_way(name: &str, place: Place, dependency: &str, below: Place) -> Option<String> {
    match (place, below) {
        (Place::TestDriver, Place::TestServer) => None,
        (_, Place::TestServer | Place::TestDriver) => Some(format!(
            "{name} must not depend on {dependency}, which is for tests; make it a dev-dependency"
        )),
        (_, Place::Tasks | Place::Outside) => {
            Some(format!("{name} must not depend on {dependency}, which nothing depends on"))
        }
        (Place::Floor(own), Place::Floor(other)) if other >= own => Some(format!(
            "{name} (floor {own}) must not depend on {dependency} (floor {other}): a crate depends on lower floors only"
        )),
        (Place::TestServer | Place::TestDriver, Place::Floor(other)) if other > 0 => Some(format!(
            "{name}, which is for tests, must not depend on {dependency} (floor {other}): it would check itself"
        )),
        (Place::Tasks, Place::Floor(_)) => Some(format!(
            "{name} must not depend on {dependency}: the tasks have to be built in a moment, so they run it instead"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
