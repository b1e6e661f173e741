//! What a request asks for, and the part of a scoreboard that answers it.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use crate::eastern::day_of;

/// So many events ESPN sends where a question covers more than a slate and no limit is given, or one that it
/// finds too high.
const FEW: usize = 100;

/// From this limit on ESPN sends less than there is.
const TOO_HIGH: usize = 600;

/// A request's query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub asked: Asked,
    /// `limit=N`
    pub limit: Option<usize>,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    /// What is shown by default.
    Current,
    /// `dates=YYYYMMDD`
    Day(NaiveDate),
    /// `dates=YYYYMM`
    Month { year: i32, month: u32 },
    /// `dates=YYYY`
    Year(i32),
    /// `dates=YYYY&seasontype=T&week=N`
    Week { year: i32, season_type: i64, number: i64 },
    /// `dates=A-B`
    Range(NaiveDate, NaiveDate),
    /// Something that is not understood.
    Nonsense,
}

impl Question {
    /// Reads a query.
    pub fn parse(query: &str) -> Self {
        let value = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next_back()
        };
        let limit = value("limit").and_then(|limit| limit.parse().ok());
        Self { asked: Asked::parse(value), limit }
    }

    /// How many events ESPN sends at most.
    fn most(self) -> usize {
        match (self.limit, self.asked) {
            (Some(TOO_HIGH..), _) | (None, Asked::Month { .. } | Asked::Year(_) | Asked::Range(..)) => FEW,
            (Some(limit), _) => limit,
            (None, _) => usize::MAX,
        }
    }
}

impl Asked {
    fn parse<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Self {
        let Some(dates) = value("dates") else { return Self::Current };
        if let Some((from, to)) = dates.split_once('-') {
            return match (day(from), day(to)) {
                (Some(from), Some(to)) => Self::Range(from, to),
                _ => Self::Nonsense,
            };
        }
        let number = |text: &str| text.parse().ok();
        match (dates.len(), number(dates)) {
            (4, Some(year)) => match (value("seasontype").and_then(number), value("week").and_then(number)) {
                (Some(season_type), Some(week)) => {
                    Self::Week { year, season_type: season_type.into(), number: week.into() }
                }
                _ => Self::Year(year),
            },
            (6, Some(month)) => {
                Self::Month { year: month / 100, month: month.rem_euclid(100).unsigned_abs() }
            }
            (8, Some(_)) => day(dates).map_or(Self::Nonsense, Self::Day),
            _ => Self::Nonsense,
        }
    }

    fn covers(self, event: &Value, scoreboard: &Value) -> bool {
        // An event whose date is missing or unreadable is of the day of its scoreboard.
        let of_board = || scoreboard["day"]["date"].as_str()?.parse().ok();
        let on = || event["date"].as_str().and_then(day_of).or_else(of_board);
        match self {
            Self::Current => true,
            Self::Day(day) => on() == Some(day),
            Self::Month { year, month } => on().is_some_and(|day| (day.year(), day.month()) == (year, month)),
            Self::Year(year) => on().is_some_and(|day| day.year() == year),
            Self::Range(from, to) => on().is_some_and(|day| (from..=to).contains(&day)),
            Self::Week { year, season_type, number } => {
                let of = |path: &str| {
                    event.pointer(path).or_else(|| scoreboard.pointer(path)).and_then(Value::as_i64)
                };
                of("/season/year") == Some(year.into())
                    && of("/season/type") == Some(season_type)
                    && of("/week/number") == Some(number)
            }
            Self::Nonsense => false,
        }
    }
}

/// The scoreboard that answers the question, from those known, newest first: the events it covers, under the day
/// or week that was asked for.
pub(crate) fn answer(known: &[&Value], question: Question) -> Value {
    let asked = question.asked;
    let Some(newest) = known.first() else { return Value::Null };
    let mut answer = (*newest).clone();
    if asked != Asked::Current {
        let events = known.iter().enumerate().flat_map(|(age, board)| {
            let newer = &known[..age];
            let still_said = move |event: &&Value| !newer.iter().any(|newer| replaces(newer, event, board));
            events(board).iter().filter(|event| asked.covers(event, board)).filter(still_said)
        });
        answer["events"] = events.cloned().collect();
        frame(&mut answer, asked);
    }
    if let Some(events) = answer["events"].as_array_mut() {
        events.truncate(question.most());
    }
    answer
}

fn events(board: &Value) -> &[Value] {
    board["events"].as_array().map_or(&[], Vec::as_slice)
}

/// Whether a newer scoreboard makes void what an older one says of an event: it shows the event itself, or is of
/// the slate in which the event was.
fn replaces(newer: &Value, event: &Value, older: &Value) -> bool {
    let shown = || events(newer).iter().any(|shown| !shown["id"].is_null() && shown["id"] == event["id"]);
    slate_of(newer).is_some_and(|slate| slate.covers(event, older)) || shown()
}

/// The slate that a scoreboard says it is of.
fn slate_of(board: &Value) -> Option<Asked> {
    let week = || {
        let season = &board["season"];
        let year = i32::try_from(season["year"].as_i64()?).ok()?;
        Some(Asked::Week {
            year,
            season_type: season["type"].as_i64()?,
            number: board["week"]["number"].as_i64()?,
        })
    };
    week().or_else(|| Some(Asked::Day(board["day"]["date"].as_str()?.parse().ok()?)))
}

/// Has the answer say of what day or week it is, and of no other.
fn frame(answer: &mut Value, asked: Asked) {
    let Some(fields) = answer.as_object_mut() else { return };
    fields.remove("day");
    fields.remove("week");
    match asked {
        Asked::Day(day) => {
            fields.insert("day".into(), json!({"date": day.to_string()}));
        }
        Asked::Week { year, season_type, number } => {
            fields.insert("season".into(), json!({"year": year, "type": season_type}));
            fields.insert("week".into(), json!({"number": number}));
        }
        _ => {}
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| text.len() == 8)
}

#[cfg(test)]
mod tests;
