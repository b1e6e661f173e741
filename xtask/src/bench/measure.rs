//! What is measured on the running service.

mod backlog;
mod espn;
mod history;
mod service;

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;

use super::Group;
use super::captures::Captures;
use super::examples;
use super::figure::{Figure, Target};
use super::hanging;
use super::programs::Programs;
use super::wrk::{self, Run};
use crate::interrupt::Interrupt;
use crate::packages;
use crate::server::{self, Place, Recipe, Server};
use crate::servers::{influxdb, mosquitto};
use service::{HA_STATUS, LIVE_NFL, LIVE_NHL, Service};

/// For so long both scoreboards are served before memory is looked at.
const SERVED_BEFORE_MEMORY: Duration = Duration::from_mins(1);

/// Memory that may be resident then, in MB.
const RESIDENT_MB: f64 = 30.0;

/// From the start to the first answer, in milliseconds.
const FIRST_ANSWER_MS: f64 = 200.0;

/// 99 of 100 reads of what a team is doing, in milliseconds.
const TEAM_STATUS_MS: f64 = 2.0;

/// A whole run of all measurements.
#[derive(Debug)]
pub struct Bench<'a> {
    /// What is run.
    pub programs: &'a Programs,
    /// What is served.
    pub captures: &'a Captures,
    /// Ends everything early.
    pub interrupt: &'a Interrupt,
    /// Of one run of wrk.
    pub duration: Duration,
    /// Runs against each server.
    pub rounds: u32,
    /// Seasons of history.
    pub seasons: i32,
    /// The group that is measured; none: all.
    pub only: Option<Group>,
}

impl Bench<'_> {
    /// Measures everything, one after the other.
    pub fn run(&self) -> anyhow::Result<Vec<Figure>> {
        let is_wanted = |group| self.only.is_none_or(|only| only == group);
        let espn = espn::start(self.programs, self.captures, self.interrupt)?;
        let mut figures = Vec::new();
        if is_wanted(Group::Reads) {
            figures.extend(self.live_games(espn.address())?);
        }
        if is_wanted(Group::Events) {
            figures.extend(self.events()?);
        }
        if is_wanted(Group::Writes) {
            println!("xtask: commits, and a million points that wait");
            figures.extend(examples::commit(self.programs)?);
            figures.extend(self.backlog(espn.address())?);
        }
        if is_wanted(Group::History) {
            figures.extend(self.history(espn.address())?);
        }
        Ok(figures)
    }

    fn live_games(&self, espn: SocketAddr) -> anyhow::Result<Vec<Figure>> {
        println!("xtask: decoding and encoding");
        let mut figures = vec![examples::decode(self.programs, self.captures)?];
        figures.extend(examples::encode(self.programs)?);
        println!("xtask: start to first answer");
        figures.push(self.first_answer(espn)?);
        println!("xtask: reads beside bare hyper");
        figures.push(self.reads(espn)?);
        println!("xtask: what a team is doing, beside bare hyper");
        figures.extend(self.team_reads(espn)?);
        println!("xtask: reads with InfluxDB hanging, beside InfluxDB healthy");
        figures.extend(self.hanging(espn)?);
        println!("xtask: memory after {} s of serving", SERVED_BEFORE_MEMORY.as_secs());
        figures.push(self.memory(espn)?);
        Ok(figures)
    }

    fn events(&self) -> anyhow::Result<Vec<Figure>> {
        println!("xtask: from an answer of ESPN to webhooks on the wire");
        let mut figures = examples::fan_out(self.programs)?.to_vec();
        println!("xtask: from an answer of ESPN to clients of the stream of events");
        figures.extend(examples::event_stream(self.programs)?);
        println!("xtask: from an answer of ESPN to clients of an MQTT broker");
        packages::install_missing(&[mosquitto::PACKAGE]);
        if mosquitto::PACKAGE.is_installed() {
            let broker = mosquitto::start(self.interrupt)?;
            figures.push(examples::mqtt(self.programs, broker.address())?);
        } else {
            println!("xtask: left out: there is no Mosquitto here (Debian: apt-get install mosquitto)");
        }
        Ok(figures)
    }

    fn first_answer(&self, espn: SocketAddr) -> anyhow::Result<Figure> {
        Ok(Figure {
            what: "start to first answer",
            unit: "ms",
            ours: self.first_answer_after(espn, &[])?,
            beside: FIRST_ANSWER_MS,
            peer: "the limit",
            target: Target::AtMost,
        })
    }

    /// Milliseconds from a start with these settings to the first answer: the median of some starts.
    fn first_answer_after(&self, espn: SocketAddr, settings: &[(&str, String)]) -> anyhow::Result<f64> {
        let mut times = Vec::new();
        for _ in 0..self.rounds {
            let service = Service::start(self.programs, espn, settings, self.interrupt)?;
            times.push(service.first_answer_after().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        Ok(times[times.len() / 2])
    }

    fn reads(&self, espn: SocketAddr) -> anyhow::Result<Figure> {
        let service = Service::start(self.programs, espn, &[], self.interrupt)?;
        let body = service.wait_for_games(LIVE_NFL, self.interrupt)?;
        let bare = self.bare_server(&body)?;
        let [ours, bare] = self.take_turns([&service.url(LIVE_NFL), &bare.url()])?;
        Ok(Figure {
            what: "reads of live games, 32 connections",
            unit: "requests/s",
            ours: ours.per_second,
            beside: bare.per_second,
            peer: "bare hyper, the same bytes",
            target: Target::RatioAtLeast(0.6),
        })
    }

    /// What Home Assistant reads of a team.
    fn team_reads(&self, espn: SocketAddr) -> anyhow::Result<[Figure; 3]> {
        let service = Service::start(self.programs, espn, &[], self.interrupt)?;
        service.wait_for_games(LIVE_NFL, self.interrupt)?;
        let body = service.answer(HA_STATUS)?;
        let bare = self.bare_server(&body)?;
        let urls = [&*service.url(HA_STATUS), &bare.url()];
        let [ours, bare] = self.take_turns(urls)?;
        let calm = (0..self.rounds).map(|_| wrk::run_on_one_thread(urls[0], self.duration, self.interrupt));
        let calm = wrk::median(&calm.collect::<anyhow::Result<Vec<_>>>()?)?;
        let reads = Figure {
            what: "reads of a team's status, 32 connections",
            unit: "requests/s",
            ours: ours.per_second,
            beside: bare.per_second,
            peer: "bare hyper, the same bytes",
            target: Target::RatioAtLeast(0.6),
        };
        let slowest = Figure {
            what: "p99 of reads of a team's status, wrk -t1",
            unit: "ms",
            ours: milliseconds(calm.p99),
            beside: TEAM_STATUS_MS,
            peer: "the limit",
            target: Target::AtMost,
        };
        let crowded = Figure {
            what: "the same, wrk -t2",
            ours: milliseconds(ours.p99),
            beside: milliseconds(bare.p99),
            peer: "bare hyper, the same bytes",
            target: Target::RatioAtMost(1.0),
            ..slowest
        };
        Ok([reads, slowest, crowded])
    }

    /// hyper alone, with the bytes of one answer.
    fn bare_server(&self, body: &str) -> anyhow::Result<Server> {
        let command = |place: &Place| -> anyhow::Result<Command> {
            let file = place.folder.join("body.json");
            fs::write(&file, body).context("cannot write the body of the bare server")?;
            let mut command = self.programs.bare_server();
            command.arg(place.address.to_string()).arg(file);
            Ok(command)
        };
        let ready = |address| server::answers(address, "/");
        Server::start(&Recipe { name: "bare hyper", command: &command, ready: &ready }, self.interrupt)
    }

    /// Two services run at once, each with points to write all the time, and are read in turns.
    fn hanging(&self, espn: SocketAddr) -> anyhow::Result<Option<Figure>> {
        packages::install_missing(&[influxdb::PACKAGE]);
        if !influxdb::PACKAGE.is_installed() {
            println!("xtask: left out: there is no InfluxDB here (Debian: apt-get install influxdb)");
            return Ok(None);
        }
        let influxdb = influxdb::start(self.interrupt)?;
        service::set_up_database(self.programs, influxdb.address())?;
        let healthy = Service::writing_to(self.programs, espn, influxdb.address(), self.interrupt)?;
        let hanging = Service::writing_to(self.programs, espn, hanging::listen()?, self.interrupt)?;
        for service in [&healthy, &hanging] {
            service.wait_for_games(LIVE_NFL, self.interrupt)?;
        }
        healthy.wait_for_points("points_written", self.interrupt)?;
        hanging.wait_for_points("points_pending", self.interrupt)?;
        let [hanging, healthy] = self.take_turns([&hanging.url(LIVE_NFL), &healthy.url(LIVE_NFL)])?;
        Ok(Some(Figure {
            what: "p99 of reads with InfluxDB hanging",
            unit: "ms",
            ours: milliseconds(hanging.p99),
            beside: milliseconds(healthy.p99),
            peer: "InfluxDB healthy",
            target: Target::RatioAtMost(1.2),
        }))
    }

    fn memory(&self, espn: SocketAddr) -> anyhow::Result<Figure> {
        let mut service = Service::start(self.programs, espn, &[], self.interrupt)?;
        for path in [LIVE_NFL, LIVE_NHL] {
            service.wait_for_games(path, self.interrupt)?;
            wrk::run(&service.url(path), SERVED_BEFORE_MEMORY / 2, self.interrupt)?;
        }
        Ok(Figure {
            what: "resident memory after a minute of serving",
            unit: "MB",
            ours: service.resident_mb()?,
            beside: RESIDENT_MB,
            peer: "the limit",
            target: Target::AtMost,
        })
    }

    /// Reads both in turns, so that what else the machine does troubles both, and takes the medians.
    fn take_turns(&self, urls: [&str; 2]) -> anyhow::Result<[Run; 2]> {
        let mut runs = [Vec::new(), Vec::new()];
        for _ in 0..self.rounds {
            for (url, runs) in urls.iter().zip(&mut runs) {
                runs.push(wrk::run(url, self.duration, self.interrupt)?);
            }
        }
        Ok([wrk::median(&runs[0])?, wrk::median(&runs[1])?])
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
