//! Leagues, teams and games, what changed between two looks at a game, and the ports of the service.
//!
//! This crate holds the words that every other crate speaks. It does no I/O, knows no HTTP and none of
//! ESPN's JSON; time is always passed in.
#![doc = include_str!("../README.md")]

mod change;
mod event;
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
mod story;
mod team;
mod team_filter;
mod team_games;
mod told;

pub use change::{Change, ChangeKind, changes};
pub use event::{DEFAULT_PREGAME_MINUTES, EventFilter, EventId, EventKind, GameEvent, Score, UnknownEvent};
pub use game::{Clock, Game, GameId, Side};
pub use league::{
    League, LeagueFacts, OvertimeNames, PeriodField, RecordForm, SeasonNames, SlateKind, TeamFacts,
    UnknownLeague, WeekNames, teams_like,
};
pub use past::{PastGame, PastSide, PastTeam, Timeline, TimelineEntry};
pub use period::Period;
pub use ports::{
    AskedSlate, Attempted, BackfillLog, BackfillReport, BreakerHold, BreakerState, BreakerSwitch,
    CommitError, Committed, Deliveries, Delivery, DeliveryId, DeliveryState, DeskError, DrainReport,
    EventError, EventLog, EventNumber, EventPage, GameHistory, GameOrder, HistoryError, HistoryPage,
    HistoryQuery, HistorySource, HomeAway, InfluxReport, InfluxStats, LoggedEvent, MAX_WEBHOOKS, MqttReport,
    NewWebhook, Observation, ObservationLog, Plan, PollHint, PollReport, Preferences, PreferencesError,
    Pregames, RecentHistory, RegisterError, RememberedGame, RetentionReport, ScoreboardSource, SealedSecret,
    Seen, SourceError, SourceErrorKind, StatusReport, StorageReport, SystemClock, TeamPreferences,
    TeamSeason, TestOutcome, Told, WallClock, Watching, Webhook, WebhookChange, WebhookDesk, WebhookEdit,
    WebhookId, WebhookRegistrations, WebhookSecret, WebhookState, WebhooksReport,
};
#[cfg(feature = "mock")]
pub use ports::{
    MockGameHistory, MockObservationLog, MockPreferences, MockScoreboardSource, MockStatusReport,
    MockWebhookDesk,
};
pub use results::{Outcome, Points, Standing, Streak, Tally, TeamResults, standings, team_results};
pub use scoreboard::{EventProblem, Scoreboard, SeasonDays};
pub use season::{Season, SeasonPhase, Week, season_begins};
pub use slate::{Slate, SlateId, eastern_date};
pub use status::GameStatus;
pub use story::Story;
pub use team::{Colors, Record, Team};
pub use team_filter::{TeamFilter, TeamQuery};
pub use team_games::{TeamGame, TeamGames, TeamState};
