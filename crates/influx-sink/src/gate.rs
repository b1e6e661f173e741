//! The breaker before the server, its transitions logged and reported.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use circuit_breaker::{Admission, CircuitBreaker, State, Transition};
use outbox::Totals;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::failure::Failure;
use crate::report::Reporter;

/// The breaker before the server. Batches in flight share it.
pub(crate) struct Gate {
    breaker: Mutex<CircuitBreaker>,
    failure_threshold: NonZeroU32,
    totals: watch::Receiver<Totals>,
    reporter: Reporter,
}

impl Gate {
    pub fn new(
        breaker: CircuitBreaker,
        failure_threshold: NonZeroU32,
        totals: watch::Receiver<Totals>,
        reporter: Reporter,
    ) -> Self {
        Self { breaker: Mutex::new(breaker), failure_threshold, totals, reporter }
    }

    /// Where all that passes the gate is reported.
    pub fn reporter(&self) -> &Reporter {
        &self.reporter
    }

    /// The state of the breaker.
    pub fn state(&self) -> State {
        self.lock().state()
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
        self.reporter.breaker(breaker.state(), breaker.counts());
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
