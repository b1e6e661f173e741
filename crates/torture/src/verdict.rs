//! Whether each accepted point is where it belongs, once and unchanged.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use crate::point::{Point, Value};

/// Findings that are told in full.
const TOLD: usize = 5;

/// How often something was found, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// How often.
    pub count: u64,
    /// The first of them, in words.
    pub first: Vec<String>,
}

impl Findings {
    fn add(&mut self, describe: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < TOLD {
            self.first.push(describe());
        }
    }
}

/// What became of the accepted points.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Accepted points, neither in the server nor in the dead letters.
    pub lost: Findings,
    /// Observations that are there more than once: under two keys, under one key for two, or both in the server and in
    /// the dead letters.
    pub duplicated: Findings,
    /// Points whose fields are not those that were observed.
    pub changed: Findings,
    /// Points that were never accepted, and are in the server or the dead letters all the same.
    pub foreign: Findings,
}

impl Verdict {
    /// Compares what was accepted with what the server has and what was set aside.
    pub fn of(accepted: &[Point], server: &[Point], dead: &[Point]) -> Self {
        let mut verdict = Self::default();
        let in_server: HashMap<_, &Point> = server.iter().map(|point| (point.key(), point)).collect();
        let mut in_dead: HashMap<_, &Point> = HashMap::new();
        for letter in dead {
            if in_dead.insert(letter.key(), letter).is_some() {
                verdict.duplicated.add(|| format!("set aside twice: {letter}"));
            }
        }
        let mut keys = HashSet::new();
        for point in accepted {
            if !keys.insert(point.key()) {
                verdict.duplicated.add(|| format!("accepted twice: {point}"));
                continue;
            }
            let found = [in_server.get(&point.key()), in_dead.get(&point.key())];
            match found {
                [None, None] => verdict.lost.add(|| point.to_string()),
                [Some(_), Some(_)] => {
                    verdict.duplicated.add(|| format!("in the server and in the dead letters: {point}"));
                }
                _ => {}
            }
            for other in found.into_iter().flatten().filter(|other| other.fields != point.fields) {
                verdict.changed.add(|| format!("observed as {point}, found as {other}"));
            }
        }
        let observations: HashSet<_> = accepted.iter().filter_map(observation).collect();
        for point in server.iter().chain(dead).filter(|point| !keys.contains(&point.key())) {
            match observation(point) {
                Some(known) if observations.contains(&known) => {
                    verdict.duplicated.add(|| format!("under another timestamp: {point}"));
                }
                _ => verdict.foreign.add(|| point.to_string()),
            }
        }
        verdict
    }

    /// Whether all is as it has to be.
    pub fn is_clean(&self) -> bool {
        self.all().iter().all(|(_, findings)| findings.count == 0)
    }

    /// The findings with what they are called.
    pub fn all(&self) -> [(&'static str, &Findings); 4] {
        [
            ("lost", &self.lost),
            ("duplicated", &self.duplicated),
            ("changed", &self.changed),
            ("never accepted", &self.foreign),
        ]
    }
}

/// The observation that a point is of, whatever its timestamp.
fn observation(point: &Point) -> Option<(&str, i64)> {
    match point.fields.get("observed_at")? {
        Value::Integer(at) => Some((&point.series, *at)),
        Value::Text(_) => None,
    }
}
