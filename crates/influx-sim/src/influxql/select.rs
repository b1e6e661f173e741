//! `SELECT` of fields, or of the point with the largest, first or last value of one, grouped by tags.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::scan::{Word, scan};
use crate::database::{Database, Stored};

/// InfluxDB 3 has a file for so long: ten minutes.
const FILE: i64 = 600_000_000_000;

/// What is selected.
#[derive(Debug, Default)]
struct Select {
    /// A function, the field that it is of.
    function: Option<(String, String)>,
    /// Fields or tags, and what the answer calls them; the first is the function's, if there is one.
    columns: Vec<(String, String)>,
    measurement: String,
    /// All of them hold; each holds where one of its parts does.
    conditions: Vec<Vec<Condition>>,
    tags: Vec<String>,
}

#[derive(Debug)]
struct Condition {
    name: String,
    sign: String,
    value: Value,
}

/// A point and its timestamp.
type Point<'a> = (i64, &'a Stored);

/// The series that a statement selects. `bound` are parameters, as JSON or nothing.
pub(super) fn select(
    database: &Database,
    statement: &str,
    bound: &str,
    max_files: Option<usize>,
) -> Result<Vec<Value>, String> {
    let bound: Map<String, Value> = serde_json::from_str(bound).unwrap_or_default();
    let select = Parser { words: scan(statement)?, at: 0, bound }.select()?;
    let points = database.stored.iter().filter(|(_, stored)| stored.measurement == select.measurement);
    let points: Vec<Point<'_>> = points.map(|((time, _), stored)| (*time, stored)).collect();
    let touched = points.iter().filter(|(time, _)| select.may_hold_at(*time));
    let files = touched.map(|(time, _)| time.div_euclid(FILE)).collect::<BTreeSet<_>>().len();
    if let Some(most) = max_files.filter(|most| files > *most) {
        return Err(format!(
            "error while planning query: External error: Query would exceed file limit of {most} parquet files. Please \
             specify a smaller time range for your query."
        ));
    }
    let mut groups: BTreeMap<Vec<&str>, Vec<Point<'_>>> = BTreeMap::new();
    for point in points.into_iter().filter(|point| select.holds(*point)) {
        let tag = |tag: &String| point.1.tags.get(tag).map_or("", String::as_str);
        groups.entry(select.tags.iter().map(tag).collect()).or_default().push(point);
    }
    Ok(groups.into_iter().filter_map(|(tags, points)| select.series(&tags, points)).collect())
}

impl Select {
    /// Whether the conditions on time hold.
    fn may_hold_at(&self, time: i64) -> bool {
        let of_time =
            self.conditions.iter().filter(|any| any.iter().all(|condition| condition.name == "time"));
        let mut of_time = of_time.flatten();
        of_time.all(|condition| condition.holds(&json!(time)))
    }

    fn holds(&self, (time, stored): Point<'_>) -> bool {
        self.conditions
            .iter()
            .all(|any| any.iter().any(|condition| condition.holds(&value((time, stored), &condition.name))))
    }

    fn series(&self, tags: &[&str], points: Vec<Point<'_>>) -> Option<Value> {
        let points: Vec<Point<'_>> = match &self.function {
            None => points,
            Some((function, field)) => {
                let has = points.into_iter().filter(|(_, stored)| stored.fields.contains_key(field));
                let by_value = |point: &Point<'_>| point.1.fields[field].as_i64();
                let one = match &**function {
                    "first" => has.min_by_key(|(time, _)| *time),
                    "last" => has.max_by_key(|(time, _)| *time),
                    _ => has.max_by_key(by_value),
                };
                one.into_iter().collect()
            }
        };
        if points.is_empty() {
            return None;
        }
        let names: Vec<&str> =
            std::iter::once("time").chain(self.columns.iter().map(|(_, name)| &**name)).collect();
        let values = points.iter().map(|point| {
            let columns = self.columns.iter().map(|(column, _)| value(*point, column));
            Value::Array(std::iter::once(json!(point.0)).chain(columns).collect())
        });
        let values: Vec<Value> = values.collect();
        let mut series = json!({"name": self.measurement, "columns": names, "values": values});
        if !tags.is_empty() {
            let tags = self.tags.iter().zip(tags).map(|(name, value)| (name.clone(), json!(value)));
            series["tags"] = Value::Object(tags.collect());
        }
        Some(series)
    }
}

/// The time, a field or a tag of a point.
fn value((time, stored): Point<'_>, name: &str) -> Value {
    match name {
        "time" => json!(time),
        _ => stored.fields.get(name).cloned().unwrap_or_else(|| json!(stored.tags.get(name))),
    }
}

impl Condition {
    fn holds(&self, value: &Value) -> bool {
        match (&*self.sign, value.as_i64(), self.value.as_i64()) {
            ("=", ..) => *value == self.value,
            ("<", Some(value), Some(limit)) => value < limit,
            (">=", Some(value), Some(limit)) => value >= limit,
            _ => false,
        }
    }
}

struct Parser {
    words: Vec<Word>,
    at: usize,
    bound: Map<String, Value>,
}

impl Parser {
    fn next(&mut self) -> Option<Word> {
        self.at += 1;
        self.words.get(self.at - 1).cloned()
    }

    /// Passes over the keyword or sign, if it comes next.
    fn passes(&mut self, what: &str) -> bool {
        let comes = match self.words.get(self.at) {
            Some(Word::Name(name)) => name.eq_ignore_ascii_case(what),
            Some(Word::Sign(sign)) => sign == what,
            _ => false,
        };
        self.at += usize::from(comes);
        comes
    }

    fn expect(&mut self, what: &str) -> Result<(), String> {
        if self.passes(what) { Ok(()) } else { Err(self.unexpected(what)) }
    }

    fn unexpected(&self, wanted: &str) -> String {
        let found = self.words.get(self.at);
        format!("error parsing query: found {found:?}, expected {wanted}")
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Word::Name(name)) => Ok(name),
            _ => Err(self.unexpected("identifier")),
        }
    }

    fn select(mut self) -> Result<Select, String> {
        let mut select = Select::default();
        self.expect("SELECT")?;
        loop {
            self.column(&mut select)?;
            if !self.passes(",") {
                break;
            }
        }
        self.expect("FROM")?;
        select.measurement = self.name()?;
        if self.passes("WHERE") {
            loop {
                select.conditions.push(self.conditions()?);
                if !self.passes("AND") {
                    break;
                }
            }
        }
        if self.passes("GROUP") {
            self.expect("BY")?;
            loop {
                select.tags.push(self.name()?);
                if !self.passes(",") {
                    break;
                }
            }
        }
        match self.words.get(self.at) {
            None => Ok(select),
            Some(_) => Err(self.unexpected("EOF")),
        }
    }

    fn column(&mut self, select: &mut Select) -> Result<(), String> {
        let mut name = self.name()?;
        if self.passes("(") {
            if !matches!(&*name, "max" | "first" | "last") || select.function.is_some() {
                return Err(format!("not implemented: {name}()"));
            }
            let function = std::mem::replace(&mut name, self.name()?);
            self.expect(")")?;
            select.function = Some((function, name.clone()));
        }
        let shown = if self.passes("AS") { self.name()? } else { name.clone() };
        select.columns.push((name, shown));
        Ok(())
    }

    /// One condition, or several in brackets of which one has to hold.
    fn conditions(&mut self) -> Result<Vec<Condition>, String> {
        if !self.passes("(") {
            return Ok(vec![self.condition()?]);
        }
        let mut any = vec![self.condition()?];
        while self.passes("OR") {
            any.push(self.condition()?);
        }
        self.expect(")")?;
        Ok(any)
    }

    fn condition(&mut self) -> Result<Condition, String> {
        let name = self.name()?;
        let Some(Word::Sign(sign)) = self.next() else { return Err(self.unexpected("operator")) };
        let value = match self.next() {
            Some(Word::Text(text)) if name == "time" => json!(moment(&text)?),
            Some(Word::Text(text)) => json!(text),
            Some(Word::Number(number)) => json!(number),
            Some(Word::Bound(name)) => match self.bound.get(&name) {
                Some(value) => value.clone(),
                None => return Err(format!("missing parameter: {name}")),
            },
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Condition { name, sign, value })
    }
}

/// Nanoseconds since the epoch of a moment as `2025-01-01T00:00:00.000000000Z`.
fn moment(text: &str) -> Result<i64, String> {
    let moment =
        chrono::DateTime::parse_from_rfc3339(text).map_err(|_| "invalid timestamp string".to_owned())?;
    moment.timestamp_nanos_opt().ok_or_else(|| "timestamp out of range".to_owned())
}
