//! One point as a server answers it.

use std::collections::HashMap;

use chrono::DateTime;
use game_model::{GameStatus, League, Period};
use serde_json::Value;

/// One point: its time, tags and fields. What the server leaves out, or gives empty, is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its timestamp, nanoseconds since the epoch.
    pub time: i64,
    /// Nanoseconds since the epoch.
    pub observed_at: i64,
    pub game: String,
    pub home: String,
    pub away: String,
    pub season: Option<String>,
    pub week: Option<String>,
    pub status: GameStatus,
    pub home_score: u32,
    pub away_score: u32,
    pub period: Option<String>,
    pub time_remaining: String,
}

/// The values of one line of an answer by name: columns, and the tags that it is grouped by.
///
/// `InfluxDB` 1 and 2 give those tags beside the columns; some releases of `InfluxDB` 3 give them as columns.
struct Line<'a> {
    tags: &'a Value,
    columns: &'a HashMap<&'a str, usize>,
    values: &'a Value,
}

impl Line<'_> {
    fn value(&self, name: &str) -> &Value {
        match self.columns.get(name) {
            Some(&column) => &self.values[column],
            None => &self.tags[name],
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        self.value(name).as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn score(&self, name: &str) -> Option<u32> {
        u32::try_from(self.value(name).as_i64()?).ok()
    }

    fn time(&self) -> Option<i64> {
        match self.value("time") {
            Value::String(text) => DateTime::parse_from_rfc3339(text).ok()?.timestamp_nanos_opt(),
            number => number.as_i64(),
        }
    }

    fn row(&self, league: League) -> Option<Row> {
        let status = self.text("status")?;
        Some(Row {
            time: self.time()?,
            observed_at: self.value("observed_at").as_i64()?,
            game: self.text("game_id")?,
            home: self.text("home_team").unwrap_or_default(),
            away: self.text("away_team").unwrap_or_default(),
            season: self.text("season"),
            week: self.text("week"),
            status: GameStatus::ALL.into_iter().find(|known| known.as_str() == status)?,
            home_score: self.score("home_score")?,
            away_score: self.score("away_score")?,
            period: self.text(league.period_field.key()),
            time_remaining: self.text("time_remaining").unwrap_or_default(),
        })
    }
}

/// What the first statement of an answer found, line by line.
fn lines<T>(answer: &Value, mut read: impl FnMut(&Line<'_>) -> T) -> Vec<T> {
    let mut read_so_far = Vec::new();
    for series in answer["results"][0]["series"].as_array().into_iter().flatten() {
        let columns = series["columns"].as_array().into_iter().flatten().enumerate();
        let columns = columns.filter_map(|(column, name)| Some((name.as_str()?, column))).collect();
        for values in series["values"].as_array().into_iter().flatten() {
            read_so_far.push(read(&Line { tags: &series["tags"], columns: &columns, values }));
        }
    }
    read_so_far
}

/// The points of an answer. What is no point of ours is passed over: others may write there as well.
pub(crate) fn rows(league: League, answer: &Value) -> Vec<Row> {
    lines(answer, |line| line.row(league)).into_iter().flatten().collect()
}

/// The times of an answer, with the games that they are of.
pub(crate) fn times(answer: &Value) -> Vec<(String, i64)> {
    let times = lines(answer, |line| Some((line.text("game_id").unwrap_or_default(), line.time()?)));
    times.into_iter().flatten().collect()
}

/// Whether the server left something out, as `InfluxDB` 1 does beyond `max-row-limit`.
pub(crate) fn is_partial(answer: &Value) -> bool {
    let results = answer["results"].as_array().into_iter().flatten();
    let series = results.clone().flat_map(|result| result["series"].as_array().into_iter().flatten());
    series.chain(results).any(|part| part["partial"] == true)
}

/// What a period's field says: `1`, `OT`, `2OT`, `SO`.
pub(crate) fn period(text: &str) -> Option<Period> {
    match text {
        "SO" => Some(Period::Shootout),
        "OT" => Some(Period::Overtime(1)),
        _ => match text.strip_suffix("OT") {
            Some(number) => number.parse().ok().map(Period::Overtime),
            None => text.parse().ok().map(Period::Regulation),
        },
    }
}

#[cfg(test)]
mod tests {
    use game_model::{GameStatus, League, Period};
    use serde_json::json;

    use super::{is_partial, period, rows, times};

    #[test]
    fn tags_are_found_beside_the_columns_and_among_them() {
        let nfl: League = "nfl".parse().expect("a league");
        let values = json!([1_662_926_700_000_000_001_i64, 9_007_199_254_740_993_i64, 26, 24, "4", "0:48"]);
        let columns = json!(["time", "observed_at", "home_score", "away_score", "quarter", "time_remaining"]);
        let tags = json!({"game_id": "1", "home_team": "Falcons", "away_team": "Saints", "season": "2022",
                          "status": "live", "week": ""});
        let grouped =
            json!({"results": [{"series": [{"tags": tags, "columns": columns, "values": [values]}]}]});
        let (mut columns, mut values) = (columns, values);
        for (name, value) in tags.as_object().expect("tags") {
            columns.as_array_mut().expect("columns").push(json!(name));
            values.as_array_mut().expect("values").push(value.clone());
        }
        values[0] = json!("2022-09-11T20:05:00.000000001Z");
        let flat = json!({"results": [{"series": [{"columns": columns, "values": [values]}]}]});
        let read = rows(nfl, &grouped);
        assert_eq!(read, rows(nfl, &flat));
        assert_eq!((read[0].time, read[0].observed_at), (1_662_926_700_000_000_001, 9_007_199_254_740_993));
        assert_eq!((read[0].status, read[0].week.as_ref(), read[0].home_score), (GameStatus::Live, None, 26));
        assert_eq!(times(&grouped), [("1".to_owned(), 1_662_926_700_000_000_001)]);
    }

    #[test]
    fn what_is_no_point_of_ours_is_passed_over() {
        let nfl: League = "nfl".parse().expect("a league");
        let series = |status: &str, score| {
            json!({"tags": {"game_id": "1", "status": status}, "columns": ["time", "observed_at", "home_score",
                "away_score"], "values": [[1, 1, score, 0]]})
        };
        let answer = json!({"results": [{"series": [series("live", json!(-1)), series("lost", json!(1)),
            series("live", json!(null)), series("final", json!(1)), series("finished", json!(7))]}]});
        let rows = rows(nfl, &answer);
        assert_eq!(rows.iter().map(|row| row.home_score).collect::<Vec<_>>(), [7]);
        assert!(super::rows(nfl, &json!({"results": [{"statement_id": 0}]})).is_empty());
    }

    #[test]
    fn periods_are_read_as_they_are_written() {
        for value in [Period::Regulation(4), Period::Overtime(1), Period::Overtime(3), Period::Shootout] {
            assert_eq!(period(&value.to_string()), Some(value));
        }
        assert_eq!(period("half"), None);
    }

    #[test]
    fn a_part_of_an_answer_is_told_from_a_whole_one() {
        assert!(is_partial(&json!({"results": [{"series": [{"partial": true}]}]})));
        assert!(is_partial(&json!({"results": [{"partial": true}]})));
        assert!(!is_partial(&json!({"results": [{"series": [{}]}]})));
    }
}
