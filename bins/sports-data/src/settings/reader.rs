//! Reads typed values and gathers every problem, not the first alone.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::catalog::CATALOG;
use super::sources::GivenSettings;

/// Reads typed values out of what was given.
pub struct Reader<'a> {
    given: &'a GivenSettings,
    problems: Vec<String>,
}

impl<'a> Reader<'a> {
    /// A reader that goes on from the problems of the sources.
    pub fn new(given: &'a GivenSettings, problems: Vec<String>) -> Self {
        Self { given, problems }
    }

    /// Every problem found.
    pub fn into_problems(self) -> Vec<String> {
        self.problems
    }

    /// The text of a setting that has a value.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.given.get(name).map(|given| given.text.as_str())
    }

    /// Whether the setting was given anywhere but in the defaults.
    pub fn was_given(&self, name: &str) -> bool {
        self.given.get(name).is_some_and(|given| given.origin != "the default")
    }

    /// Notes that a setting does not hold what is allowed.
    pub fn refuse(&mut self, name: &str, allowed: impl Display) {
        let secret = CATALOG.iter().any(|setting| setting.name == name && setting.secret);
        self.problems.push(match self.given.get(name) {
            Some(given) if secret => format!("{name} (from {}) must be {allowed}", given.origin),
            Some(given) => format!("{name} = {:?} (from {}) must be {allowed}", given.shown(), given.origin),
            None => format!("{name} must be {allowed}"),
        });
    }

    /// Notes a problem that is no single setting's.
    pub fn problem(&mut self, sentence: String) {
        self.problems.push(sentence);
    }

    /// A value that `parse` understands; else a problem that says what is allowed.
    pub fn read<T, E: Display>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        let text = self.text(name)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(allowed) => {
                self.refuse(name, allowed);
                None
            }
        }
    }

    /// A whole number within bounds.
    pub fn number<T>(&mut self, name: &str, allowed: RangeInclusive<T>) -> Option<T>
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        self.read(name, |text| {
            let number = text.parse().ok().filter(|number| allowed.contains(number));
            number.ok_or_else(|| format!("a whole number from {} to {}", allowed.start(), allowed.end()))
        })
    }

    /// A number of seconds.
    pub fn seconds(&mut self, name: &str, allowed: RangeInclusive<u64>) -> Option<Duration> {
        self.number(name, allowed).map(Duration::from_secs)
    }

    /// A number of milliseconds.
    pub fn milliseconds(&mut self, name: &str, allowed: RangeInclusive<u64>) -> Option<Duration> {
        self.number(name, allowed).map(Duration::from_millis)
    }

    /// A number of bytes: whole, or with a unit such as `100MiB`.
    pub fn bytes(&mut self, name: &str, least: u64) -> Option<u64> {
        self.read(name, |text| {
            let bytes = bytes(text).filter(|&bytes| bytes >= least);
            bytes.ok_or_else(|| {
                format!("a number of bytes such as 104857600, 100MiB or 1GiB, at least {least}")
            })
        })
    }
}

fn bytes(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ').len();
    let (number, unit) = text.split_at(digits);
    let power = match unit.trim().to_lowercase().as_str() {
        "" | "b" => 0,
        "kib" | "k" => 1,
        "mib" | "m" => 2,
        "gib" | "g" => 3,
        "tib" | "t" => 4,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1024_u64.pow(power))
}
