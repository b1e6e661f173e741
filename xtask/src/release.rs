//! Programs of the workspace, built for release.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;
use cargo_metadata::MetadataCommand;

use crate::interrupt::Interrupt;
use crate::process::{self, Group};
use crate::workspace;

/// Where built programs are.
#[derive(Debug)]
pub struct Release(PathBuf);

impl Release {
    /// Finds the folder.
    pub fn find() -> anyhow::Result<Self> {
        let mut metadata = MetadataCommand::new();
        metadata.cargo_path(workspace::cargo()).current_dir(workspace::root()).no_deps();
        let target = metadata.exec().context("cargo metadata failed")?.target_directory;
        Ok(Self(target.join("release").into()))
    }

    /// The service's program, built by itself, as its users build it: with nothing switched on in its dependencies
    /// that only tests need.
    pub fn build_service(interrupt: &Interrupt) -> anyhow::Result<()> {
        Self::build(&["--package", "sports-data"], interrupt)
    }

    /// Builds what the arguments of `cargo build` name.
    pub fn build(arguments: &[&str], interrupt: &Interrupt) -> anyhow::Result<()> {
        let mut command = workspace::cargo_command("build");
        command.arg("--release").args(arguments);
        println!("xtask: {}", process::describe(&command));
        let status = Group::spawn(&mut command)?.wait(interrupt)?;
        anyhow::ensure!(status.success(), "the build failed");
        Ok(())
    }

    /// Where a program is.
    pub fn program(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A program with this name.
    pub fn command(&self, name: &str) -> Command {
        Command::new(self.program(name))
    }
}
