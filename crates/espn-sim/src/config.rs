//! What a simulated ESPN serves, and how it behaves.

use std::path::PathBuf;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use game_model::League;
use serde_json::Value;

/// ESPN's answers ask to be kept for 2 to 9 seconds.
const DEFAULT_MAX_AGE: Duration = Duration::from_secs(2);

/// Where the scoreboards come from.
#[derive(Debug, Clone)]
pub enum Scoreboards {
    /// A folder of captured answers, `*.json` or `*.json.gz`. Several of one league are played in the order of
    /// `fetched_at` in the folder's `INDEX.tsv` or of `fetchedAt` in the file; ties, and files without either,
    /// by name, the latter first.
    Captures(PathBuf),
    /// Scoreboards made by hand, each league's in the order given. See [`shape`](crate::shape).
    InMemory(Vec<(League, Value)>),
}

/// What a simulated ESPN serves, and how it behaves.
#[derive(Debug, Clone)]
pub struct SimConfig {
    /// Where the scoreboards come from.
    pub scoreboards: Scoreboards,
    /// The port on 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// How long each scoreboard of a league is shown before the next; none: only [`step`](crate::EspnSim::step)
    /// moves on. The last one stays.
    pub step_every: Option<Duration>,
    /// Whether every date is moved by whole days so that each scoreboard's slate is today's.
    pub shift_dates: bool,
    /// The US-Eastern day that counts as today; none: the clock's.
    pub today: Option<NaiveDate>,
    /// `Cache-Control: max-age`, whole seconds.
    pub max_age: Duration,
    /// Whether a range of dates is answered with 400, as ESPN does since September 2026.
    pub refuse_date_ranges: bool,
    /// Whether user agents that are not of the form `Name/1.0 (+https://...)` get 403, as from ESPN's edge since
    /// August 2026.
    pub filter_user_agents: bool,
    /// By how much the `Date` header is ahead of this machine's clock.
    pub clock_offset: TimeDelta,
}

impl SimConfig {
    /// Captures of a folder, shown as if they were of today.
    pub fn captures(folder: impl Into<PathBuf>) -> Self {
        Self::new(Scoreboards::Captures(folder.into()), true)
    }

    /// Scoreboards made by hand, shown with the dates they have.
    pub fn in_memory(scoreboards: Vec<(League, Value)>) -> Self {
        Self::new(Scoreboards::InMemory(scoreboards), false)
    }

    fn new(scoreboards: Scoreboards, shift_dates: bool) -> Self {
        Self {
            scoreboards,
            port: 0,
            step_every: None,
            shift_dates,
            today: None,
            max_age: DEFAULT_MAX_AGE,
            refuse_date_ranges: true,
            filter_user_agents: false,
            clock_offset: TimeDelta::zero(),
        }
    }
}
