//! What state the parts of the service are in. Reports are made from memory and never wait.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::League;
use crate::ports::BreakerHold;

/// The state of all parts. Asking never waits and never calls out.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait StatusReport: Send + Sync {
    /// How polling goes, per tracked league, in the order of the settings.
    fn polls(&self) -> Vec<PollReport>;

    /// How writing to InfluxDB goes; none while it is off.
    fn influx(&self) -> Option<InfluxReport>;

    /// How the embedded store is.
    fn storage(&self) -> StorageReport;

    /// How the backfill in the background goes, per league of which the season is known; none while it is off.
    fn backfill(&self) -> Vec<BackfillReport> {
        Vec::new()
    }

    /// How publishing to MQTT goes; none while it is off.
    fn mqtt(&self) -> Option<MqttReport> {
        None
    }
}

/// How polling a league goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollReport {
    /// The league.
    pub league: League,
    /// When a scoreboard last came.
    pub last_success: Option<DateTime<Utc>>,
    /// Why the last attempt failed; none after a success.
    pub last_error: Option<String>,
    /// Attempts that failed since the last success.
    pub consecutive_failures: u32,
    /// Games of the league now in memory.
    pub games: usize,
    /// What the league is watched for, which decides how often it is asked.
    pub watching: Watching,
    /// The teams whose games quicken the polls, as they were named; none where every game of the league does.
    pub tracked: Option<Vec<String>>,
    /// Time until the next poll is due.
    pub next_poll_in: Duration,
    /// Whether the first scoreboard was fetched or failed.
    pub attempted: bool,
    /// Requests to the source since midnight UTC.
    pub requests_today: u64,
    /// Attempts since the start by outcome: `ok`, or the kind of error.
    pub attempts: Vec<(&'static str, u64)>,
    /// Events that could not be read since the start.
    pub unreadable_events: u64,
    /// Observations that could not be committed since the start.
    pub refused_observations: u64,
    /// What a person should know or mend, in sentences.
    pub reasons: Vec<String>,
}

/// How the backfill of a league's season goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackfillReport {
    /// The league.
    pub league: League,
    /// The season by its label: `2025`, `2025-26`.
    pub season: String,
    /// Whether every slate was had that there is to ask for by now.
    pub done: bool,
    /// Slates that are still to be asked for.
    pub slates_left: usize,
    /// Why a slate could not be had when it was last asked for; none after a success.
    pub last_error: Option<String>,
}

/// How publishing to MQTT goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MqttReport {
    /// Whether there is a connection to the broker.
    pub connected: bool,
    /// The broker's host and port.
    pub broker: String,
    /// Devices that are announced.
    pub devices: u64,
    /// Connections since the start.
    pub connections: u64,
    /// Messages that the broker took, since the start.
    pub published: u64,
    /// Messages that the broker refused, since the start.
    pub refused: u64,
    /// Events that the broker took, of those messages.
    pub events: u64,
    /// Events that were not sent, since the start: found late, or too old when the broker was there again.
    pub events_dropped: u64,
    /// Why there is no connection; none while there is one, and before the first attempt ended.
    pub last_error: Option<String>,
    /// What a person should know or mend, in sentences.
    pub reasons: Vec<String>,
}

/// What a league is watched for: the most urgent that one of its games asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Watching {
    /// Nothing is soon: a look twice a day.
    #[default]
    Idle,
    /// A game ended some minutes ago: its result may be corrected.
    Ended,
    /// A game starts within the hour, or is overdue.
    Soon,
    /// A game is live or delayed, or starts within minutes.
    Live,
}

impl Watching {
    /// Every one, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Idle, Self::Ended, Self::Soon, Self::Live];

    /// `idle`, `ended`, `soon` or `live`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Ended => "ended",
            Self::Soon => "soon",
            Self::Live => "live",
        }
    }
}

/// How writing to InfluxDB goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InfluxReport {
    /// Whether the last write, ping or query succeeded.
    pub connected: bool,
    /// The server's version, once it said it.
    pub version: Option<String>,
    /// The circuit breaker before the server.
    pub breaker: BreakerState,
    /// Who decides on the breaker.
    pub breaker_hold: BreakerHold,
    /// Transitions of the breaker since the start, by the state entered.
    pub breaker_transitions: Vec<(BreakerState, u64)>,
    /// Counts of points and batches.
    pub stats: InfluxStats,
    /// How far a backlog has drained; none while there is none.
    pub drain: Option<DrainReport>,
    /// Retention as configured and as the server has it.
    pub retention: RetentionReport,
    /// What a person should know or mend, in sentences.
    pub reasons: Vec<String>,
}

/// How far a backlog has drained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DrainReport {
    /// Points that wait.
    pub points_left: u64,
    /// Points that left the queue per second, over the last seconds.
    pub points_per_second: u64,
    /// How long it takes at this rate until none waits; none while nothing goes.
    pub time_left: Option<Duration>,
}

/// State of a circuit breaker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Calls pass.
    #[default]
    Closed,
    /// Calls are refused until the time is up.
    Open,
    /// One probe is let through.
    HalfOpen,
}

impl BreakerState {
    /// `closed`, `open` or `half_open`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// Counts of points and batches. `points_accepted = points_written + points_pending + points_dead_lettered`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InfluxStats {
    /// Lines ever queued.
    pub points_accepted: u64,
    /// Lines that the server took.
    pub points_written: u64,
    /// Lines that wait, the deferred ones among them.
    pub points_pending: u64,
    /// Lines that wait in the history until the queue has room.
    pub points_deferred: u64,
    /// Lines set aside with the server's reason, the discarded ones among them.
    pub points_dead_lettered: u64,
    /// Lines set aside that a person has thrown away since.
    pub points_discarded: u64,
    /// Bytes of line protocol that the server took, before compression.
    pub bytes_written: u64,
    /// Batches that the server took since the start.
    pub batches_written: u64,
    /// Attempts to write a batch that failed since the start.
    pub batches_failed: u64,
    /// When the server last took a batch.
    pub last_write: Option<DateTime<Utc>>,
    /// Why the last attempt failed; none after a success.
    pub last_error: Option<String>,
}

/// Retention as configured and as the server has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetentionReport {
    /// Days that the settings ask for.
    pub configured_days: u32,
    /// Days that the server keeps; none while unknown, 0 for ever.
    pub actual_days: Option<u32>,
}

/// How the embedded store is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StorageReport {
    /// Path of the database.
    pub path: String,
    /// Bytes on disk, the write-ahead log included.
    pub bytes: u64,
    /// Rows of history.
    pub observations: u64,
    /// The time of the oldest row.
    pub oldest: Option<DateTime<Utc>>,
    /// The number of the newest event that was told.
    pub events: u64,
    /// Bytes of the lines that wait for InfluxDB in the queue.
    pub outbox_bytes: u64,
    /// Bytes that the queue holds at most.
    pub outbox_max_bytes: u64,
    /// Bytes free on the disk of the database, where they could be found out.
    pub disk_free_bytes: Option<u64>,
    /// What a person should know or mend, in sentences.
    pub reasons: Vec<String>,
}
