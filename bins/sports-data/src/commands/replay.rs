//! `sports-data replay influx`: the history sent to InfluxDB again, each point with the bytes it had.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use chrono::Utc;
use indicatif::{ProgressBar, ProgressStyle};
use influx_client::{DataRefusal, InfluxClient, LineWriter, WriteError};
use influx_sink::MAX_RETRY_AFTER;
use store::{Replay, ReplayRange};

use crate::cli::ReplayInflux;
use crate::service::influx_config;
use crate::settings::{InfluxSettings, Settings};

/// Lines of one request.
const PAGE: usize = 5_000;

/// What became of a replay.
#[derive(Debug, Default)]
pub struct Outcome {
    target: String,
    total: u64,
    sent: u64,
    refused: Refused,
    dry_run: bool,
    interrupted: bool,
}

/// Lines that the server refused for what is in them.
#[derive(Debug, Default)]
struct Refused {
    beyond_retention: u64,
    others: u64,
    /// The first reason that is not the retention.
    reason: Option<String>,
}

impl Outcome {
    /// Whether everything was sent that the server could take.
    pub fn is_complete(&self) -> bool {
        !self.interrupted && self.refused.others == 0
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, total, sent, refused, dry_run, interrupted } = self;
        if *dry_run {
            let left = total.saturating_sub(*sent);
            return writeln!(f, "{left} of {total} points would be sent to {target}");
        }
        writeln!(f, "{sent} of {total} points were sent to {target}")?;
        if refused.beyond_retention > 0 {
            writeln!(f, "{} of them are older than it keeps, and were refused", refused.beyond_retention)?;
        }
        if let Some(reason) = &refused.reason {
            writeln!(f, "{} of them were refused: {reason}", refused.others)?;
        }
        if *interrupted {
            writeln!(f, "interrupted; the same command goes on from here")?;
        }
        Ok(())
    }
}

/// Sends what was asked for, page by page; each is remembered once the server took it.
pub async fn run(settings: &Settings, what: &ReplayInflux) -> anyhow::Result<Outcome> {
    ensure!(settings.influx_enabled, "InfluxDB is off; set INFLUXDB_URL and INFLUXDB_TOKEN");
    ensure!(what.from < what.to, "--from {} is not before --to {}", what.from, what.to);
    let client = InfluxClient::new(influx_config(settings))?;
    let influx = &settings.influx;
    let target = format!("{} {} {}", influx.url, influx.org, influx.bucket);
    let range = ReplayRange { from: what.from, to: what.to, league: what.league };
    let mut replay = Replay::open(&settings.data_dir, range, &target)?;
    if what.restart && !what.dry_run {
        replay.forget()?;
    }
    let mut outcome = Outcome {
        target: format!("{} at {}", influx.bucket, influx.url),
        total: replay.total(),
        sent: if what.restart { 0 } else { replay.progress().sent },
        dry_run: what.dry_run,
        ..Outcome::default()
    };
    if what.dry_run {
        return Ok(outcome);
    }
    let bar = progress_bar(outcome.total, outcome.sent);
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    patiently(influx, &bar, || client.prepare()).await?;
    while let Some(page) = replay.page(PAGE)? {
        let sending = send(&client, influx, page.lines.clone(), &mut outcome.refused, &bar);
        tokio::select! {
            sent = sending => sent?,
            _ = &mut interrupt => {
                outcome.interrupted = true;
                break;
            }
        }
        replay.mark_sent(&page, Utc::now())?;
        outcome.sent = replay.progress().sent;
        bar.set_position(outcome.sent);
    }
    bar.finish_and_clear();
    if !outcome.interrupted {
        replay.forget()?;
    }
    Ok(outcome)
}

/// Sends lines until the server took each, or refused it for what is in it.
async fn send(
    client: &InfluxClient,
    influx: &InfluxSettings,
    lines: Vec<Bytes>,
    refused: &mut Refused,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let mut parts = vec![lines];
    while let Some(mut part) = parts.pop() {
        match write(client, influx, &part, bar).await? {
            None => {}
            Some((kind, reason)) if part.len() <= 1 => refused.take(kind, reason),
            Some(_) => {
                let newer = part.split_off(part.len() / 2);
                parts.extend([newer, part]);
            }
        }
    }
    Ok(())
}

impl Refused {
    fn take(&mut self, kind: DataRefusal, reason: String) {
        if kind == DataRefusal::BeyondRetention {
            self.beyond_retention += 1;
        } else {
            self.others += 1;
            self.reason.get_or_insert(reason);
        }
    }
}

/// Writes lines; why the server refuses them, where it does.
async fn write(
    client: &InfluxClient,
    influx: &InfluxSettings,
    lines: &[Bytes],
    bar: &ProgressBar,
) -> anyhow::Result<Option<(DataRefusal, String)>> {
    let body = Bytes::from(lines.join(&b'\n'));
    match patiently(influx, bar, || client.write(body.clone())).await {
        Ok(()) => Ok(None),
        Err(WriteError::Data { kind, reason, .. }) => Ok(Some((kind, reason))),
        Err(error @ WriteError::Setting { .. }) => Err(error.into()),
        Err(error @ WriteError::Retry { .. }) => {
            Err(error).context("given up; the same command goes on from here")
        }
    }
}

/// Asks the server, again and again while it can not answer.
async fn patiently<T, F>(
    influx: &InfluxSettings,
    bar: &ProgressBar,
    ask: impl Fn() -> F,
) -> Result<T, WriteError>
where
    F: Future<Output = Result<T, WriteError>>,
{
    let mut pause = influx.retry_interval;
    let mut retries = influx.max_retries;
    loop {
        match ask().await {
            Err(WriteError::Retry { after, reason }) if retries > 0 => {
                retries -= 1;
                let wait = after.unwrap_or_default().min(MAX_RETRY_AFTER).max(pause);
                bar.suspend(|| {
                    eprintln!("{reason}; tried again in {} s, {retries} times more", wait.as_secs());
                });
                tokio::time::sleep(wait).await;
                pause = pause.saturating_mul(2).min(influx.max_retry_delay);
            }
            answer => return answer,
        }
    }
}

fn progress_bar(total: u64, sent: u64) -> ProgressBar {
    /// How often the bar is drawn anew while nothing moves.
    const TICK: Duration = Duration::from_secs(1);
    let style =
        ProgressStyle::with_template("{bar:30} {human_pos} of {human_len} points, {per_sec}, {eta} left");
    let bar = ProgressBar::new(total).with_position(sent);
    bar.reset_eta();
    bar.enable_steady_tick(TICK);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
