//! The programs that are measured, and those that they are measured with, built for release.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;
use cargo_metadata::MetadataCommand;

use crate::interrupt::Interrupt;
use crate::process::{self, Group};
use crate::workspace;

/// Where the programs are.
#[derive(Debug)]
pub struct Programs {
    release: PathBuf,
}

impl Programs {
    /// Builds them. The service is built by itself, as its users build it: with nothing switched on in its
    /// dependencies that only tests need.
    pub fn build(interrupt: &Interrupt) -> anyhow::Result<Self> {
        build(&["--package", "sports-data"], interrupt)?;
        let others =
            ["--package=espn-sim", "--package=espn-client", "--package=influx-schema", "--package=xtask"];
        build(&[&others[..], &["--bin=espn-sim", "--examples"]].concat(), interrupt)?;
        let mut metadata = MetadataCommand::new();
        metadata.cargo_path(workspace::cargo()).current_dir(workspace::root()).no_deps();
        let target = metadata.exec().context("cargo metadata failed")?.target_directory;
        Ok(Self { release: target.join("release").into() })
    }

    /// The service.
    pub fn service(&self) -> Command {
        Command::new(self.release.join("sports-data"))
    }

    /// The small ESPN.
    pub fn espn_sim(&self) -> Command {
        Command::new(self.release.join("espn-sim"))
    }

    /// hyper alone.
    pub fn bare_server(&self) -> Command {
        self.example("bare_server")
    }

    /// The maker of scoreboards.
    pub fn scoreboards(&self) -> Command {
        self.example("scoreboards")
    }

    /// The throughput of decoding.
    pub fn decode_throughput(&self) -> Command {
        self.example("decode_throughput")
    }

    /// The throughput of encoding.
    pub fn encode_throughput(&self) -> Command {
        self.example("encode_throughput")
    }

    fn example(&self, name: &str) -> Command {
        Command::new(self.release.join("examples").join(name))
    }
}

fn build(arguments: &[&str], interrupt: &Interrupt) -> anyhow::Result<()> {
    let mut command = workspace::cargo_command("build");
    command.arg("--release").args(arguments);
    println!("xtask: {}", process::describe(&command));
    let status = Group::spawn(&mut command)?.wait(interrupt)?;
    anyhow::ensure!(status.success(), "the build failed");
    Ok(())
}
