//! How far a long drain has come.

use std::collections::VecDeque;
use std::time::Duration;

use outbox::Totals;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::SinkConfig;

/// The rate is that over so long.
const RATE_OVER: Duration = Duration::from_secs(10);

/// How often progress is reported.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// How often it is logged.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// How far a long drain has come.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DrainProgress {
    /// Lines that wait, those that came meanwhile included.
    pub left: u64,
    /// Lines that left the outbox per second, over the last ten seconds; 0 while nothing goes.
    pub rate: f64,
    /// How long it takes at this rate until none waits; none while nothing goes.
    pub time_left: Option<Duration>,
}

/// Watches a drain of more lines than fit into one batch.
#[derive(Debug)]
pub(crate) struct Progress {
    totals: watch::Receiver<Totals>,
    /// A drain of more lines than these is a long one.
    longer_than: u64,
    /// The long drain that goes on, also after a failure that is yet to be mended.
    long: Option<Long>,
}

#[derive(Debug)]
struct Long {
    began: Instant,
    /// Lines that had left the outbox when it began.
    gone_before: u64,
    /// Lines that had left the outbox, now and then over the last seconds.
    samples: VecDeque<(Instant, u64)>,
    report_at: Instant,
    log_at: Instant,
}

impl Progress {
    pub fn new(config: &SinkConfig, totals: watch::Receiver<Totals>) -> Self {
        let longer_than = config.drain_batch_size.max(config.batch_size).get() as u64;
        Self { totals, longer_than, long: None }
    }

    /// Lines are about to be sent: gives the progress of the drain if it is a long one, or goes on.
    pub fn begin(&mut self) -> Option<DrainProgress> {
        let (now, totals) = (Instant::now(), *self.totals.borrow());
        if self.long.is_none() {
            if totals.pending <= self.longer_than {
                return None;
            }
            tracing::info!(left = totals.pending, "a backlog of lines goes to InfluxDB");
        }
        let (began, gone_before) =
            self.long.as_ref().map_or((now, gone(totals)), |long| (long.began, long.gone_before));
        self.long = Some(Long {
            began,
            gone_before,
            samples: VecDeque::from([(now, gone(totals))]),
            report_at: now + REPORT_EVERY,
            log_at: now + LOG_EVERY,
        });
        Some(DrainProgress { left: totals.pending, ..DrainProgress::default() })
    }

    /// Waits until progress is to be reported; for ever where no long drain goes on.
    pub async fn due(&self) {
        match &self.long {
            Some(long) => sleep_until(long.report_at).await,
            None => std::future::pending().await,
        }
    }

    /// The progress now, logged now and then.
    pub fn now(&mut self) -> Option<DrainProgress> {
        let (now, totals) = (Instant::now(), *self.totals.borrow());
        let long = self.long.as_mut()?;
        long.report_at = now + REPORT_EVERY;
        long.samples.push_back((now, gone(totals)));
        while long.samples.front().is_some_and(|(at, _)| now - *at > RATE_OVER) {
            long.samples.pop_front();
        }
        let rate = long
            .samples
            .front()
            .map_or(0.0, |&(at, before)| rate(gone(totals).saturating_sub(before), now - at));
        let left = totals.pending;
        let time_left = Duration::try_from_secs_f64(left as f64 / rate).ok();
        if now >= long.log_at {
            long.log_at = now + LOG_EVERY;
            let (rate, minutes_left) = (whole(rate), time_left.map(|time| time.as_secs().div_ceil(60)));
            tracing::info!(left, rate, minutes_left, "the backlog goes to InfluxDB");
        }
        Some(DrainProgress { left, rate, time_left })
    }

    /// Nothing more is sent for now: all went, or something failed. Gives the progress where it is to go on.
    pub fn pause(&mut self, all_went: bool) -> Option<DrainProgress> {
        let totals = *self.totals.borrow();
        if all_went && let Some(Long { began, gone_before, .. }) = self.long.take() {
            let lines = gone(totals).saturating_sub(gone_before);
            let (seconds, rate) = (began.elapsed().as_secs(), whole(rate(lines, began.elapsed())));
            tracing::info!(lines, seconds, rate, left = totals.pending, "the backlog went to InfluxDB");
        }
        let left = totals.pending;
        self.long.as_ref().map(|_| DrainProgress { left, ..DrainProgress::default() })
    }
}

/// Lines that left the outbox so far. They can become fewer: a person may send dead letters again.
fn gone(totals: Totals) -> u64 {
    totals.delivered + totals.set_aside
}

/// Lines per second; 0 where no time went by.
fn rate(lines: u64, time: Duration) -> f64 {
    if time.is_zero() { 0.0 } else { lines as f64 / time.as_secs_f64() }
}

/// For the log.
fn whole(rate: f64) -> tracing::field::DisplayValue<String> {
    tracing::field::display(format!("{rate:.0}"))
}
