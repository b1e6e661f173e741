//! One event in ESPN's shape.

use chrono::{DateTime, Utc};
use game_model::League;
use serde_json::{Map, Value, json};

use crate::eastern::ESPN_DATE;

/// The start of an event unless told otherwise.
const DEFAULT_START: &str = "2025-10-05T17:00Z";

/// A scheduled event with ESPN's id, `TBD` against `TBD`, to be filled in.
pub fn event(id: impl Into<String>) -> EventShape {
    EventShape {
        id: id.into(),
        home: SideShape::new("TBD", 0),
        away: SideShape::new("TBD", 0),
        status: "STATUS_SCHEDULED".to_owned(),
        detail: None,
        period: 0,
        clock: "0:00".to_owned(),
        start: DEFAULT_START.to_owned(),
        time_valid: true,
        venue: None,
    }
}

/// One event in ESPN's shape.
#[derive(Debug, Clone)]
pub struct EventShape {
    id: String,
    home: SideShape,
    away: SideShape,
    status: String,
    detail: Option<String>,
    period: u32,
    clock: String,
    start: String,
    time_valid: bool,
    venue: Option<String>,
}

#[derive(Debug, Clone)]
struct SideShape {
    abbreviation: String,
    score: Value,
    record: Option<String>,
}

impl SideShape {
    fn new(abbreviation: &str, score: u32) -> Self {
        Self { abbreviation: abbreviation.to_owned(), score: json!(score.to_string()), record: None }
    }
}

impl EventShape {
    /// The home team by its abbreviation, and its score. Names, ids and colours come from the table of leagues.
    #[must_use]
    pub fn home(mut self, abbreviation: &str, score: u32) -> Self {
        self.home = SideShape::new(abbreviation, score);
        self
    }

    /// The visitors by their abbreviation, and their score.
    #[must_use]
    pub fn away(mut self, abbreviation: &str, score: u32) -> Self {
        self.away = SideShape::new(abbreviation, score);
        self
    }

    /// ESPN's scores as they stand: strings, numbers, `null`.
    #[must_use]
    pub fn raw_scores(mut self, home: Value, away: Value) -> Self {
        self.home.score = home;
        self.away.score = away;
        self
    }

    /// The records of both sides, `5-2-1`. Give them after the teams.
    #[must_use]
    pub fn records(mut self, home: &str, away: &str) -> Self {
        self.home.record = Some(home.to_owned());
        self.away.record = Some(away.to_owned());
        self
    }

    /// ESPN's name of the status, `STATUS_IN_PROGRESS`. Its id, state and completion follow from it.
    #[must_use]
    pub fn status(mut self, name: &str) -> Self {
        name.clone_into(&mut self.status);
        self
    }

    /// The status's detail, `Final/OT`; by default one that fits the status.
    #[must_use]
    pub fn detail(mut self, detail: &str) -> Self {
        self.detail = Some(detail.to_owned());
        self
    }

    /// ESPN's number of the period.
    #[must_use]
    pub fn period(mut self, number: u32) -> Self {
        self.period = number;
        self
    }

    /// The clock as displayed, `0:48`.
    #[must_use]
    pub fn clock(mut self, display: &str) -> Self {
        display.clone_into(&mut self.clock);
        self
    }

    /// The start in ESPN's form, `2022-09-11T17:00Z`.
    #[must_use]
    pub fn at(mut self, start: &str) -> Self {
        start.clone_into(&mut self.start);
        self
    }

    /// The start, to the minute.
    #[must_use]
    pub fn starts(self, start: DateTime<Utc>) -> Self {
        let text = start.format(ESPN_DATE).to_string();
        self.at(&text)
    }

    /// The time of day is still to be announced.
    #[must_use]
    pub fn time_to_be_announced(mut self) -> Self {
        self.time_valid = false;
        self
    }

    /// The name of the stadium or arena.
    #[must_use]
    pub fn venue(mut self, name: &str) -> Self {
        self.venue = Some(name.to_owned());
        self
    }

    /// The event as it stands on a scoreboard of the league, of ESPN's season (year and type) and week.
    pub fn to_json(&self, league: League, season: (i32, i32), week: u32) -> Value {
        let status = self.status_json();
        let home = side_json(league, &self.home, "home");
        let away = side_json(league, &self.away, "away");
        let name = |side: &Value| side["team"]["displayName"].as_str().unwrap_or_default().to_owned();
        let mut competition = json!({
            "id": self.id,
            "date": self.start,
            "startDate": self.start,
            "timeValid": self.time_valid,
            "neutralSite": false,
            "competitors": [home, away],
            "status": status,
        });
        if let Some(venue) = &self.venue {
            competition["venue"] = json!({ "id": "1", "fullName": venue });
        }
        let mut event = json!({
            "id": self.id,
            "uid": format!("s:1~l:1~e:{}", self.id),
            "date": self.start,
            "name": format!("{} at {}", name(&away), name(&home)),
            "shortName": format!("{} @ {}", self.away.abbreviation, self.home.abbreviation),
            "season": {"year": season.0, "type": season.1},
            "competitions": [competition],
            "status": status,
        });
        if league.week(game_model::SeasonPhase::from_espn(season.1), week).is_some() {
            event["week"] = json!({ "number": week });
        }
        event
    }

    fn status_json(&self) -> Value {
        let (id, state, completed, detail) = match self.status.as_str() {
            "STATUS_SCHEDULED" => ("1", "pre", false, "Scheduled"),
            "STATUS_END_PERIOD" => ("22", "in", false, "End of period"),
            "STATUS_HALFTIME" => ("23", "in", false, "Halftime"),
            "STATUS_DELAYED" => ("7", "in", false, "Delayed"),
            "STATUS_RAIN_DELAY" => ("17", "in", false, "Rain Delay"),
            "STATUS_FINAL" => ("3", "post", true, "Final"),
            "STATUS_FULL_TIME" => ("28", "post", true, "FT"),
            "STATUS_FINAL_AET" => ("45", "post", true, "AET"),
            "STATUS_FINAL_PEN" => ("47", "post", true, "FT-Pens"),
            "STATUS_POSTPONED" => ("6", "post", false, "Postponed"),
            "STATUS_SUSPENDED" => ("8", "post", false, "Suspended"),
            "STATUS_CANCELED" => ("5", "post", false, "Canceled"),
            "STATUS_FORFEIT" => ("4", "post", true, "Forfeit"),
            _ => ("2", "in", false, "In progress"),
        };
        let detail = self.detail.as_deref().unwrap_or(detail);
        json!({
            "clock": 0.0,
            "displayClock": self.clock,
            "period": self.period,
            "type": {
                "id": id,
                "name": self.status,
                "state": state,
                "completed": completed,
                "detail": detail,
                "shortDetail": detail,
            },
        })
    }
}

fn side_json(league: League, side: &SideShape, home_away: &str) -> Value {
    let facts = league.known_teams().find(|team| team.abbreviation == side.abbreviation);
    let mut team = Map::new();
    team.insert("abbreviation".into(), json!(side.abbreviation));
    if let Some(facts) = facts {
        let plain = |color: &str| json!(color.trim_start_matches('#').to_lowercase());
        team.insert("id".into(), json!(facts.espn_id.to_string()));
        team.insert("displayName".into(), json!(facts.name));
        team.insert("shortDisplayName".into(), json!(facts.nickname));
        team.insert("name".into(), json!(facts.nickname));
        team.insert("color".into(), plain(facts.colors.0));
        team.insert("alternateColor".into(), plain(facts.colors.1));
        team.insert("logo".into(), json!(format!("https://logos.test/{}.png", side.abbreviation)));
    } else {
        team.insert("id".into(), json!(made_up_id(&side.abbreviation)));
        team.insert("displayName".into(), json!(side.abbreviation));
        team.insert("shortDisplayName".into(), json!(side.abbreviation));
        team.insert("name".into(), json!(side.abbreviation));
    }
    let id = team.get("id").cloned().unwrap_or_default();
    let mut competitor = json!({ "id": id, "homeAway": home_away, "score": side.score, "team": team });
    if let Some(record) = &side.record {
        competitor["records"] = json!([{ "name": "overall", "type": "total", "summary": record }]);
    }
    competitor
}

/// An id for a team that the table of leagues does not know: always the same, beyond ESPN's own.
fn made_up_id(abbreviation: &str) -> String {
    let sum = abbreviation.bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 1_000_000);
    (9_000_000 + sum).to_string()
}
