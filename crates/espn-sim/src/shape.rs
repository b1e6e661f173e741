//! Scoreboards and events in ESPN's shape, for fixtures written by hand.
//!
//! ```
//! use espn_sim::shape::{event, scoreboard};
//! let nfl = "nfl".parse().unwrap();
//! let board = scoreboard(nfl)
//!     .season(2022, 2)
//!     .week(1)
//!     .event(
//!         event("401437650")
//!             .home("ATL", 26)
//!             .away("NO", 24)
//!             .status("STATUS_IN_PROGRESS")
//!             .period(4)
//!             .clock("0:48")
//!             .at("2022-09-11T17:00Z"),
//!     )
//!     .to_json();
//! assert_eq!(board["events"][0]["competitions"][0]["competitors"][0]["team"]["name"], "Falcons");
//! ```

mod event;

pub use event::{EventShape, event};

use game_model::{League, SlateKind};
use serde_json::{Map, Value, json};

/// The season that a scoreboard shows unless told otherwise.
const DEFAULT_SEASON: (i32, i32) = (2025, 2);
/// The week that a scoreboard shows unless told otherwise, in leagues that have weeks.
const DEFAULT_WEEK: u32 = 5;

/// A scoreboard without events, of the regular season of 2025: week 5 where the league has weeks, else the day
/// of its first event.
pub fn scoreboard(league: League) -> ScoreboardShape {
    ScoreboardShape {
        league,
        season: DEFAULT_SEASON,
        week: DEFAULT_WEEK,
        day: None,
        calendar: Vec::new(),
        days: Vec::new(),
        events: Vec::new(),
    }
}

/// A scoreboard in ESPN's shape.
#[derive(Debug, Clone)]
pub struct ScoreboardShape {
    league: League,
    season: (i32, i32),
    week: u32,
    day: Option<String>,
    calendar: Vec<CalendarWeek>,
    days: Vec<String>,
    events: Vec<Value>,
}

/// One entry of the calendar of a league that has weeks.
#[derive(Debug, Clone)]
struct CalendarWeek {
    season_type: i32,
    number: u32,
    start: String,
    end: String,
}

impl ScoreboardShape {
    /// ESPN's year and type (1 preseason, 2 regular, 3 postseason) of the season. Give it before the events.
    #[must_use]
    pub fn season(mut self, year: i32, season_type: i32) -> Self {
        self.season = (year, season_type);
        self
    }

    /// ESPN's number of the week. Give it before the events.
    #[must_use]
    pub fn week(mut self, number: u32) -> Self {
        self.week = number;
        self
    }

    /// The US-Eastern day of the slate, `2025-10-07`.
    #[must_use]
    pub fn day(mut self, date: &str) -> Self {
        self.day = Some(date.to_owned());
        self
    }

    /// Adds a week to the calendar, with the moments in ESPN's form at which it starts and ends.
    #[must_use]
    pub fn calendar_week(mut self, season_type: i32, number: u32, start: &str, end: &str) -> Self {
        let (start, end) = (start.to_owned(), end.to_owned());
        self.calendar.push(CalendarWeek { season_type, number, start, end });
        self
    }

    /// Adds a day on which games are played, `2025-10-07`, to the calendar of a league without weeks.
    #[must_use]
    pub fn calendar_day(mut self, date: &str) -> Self {
        self.days.push(date.to_owned());
        self
    }

    /// Adds an event.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "boards are built of events made in place")]
    pub fn event(self, event: EventShape) -> Self {
        let event = event.to_json(self.league, self.season, self.week);
        self.raw_event(event)
    }

    /// Adds an event as it stands, such as `{}`.
    #[must_use]
    pub fn raw_event(mut self, event: Value) -> Self {
        self.events.push(event);
        self
    }

    /// The scoreboard as ESPN would answer it.
    pub fn to_json(&self) -> Value {
        let slug = self.league.path.rsplit('/').next().unwrap_or_default();
        let (year, season_type) = self.season;
        let mut league = json!({
            "slug": slug,
            "name": self.league.name,
            "abbreviation": self.league.code,
            "season": {"year": year, "type": {"id": season_type.to_string(), "type": season_type}},
        });
        let mut board = json!({ "season": {"year": year, "type": season_type}, "events": self.events });
        match self.league.slate {
            SlateKind::Week => {
                league["calendarType"] = json!("list");
                league["calendar"] = self.calendar_json();
                board["week"] = json!({ "number": self.week });
            }
            SlateKind::Day => {
                league["calendarType"] = json!("day");
                if !self.days.is_empty() {
                    league["calendarIsWhitelist"] = json!(true);
                    league["calendar"] = self.days.iter().map(|day| format!("{day}T08:00Z")).collect();
                }
                if let Some(day) = self.day.clone().or_else(|| self.first_day()) {
                    board["day"] = json!({ "date": day });
                }
            }
        }
        board["leagues"] = json!([league]);
        board
    }

    fn first_day(&self) -> Option<String> {
        let date = self.events.first()?.get("date")?.as_str()?;
        Some(crate::eastern::day_of(date)?.to_string())
    }

    fn calendar_json(&self) -> Value {
        let mut phases: Vec<(i32, Vec<Value>)> = Vec::new();
        for week in &self.calendar {
            let entry = json!({
                "label": format!("Week {}", week.number),
                "value": week.number.to_string(),
                "startDate": week.start,
                "endDate": week.end,
            });
            match phases.iter_mut().find(|(season_type, _)| *season_type == week.season_type) {
                Some((_, entries)) => entries.push(entry),
                None => phases.push((week.season_type, vec![entry])),
            }
        }
        let phases = phases.into_iter().map(|(season_type, entries)| {
            Map::from_iter([
                ("value".to_owned(), json!(season_type.to_string())),
                ("entries".to_owned(), Value::Array(entries)),
            ])
        });
        Value::Array(phases.map(Value::Object).collect())
    }
}

#[cfg(test)]
mod tests;
