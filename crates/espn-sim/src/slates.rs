//! What a request asks for, and the part of a scoreboard that answers it.

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use crate::eastern::day_of;

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

impl Asked {
    /// Reads a query.
    pub fn parse(query: &str) -> Self {
        let value = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).next_back()
        };
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
        let on = || event["date"].as_str().and_then(day_of);
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

/// The scoreboard that answers the question: the events it covers, under the day or week that was asked for.
pub(crate) fn answer(scoreboard: &Value, asked: Asked) -> Value {
    if asked == Asked::Current {
        return scoreboard.clone();
    }
    let mut answer = scoreboard.clone();
    if let Some(events) = answer["events"].as_array_mut() {
        events.retain(|event| asked.covers(event, scoreboard));
    }
    match asked {
        Asked::Day(day) => answer["day"] = serde_json::json!({"date": day.to_string()}),
        Asked::Week { year, season_type, number } => {
            answer["season"] = serde_json::json!({"year": year, "type": season_type});
            answer["week"] = serde_json::json!({"number": number});
        }
        _ => {}
    }
    answer
}

fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| text.len() == 8)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn queries_are_read_as_espn_does() {
        assert_eq!(Asked::parse(""), Asked::Current);
        assert_eq!(Asked::parse("limit=500"), Asked::Current);
        assert_eq!(Asked::parse("limit=500&dates=20251007"), Asked::Day(date("2025-10-07")));
        assert_eq!(Asked::parse("dates=202510"), Asked::Month { year: 2025, month: 10 });
        assert_eq!(Asked::parse("dates=2025"), Asked::Year(2025));
        assert_eq!(
            Asked::parse("dates=2025&seasontype=2&week=5"),
            Asked::Week { year: 2025, season_type: 2, number: 5 }
        );
        let range = Asked::Range(date("2025-10-07"), date("2025-10-14"));
        assert_eq!(Asked::parse("dates=20251007-20251014"), range);
        for nonsense in ["dates=", "dates=today", "dates=20251341", "dates=1-2", "dates=123"] {
            assert_eq!(Asked::parse(nonsense), Asked::Nonsense, "{nonsense}");
        }
    }

    #[test]
    fn an_answer_holds_the_events_that_were_asked_for_in_the_frame_that_was_asked_for() {
        let board = json!({
            "season": {"year": 2025, "type": 2}, "week": {"number": 5},
            "events": [
                {"id": "1", "date": "2025-10-08T01:40Z"},
                {"id": "2", "date": "2025-10-08T17:00Z", "season": {"year": 2025, "type": 2}, "week": {"number": 6}},
                {},
            ],
        });
        let ids = |query: &str| {
            let answer = answer(&board, Asked::parse(query));
            let ids =
                answer["events"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap_or("?"));
            (ids.collect::<Vec<_>>().join(" "), answer)
        };
        assert_eq!(ids("").0, "1 2 ?");
        let (on_day, answer) = ids("dates=20251007");
        assert_eq!((on_day.as_str(), &answer["day"]["date"]), ("1", &json!("2025-10-07")));
        assert_eq!(ids("dates=20251010").0, "");
        assert_eq!(ids("dates=202510").0, "1 2");
        assert_eq!(ids("dates=2024").0, "");
        assert_eq!(ids("dates=20251008-20251009").0, "2");
        assert_eq!(ids("dates=2025&seasontype=2&week=5").0, "1 ?");
        let (in_week, answer) = ids("dates=2025&seasontype=2&week=6");
        assert_eq!((in_week.as_str(), &answer["week"]["number"]), ("2", &json!(6)));
        assert_eq!(ids("dates=nonsense").0, "");
    }
}
