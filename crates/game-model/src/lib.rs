//! Leagues, teams and games, what changed between two looks at a game, and the ports of the service.
//!
//! This crate holds the words that every other crate speaks. It does no I/O, knows no HTTP and none of
//! ESPN's JSON; time is always passed in.
#![doc = include_str!("../README.md")]

mod change;
mod game;
mod league;
mod past;
mod period;
mod ports;
mod results;
mod scoreboard;
mod season;
mod slate;
mod status;
mod team;
mod team_filter;

pub use change::{Change, ChangeKind, changes};
pub use game::{Clock, Game, GameId, Side};
pub use league::{
    League, LeagueFacts, OvertimeNames, PeriodField, RecordForm, SeasonNames, SlateKind, TeamFacts,
    UnknownLeague, WeekNames,
};
pub use past::{PastGame, PastSide, PastTeam, Timeline, TimelineEntry};
pub use period::Period;
pub use ports::{
    BreakerHold, BreakerState, BreakerSwitch, CommitError, Committed, DrainReport, GameHistory, GameOrder,
    HistoryError, HistoryPage, HistoryQuery, HistorySource, HomeAway, InfluxReport, InfluxStats, Observation,
    ObservationLog, PollHint, PollReport, Preferences, PreferencesError, RememberedGame, RetentionReport,
    ScoreboardSource, SourceError, SourceErrorKind, StatusReport, StorageReport, SystemClock,
    TeamPreferences, TeamSeason, Told, WallClock,
};
#[cfg(feature = "mock")]
pub use ports::{
    MockGameHistory, MockObservationLog, MockPreferences, MockScoreboardSource, MockStatusReport,
};
pub use results::{Outcome, Points, Standing, Streak, Tally, TeamResults, standings, team_results};
pub use scoreboard::{EventProblem, Scoreboard};
pub use season::{Season, SeasonPhase, Week};
pub use slate::{Slate, SlateId, eastern_date};
pub use status::GameStatus;
pub use team::{Colors, Record, Team};
pub use team_filter::{TeamFilter, TeamQuery};
