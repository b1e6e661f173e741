//! What a transaction works on.

use chrono::{DateTime, Utc};
use influx_schema::Point;
use rusqlite::{Connection, Result};

use crate::config::{StoreConfig, cutoff};
use crate::counters::Counters;
use crate::lines;

/// The open transaction and what is to be true once it is committed.
pub(crate) struct Batch<'a> {
    pub db: &'a Connection,
    pub now: DateTime<Utc>,
    pub config: &'a StoreConfig,
    pub counters: Counters,
    /// The time of the oldest row of history.
    pub oldest: Option<i64>,
}

impl Batch<'_> {
    /// Queues the line of a row of history that was just added, and says whether it did: not while InfluxDB is
    /// off, nor where InfluxDB would drop it for its age.
    pub fn queue_observed(&mut self, observation: i64, point: &Point) -> Result<bool> {
        if self.config.queue.is_none() {
            return Ok(false);
        }
        self.counters.queued_through = observation;
        self.queue(observation, point)
    }

    /// Queues the line of a row of history where InfluxDB would keep it.
    pub fn queue(&mut self, observation: i64, point: &Point) -> Result<bool> {
        let Some(queue) = &self.config.queue else {
            return Ok(false);
        };
        if point.timestamp < cutoff(self.now, queue.retention) {
            return Ok(false);
        }
        lines::append(self, Some(observation), &point.encode())?;
        Ok(true)
    }
}
