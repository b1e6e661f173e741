//! Faults as they are given on the command line: `[LEAGUE:]KIND[*TIMES]`.

use std::str::FromStr;
use std::time::Duration;

use espn_sim::{Fault, Times};
use game_model::League;

/// How late answers are that `slow` asks for.
const SLOW: Duration = Duration::from_secs(5);

/// A fault, whom it concerns and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedFault {
    pub league: Option<League>,
    pub fault: Fault,
    pub times: Times,
}

impl FromStr for PlannedFault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (rest, times) = match text.rsplit_once('*') {
            Some((rest, times)) => (rest, Times::Next(times.parse().map_err(|_| no_number(times))?)),
            None => (text, Times::UntilCleared),
        };
        let (league, kind) = match rest.split_once(':') {
            Some((league, kind)) => {
                (Some(league.parse::<League>().map_err(|error| error.to_string())?), kind)
            }
            None => (None, rest),
        };
        Ok(Self { league, fault: fault(kind)?, times })
    }
}

fn fault(kind: &str) -> Result<Fault, String> {
    let (name, value) = match kind.split_once('/') {
        Some((name, value)) => (name, Some(value)),
        None => (kind, None),
    };
    match (name, value) {
        ("hang", None) => Ok(Fault::Hang),
        ("truncate", None) => Ok(Fault::Truncate),
        ("garbage", None) => Ok(Fault::Garbage),
        ("reset", None) => Ok(Fault::Reset),
        ("slow", None) => Ok(Fault::Slow(SLOW)),
        ("slow", Some(seconds)) => {
            let time = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            time.map(Fault::Slow).ok_or_else(|| no_number(seconds))
        }
        (code, retry_after) => match code.parse() {
            Ok(code @ 400..=599) => {
                Ok(Fault::Status { code, retry_after: retry_after.map(str::to_owned), body: None })
            }
            _ => Err(format!(
                "{kind:?} is neither a status from 400 to 599 nor hang, slow, truncate, garbage or reset"
            )),
        },
    }
}

fn no_number(text: &str) -> String {
    format!("{text:?} is not a number")
}

#[cfg(test)]
mod tests;
