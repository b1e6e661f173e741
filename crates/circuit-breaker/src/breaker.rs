//! The breaker itself.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crate::{Config, Counts, Hold, State, Transition};

/// Whether a call may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Admitted,
    /// It may, and alone: what becomes of it decides.
    Probe,
    /// It may not.
    Refused {
        /// When a probe may go; none while one is under way, or a person holds the breaker open.
        retry_in: Option<Duration>,
    },
}

/// A circuit breaker. Each call that was admitted ends with one of [`succeed`](Self::succeed),
/// [`fail`](Self::fail) and [`release`](Self::release).
#[derive(Debug, Clone)]
pub struct CircuitBreaker {
    config: Config,
    state: State,
    hold: Hold,
    counts: Counts,
    /// When an open breaker lets a probe pass.
    probe_at: Option<Instant>,
    probe_under_way: bool,
    /// Probes that failed since it was last closed.
    failed_probes: u32,
    random: fastrand::Rng,
}

impl CircuitBreaker {
    /// A closed breaker.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            state: State::Closed,
            hold: Hold::Auto,
            counts: Counts::default(),
            probe_at: None,
            probe_under_way: false,
            failed_probes: 0,
            random: fastrand::Rng::new(),
        }
    }

    /// Makes the jitter repeatable.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.random = fastrand::Rng::with_seed(seed);
        self
    }

    /// The state now. An open breaker whose time is up is open until a call asks.
    pub fn state(&self) -> State {
        self.state
    }

    /// Who decides on the state.
    pub fn held(&self) -> Hold {
        self.hold
    }

    /// What it saw and did so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// When a probe may go, zero if it may now; none unless the breaker is open by itself.
    pub fn retry_in(&self, now: Instant) -> Option<Duration> {
        self.probe_at.map(|at| at.saturating_duration_since(now))
    }

    /// Asks whether a call may go out.
    pub fn admit(&mut self, now: Instant) -> (Admission, Option<Transition>) {
        match self.state {
            State::Closed => (Admission::Admitted, None),
            State::Open if self.retry_in(now) == Some(Duration::ZERO) => {
                self.probe_under_way = true;
                (Admission::Probe, Some(self.enter(State::HalfOpen, "its time is up, a probe goes out")))
            }
            State::HalfOpen if !self.probe_under_way => {
                self.probe_under_way = true;
                (Admission::Probe, None)
            }
            State::Open | State::HalfOpen => {
                self.counts.refused += 1;
                (Admission::Refused { retry_in: self.retry_in(now) }, None)
            }
        }
    }

    /// A call succeeded. One that was admitted before the breaker opened does not close it.
    pub fn succeed(&mut self, _now: Instant) -> Option<Transition> {
        self.counts.successes += 1;
        self.counts.consecutive_failures = 0;
        (self.state == State::HalfOpen).then(|| self.enter(State::Closed, "the probe succeeded"))
    }

    /// A call failed, for a reason in words.
    pub fn fail(&mut self, now: Instant, reason: &str) -> Option<Transition> {
        self.counts.failures += 1;
        self.counts.consecutive_failures = self.counts.consecutive_failures.saturating_add(1);
        match self.state {
            _ if self.hold != Hold::Auto => None,
            State::Closed if self.counts.consecutive_failures < self.config.failure_threshold.get() => None,
            State::Closed => Some(self.open(now, reason)),
            State::HalfOpen => {
                self.failed_probes = self.failed_probes.saturating_add(1);
                Some(self.open(now, reason))
            }
            State::Open => None,
        }
    }

    /// A call ended without telling anything about the server: the next may be a probe in its place.
    pub fn release(&mut self) {
        self.probe_under_way = false;
    }

    /// Holds the breaker closed or open, or lets it decide again: from then on it is closed.
    pub fn hold(&mut self, hold: Hold) -> Option<Transition> {
        self.hold = hold;
        self.counts.consecutive_failures = 0;
        match hold {
            Hold::Auto | Hold::Closed if self.state == State::Closed => None,
            Hold::Auto => Some(self.enter(State::Closed, "a person lets it decide again")),
            Hold::Closed => Some(self.enter(State::Closed, "a person holds it closed")),
            Hold::Open => {
                self.probe_at = None;
                (self.state != State::Open).then(|| self.enter(State::Open, "a person holds it open"))
            }
        }
    }

    fn open(&mut self, now: Instant, reason: &str) -> Transition {
        let open_for = self.config.open_time(self.failed_probes, self.random.f64());
        let transition = self.enter(State::Open, reason);
        // A time too far for the clock is as good as never.
        self.probe_at = now.checked_add(open_for);
        transition
    }

    fn enter(&mut self, to: State, reason: &str) -> Transition {
        let from = std::mem::replace(&mut self.state, to);
        self.probe_at = None;
        match to {
            State::Closed => {
                self.counts.closed += 1;
                self.probe_under_way = false;
                self.failed_probes = 0;
            }
            State::Open => {
                self.counts.opened += 1;
                self.probe_under_way = false;
            }
            State::HalfOpen => self.counts.half_opened += 1,
        }
        Transition { from, to, reason: reason.to_owned() }
    }
}
