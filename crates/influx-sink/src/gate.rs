//! The breaker before the server, its transitions logged and reported.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use circuit_breaker::{Admission, CircuitBreaker, Hold, State, Transition};
use outbox::Totals;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::failure::Failure;
use crate::report::Reporter;

/// The breaker before the server. Batches in flight share it, with those who control it.
pub(crate) struct Gate {
    breaker: Mutex<CircuitBreaker>,
    failure_threshold: NonZeroU32,
    totals: watch::Receiver<Totals>,
    reporter: Reporter,
    /// A person changed the hold.
    held_anew: Notify,
}

impl Gate {
    pub fn new(
        breaker: CircuitBreaker,
        failure_threshold: NonZeroU32,
        totals: watch::Receiver<Totals>,
        reporter: Reporter,
    ) -> Self {
        let breaker = Mutex::new(breaker);
        Self { breaker, failure_threshold, totals, reporter, held_anew: Notify::new() }
    }

    /// Makes the breaker's jitter repeatable.
    pub fn seed(&self, seed: u64) {
        let mut breaker = self.lock();
        *breaker = breaker.clone().with_seed(seed);
    }

    /// Where all that passes the gate is reported.
    pub fn reporter(&self) -> &Reporter {
        &self.reporter
    }

    /// The state of the breaker.
    pub fn state(&self) -> State {
        self.lock().state()
    }

    /// Who decides on the state.
    pub fn held(&self) -> Hold {
        self.lock().held()
    }

    /// Holds the breaker closed or open, or lets it decide again, and wakes whoever waits for that.
    pub fn hold(&self, hold: Hold) {
        let mut breaker = self.lock();
        tracing::info!(?hold, state = %breaker.state(), "a person decides on the circuit breaker of InfluxDB");
        let transition = breaker.hold(hold);
        self.tell(&breaker, transition);
        self.held_anew.notify_one();
    }

    /// Waits until a person changes the hold, unless that was not seen yet. For a single listener.
    pub async fn held_anew(&self) {
        self.held_anew.notified().await;
    }

    /// When a probe may go; none unless the breaker is open.
    pub fn probe_in(&self) -> Option<Duration> {
        self.lock().retry_in(now())
    }

    /// Lets a call go out, unless the breaker refuses it.
    pub fn admit(&self) -> Result<(), Failure> {
        let mut breaker = self.lock();
        let (admission, transition) = breaker.admit(now());
        self.tell(&breaker, transition);
        match admission {
            Admission::Admitted | Admission::Probe => Ok(()),
            Admission::Refused { .. } => Err(Failure::Refused),
        }
    }

    /// A call succeeded.
    pub fn succeed(&self) {
        let mut breaker = self.lock();
        let transition = breaker.succeed(now());
        self.tell(&breaker, transition);
    }

    /// A call failed.
    pub fn fail(&self, reason: &str) {
        let mut breaker = self.lock();
        let transition = breaker.fail(now(), reason);
        self.tell(&breaker, transition);
    }

    /// A call showed that no other needs to be tried: it counts for as many failures as it takes to open.
    pub fn trip(&self, reason: &str) {
        let mut breaker = self.lock();
        for _ in 0..self.failure_threshold.get() {
            if breaker.state() != State::Open {
                let transition = breaker.fail(now(), reason);
                self.tell(&breaker, transition);
            }
        }
    }

    /// A call ended without telling anything about the server.
    pub fn release(&self) {
        self.lock().release();
    }

    fn lock(&self) -> MutexGuard<'_, CircuitBreaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, breaker: &CircuitBreaker, transition: Option<Transition>) {
        self.reporter.breaker(breaker);
        let Some(Transition { from, to, reason }) = transition else { return };
        let waiting = self.totals.borrow().pending;
        if to == State::Open {
            tracing::warn!(%from, %to, reason, waiting, "the circuit breaker of InfluxDB opened");
        } else {
            tracing::info!(%from, %to, reason, waiting, "the circuit breaker of InfluxDB changed");
        }
    }
}

fn now() -> std::time::Instant {
    Instant::now().into_std()
}
