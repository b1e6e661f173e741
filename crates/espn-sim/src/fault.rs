//! Misbehaviour on request.

use std::time::Duration;

use game_model::League;

/// One way in which ESPN, or what lies before it, can fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answers with this status.
    Status {
        /// The status code: 403, 429, 500, ...
        code: u16,
        /// The value of `Retry-After`: seconds or an HTTP date.
        retry_after: Option<String>,
        /// The body; none: what ESPN sends.
        body: Option<String>,
    },
    /// Accepts the request and never answers.
    Hang,
    /// Answers correctly, but only after this long.
    Slow(Duration),
    /// Announces the whole answer, sends half of it and closes the connection.
    Truncate,
    /// Answers 200 with a page of HTML.
    Garbage,
    /// Closes the connection without an answer.
    Reset,
}

impl Fault {
    /// A status with ESPN's own body and no `Retry-After`.
    pub fn status(code: u16) -> Self {
        Self::Status { code, retry_after: None, body: None }
    }

    /// 429 with a `Retry-After`, in seconds or as an HTTP date.
    pub fn rate_limited(retry_after: impl Into<String>) -> Self {
        Self::Status { code: 429, retry_after: Some(retry_after.into()), body: None }
    }
}

/// For how long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// For the next so many requests it applies to.
    Next(u32),
    /// Until [`clear_faults`](crate::EspnSim::clear_faults).
    UntilCleared,
}

/// The faults in force: each request meets the oldest one that applies to it.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Planned>);

#[derive(Debug)]
struct Planned {
    league: Option<League>,
    fault: Fault,
    times: Times,
}

impl Faults {
    pub(crate) fn plan(&mut self, league: Option<League>, fault: Fault, times: Times) {
        self.0.push(Planned { league, fault, times });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that a request for the league meets.
    pub(crate) fn take(&mut self, league: Option<League>) -> Option<Fault> {
        self.0.retain(|planned| planned.times != Times::Next(0));
        let met = self.0.iter_mut().find(|planned| planned.league.is_none() || planned.league == league)?;
        if let Times::Next(left) = &mut met.times {
            *left -= 1;
        }
        Some(met.fault.clone())
    }
}
