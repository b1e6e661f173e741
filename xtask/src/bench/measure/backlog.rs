//! A million points that wait: the start with them, and reads while they drain.

use std::net::SocketAddr;

use super::service::{LIVE_NFL, Service};
use super::{Bench, hanging, milliseconds};
use crate::bench::examples;
use crate::bench::figure::{Figure, Target};
use crate::bench::wrk;
use crate::packages;
use crate::server::Server;
use crate::servers::victoria_metrics;

/// From the start with a million points that wait to the first answer, in milliseconds.
const FIRST_ANSWER_MS: f64 = 300.0;

/// Points that wait while a backlog drains, at least: more than what polls add between two batches.
const STILL_A_BACKLOG: u64 = 10_000;

impl Bench<'_> {
    /// Everything that is promised of a backlog.
    pub(super) fn backlog(&self, espn: SocketAddr) -> anyhow::Result<Vec<Figure>> {
        packages::install_missing(&[victoria_metrics::PACKAGE]);
        if !victoria_metrics::PACKAGE.is_installed() {
            println!(
                "xtask: left out: there is no VictoriaMetrics here (Debian: apt-get install victoria-metrics)"
            );
            return Ok(Vec::new());
        }
        let server = victoria_metrics::start(self.interrupt)?;
        let mut figures = examples::drain(self.programs, &server.url())?.to_vec();
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        examples::fill(self.programs, &data)?;
        figures.push(self.start_with_backlog(espn, &data)?);
        drop(server);
        // What is measured is how the service's own drain holds up its reads, not how the server's work does.
        let server = victoria_metrics::start_out_of_the_way(self.interrupt)?;
        figures.extend(self.reads_while_draining(espn, &server, &data)?);
        Ok(figures)
    }

    fn start_with_backlog(&self, espn: SocketAddr, data: &std::path::Path) -> anyhow::Result<Figure> {
        let settings = settings(&format!("http://{}", hanging::listen()?), data);
        Ok(Figure {
            what: "start with a million points to first answer",
            unit: "ms",
            ours: self.first_answer_after(espn, &settings)?,
            beside: FIRST_ANSWER_MS,
            peer: "the limit",
            target: Target::AtMost,
        })
    }

    /// None where the server took everything before reads were measured.
    fn reads_while_draining(
        &self,
        espn: SocketAddr,
        server: &Server,
        data: &std::path::Path,
    ) -> anyhow::Result<Option<Figure>> {
        let service = Service::start(self.programs, espn, &settings(&server.url(), data), self.interrupt)?;
        service.wait_for_games(LIVE_NFL, self.interrupt)?;
        let read = || wrk::run(&service.url(LIVE_NFL), self.duration, self.interrupt);
        let (mut draining, mut idle) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            let run = read()?;
            // What drained during the run was not read beside a drain to its end.
            if service.count("points_pending")? < STILL_A_BACKLOG {
                break;
            }
            draining.push(run);
        }
        if draining.is_empty() {
            println!("xtask: left out: the backlog drained before reads were measured; take fewer --seconds");
            return Ok(None);
        }
        service.wait_until_drained(self.interrupt)?;
        for _ in 0..self.rounds {
            idle.push(read()?);
        }
        let (draining, idle) = (wrk::median(&draining)?, wrk::median(&idle)?);
        Ok(Some(Figure {
            what: "p99 of reads while a million points drain",
            unit: "ms",
            ours: milliseconds(draining.p99),
            beside: milliseconds(idle.p99),
            peer: "idle",
            target: Target::RatioAtMost(2.0),
        }))
    }
}

fn settings(influxdb: &str, data: &std::path::Path) -> Vec<(&'static str, String)> {
    vec![
        ("INFLUXDB_URL", influxdb.to_owned()),
        ("INFLUXDB_API", "v2".into()),
        ("DATA_DIR", data.display().to_string()),
    ]
}
