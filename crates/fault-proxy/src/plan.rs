//! Which connection meets which fault.

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::time::Duration;

use fastrand::Rng;

use crate::{Fault, FaultKind};

/// The exchange of a connection, counted from 0, at which a drawn fault strikes at the latest.
const LAST_EXCHANGE: u32 = 3;

/// Most bytes of requests that are passed on before a drawn reset: within the first segments.
const RESET_WITHIN: usize = 4_096;

/// Most bytes of answers that are passed on before a drawn cut: within the head of an HTTP answer.
const CUT_WITHIN: usize = 160;

/// Bytes of a piece of a drawn trickle.
const TRICKLE_BYTES: RangeInclusive<usize> = 16..=512;

/// Most milliseconds between two pieces of a drawn trickle.
const TRICKLE_PAUSE_MS: u64 = 10;

/// Which connections meet which faults.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// None meets any.
    Healthy,
    /// Each meets this one, at its first exchange.
    Always(Fault),
    /// Each meets one drawn at random.
    Mix(Mix),
}

/// Faults drawn by a seed: the same seed draws the same faults.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// Where the draws begin.
    pub seed: u64,
    /// The share of connections that meet none, from 0 to 1.
    pub healthy: f64,
    /// The kinds that are drawn from, each as often as the others; empty: all connections are healthy.
    pub kinds: Vec<FaultKind>,
    /// The longest latency, at least 1 ms.
    pub max_latency: Duration,
}

impl Mix {
    /// All kinds, a third of the connections healthy, up to 200 ms of latency.
    pub fn new(seed: u64) -> Self {
        let max_latency = Duration::from_millis(200);
        Self { seed, healthy: 1.0 / 3.0, kinds: FaultKind::ALL.to_vec(), max_latency }
    }
}

/// A fault, and when it strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strike {
    /// The fault.
    pub fault: Fault,
    /// The exchange at which it strikes, counted from 0: those before pass unharmed. [`Fault::Refuse`] does not
    /// wait for any.
    pub exchange: u32,
}

/// A plan being carried out.
#[derive(Debug)]
pub(crate) struct Planner {
    plan: Plan,
    random: Rng,
}

impl Planner {
    pub fn new(plan: Plan) -> Self {
        let seed = match &plan {
            Plan::Mix(mix) => mix.seed,
            Plan::Healthy | Plan::Always(_) => 0,
        };
        Self { plan, random: Rng::with_seed(seed) }
    }

    /// What the next connection meets.
    pub fn next(&mut self) -> Option<Strike> {
        match &self.plan {
            Plan::Healthy => None,
            Plan::Always(fault) => Some(Strike { fault: *fault, exchange: 0 }),
            Plan::Mix(mix) => draw(&mut self.random, mix),
        }
    }
}

fn draw(random: &mut Rng, mix: &Mix) -> Option<Strike> {
    let healthy = random.f64() < mix.healthy;
    let kind = random.choice(&mix.kinds)?;
    let exchange = random.u32(0..=LAST_EXCHANGE);
    let fault = match kind {
        FaultKind::Refuse => Fault::Refuse,
        // Half of them before the server sees anything.
        FaultKind::ResetRequest if random.bool() => Fault::ResetRequest { after: 0 },
        FaultKind::ResetRequest => Fault::ResetRequest { after: random.usize(1..=RESET_WITHIN) },
        FaultKind::CutAnswer => Fault::CutAnswer { after: random.usize(0..=CUT_WITHIN) },
        FaultKind::BlackHole => Fault::BlackHole,
        FaultKind::HalfOpen => Fault::HalfOpen,
        FaultKind::Latency => {
            let most = u64::try_from(mix.max_latency.as_millis()).unwrap_or(u64::MAX).max(1);
            Fault::Latency(Duration::from_millis(random.u64(1..=most)))
        }
        FaultKind::Trickle => Fault::Trickle {
            bytes: random.usize(TRICKLE_BYTES),
            every: Duration::from_millis(random.u64(1..=TRICKLE_PAUSE_MS)),
        },
    };
    (!healthy).then_some(Strike { fault, exchange })
}
