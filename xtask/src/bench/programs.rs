//! The programs that are measured, and those that they are measured with, built for release.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use crate::interrupt::Interrupt;
use crate::release::Release;

/// Where the programs are.
#[derive(Debug)]
pub struct Programs {
    release: Release,
}

impl Programs {
    /// Builds them: all, or what the measurements of history need.
    pub fn build(all: bool, interrupt: &Interrupt) -> anyhow::Result<Self> {
        Release::build_service(interrupt)?;
        if !all {
            let examples = ["scoreboards", "fill_history", "commits_beside_reads"];
            let examples = examples.map(|name| format!("--example={name}"));
            let examples: Vec<&str> = examples.iter().map(String::as_str).collect();
            let programs = ["--package=espn-sim", "--package=xtask", "--bin=espn-sim"];
            Release::build(&[&programs[..], &examples[..]].concat(), interrupt)?;
            return Ok(Self { release: Release::find()? });
        }
        let others = [
            "espn-sim",
            "espn-client",
            "http-api",
            "influx-schema",
            "influx-sink",
            "mqtt",
            "store",
            "webhooks",
            "xtask",
        ];
        let others = others.map(|name| format!("--package={name}"));
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        Release::build(&[&others[..], &["--bin=espn-sim", "--examples"]].concat(), interrupt)?;
        Ok(Self { release: Release::find()? })
    }

    /// The service.
    pub fn service(&self) -> Command {
        self.release.command("sports-data")
    }

    /// The small ESPN.
    pub fn espn_sim(&self) -> Command {
        self.release.command("espn-sim")
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

    /// The throughput of commits.
    pub fn commit_throughput(&self) -> Command {
        self.example("commit_throughput")
    }

    /// The time from an answer of ESPN to webhooks on the wire.
    pub fn fan_out(&self) -> Command {
        self.example("fan_out")
    }

    /// The time from an answer of ESPN to the clients of the stream of events, and what these cost.
    pub fn event_stream(&self) -> Command {
        self.example("event_stream")
    }

    /// The time from an answer of ESPN to the clients of an MQTT broker.
    pub fn event_latency(&self) -> Command {
        self.example("event_latency")
    }

    /// The throughput of draining a backlog, and its maker.
    pub fn drain_throughput(&self) -> Command {
        self.example("drain_throughput")
    }

    /// The filler of history.
    pub fn fill_history(&self) -> Command {
        self.example("fill_history")
    }

    /// Commits while history is read.
    pub fn commits_beside_reads(&self) -> Command {
        self.example("commits_beside_reads")
    }

    /// A folder for what is kept from one run to the next; created if missing.
    pub fn kept(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.release.program("..").join(name);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(folder.canonicalize()?)
    }

    fn example(&self, name: &str) -> Command {
        self.release.command(&format!("examples/{name}"))
    }
}
