//! How long each life of the service lasts, and what the network does to it.

use std::time::Duration;

use fastrand::Rng;
use fault_proxy::{Fault, Mix, Plan};

/// One life in so many lasts long enough for a write to time out.
const LONG_EVERY: u32 = 50;

/// The first of them: runs of a few lives have one as well.
const FIRST_LONG: u32 = 10;

/// The service gives an answer of `InfluxDB` up after 10 s.
const LONG_MS: std::ops::Range<u64> = 11_500..14_000;

/// One life of the service.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Life {
    /// The time from its start to its kill.
    pub lasts: Duration,
    /// What the connections to the server meet.
    pub network: Plan,
    /// What they meet after a while, where that changes.
    pub later: Option<(Duration, Plan)>,
    /// Failures that open the breaker: few, or so many that faults follow each other without a pause.
    pub breaker_threshold: u32,
    /// Whether the disk counts as full, so that what is observed is deferred.
    pub disk_is_full: bool,
}

impl Life {
    /// The life with this number, counted from 1.
    pub fn draw(number: u32, random: &mut Rng) -> Self {
        let mix = |random: &mut Rng| {
            let healthy = *random.choice(&[0.2, 0.5, 0.9]).unwrap_or(&0.5);
            Plan::Mix(Mix { healthy, ..Mix::new(random.u64(..)) })
        };
        let breaker_threshold = *random.choice(&[3, 100]).unwrap_or(&3);
        let disk_is_full = random.u32(0..8) == 0;
        if number % LONG_EVERY == FIRST_LONG {
            let lasts = Duration::from_millis(random.u64(LONG_MS));
            // The first writes are stored by the server, and the service never hears of it.
            let later = Some((Duration::from_secs(2), mix(random)));
            return Self {
                lasts,
                network: Plan::Always(Fault::HalfOpen),
                later,
                breaker_threshold,
                disk_is_full,
            };
        }
        let lasts = match random.u32(0..10) {
            // While it starts.
            0..2 => random.u64(0..200),
            2..8 => random.u64(200..2_000),
            _ => random.u64(2_000..4_000),
        };
        let network = match random.u32(0..20) {
            0 => Plan::Always(Fault::Refuse),
            1 => Plan::Always(Fault::BlackHole),
            2 => Plan::Always(Fault::HalfOpen),
            3 => Plan::Always(Fault::CutAnswer { after: random.usize(0..160) }),
            4 => Plan::Always(Fault::ResetRequest { after: random.usize(0..2_000) }),
            5 | 6 => Plan::Healthy,
            _ => mix(random),
        };
        Self { lasts: Duration::from_millis(lasts), network, later: None, breaker_threshold, disk_is_full }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lives(seed: u64, count: u32) -> Vec<Life> {
        let mut random = Rng::with_seed(seed);
        (1..=count).map(|number| Life::draw(number, &mut random)).collect()
    }

    #[test]
    fn a_seed_always_draws_the_same_lives() {
        assert_eq!(lives(5, 100), lives(5, 100));
        assert_ne!(lives(5, 100), lives(6, 100));
    }

    #[test]
    fn some_end_while_they_start_and_some_last_longer_than_a_time_out() {
        let lives = lives(7, 500);
        let within = |from: u64, to: u64| {
            let (from, to) = (Duration::from_millis(from), Duration::from_millis(to));
            lives.iter().filter(|life| (from..to).contains(&life.lasts)).count()
        };
        assert!(within(0, 200) > 50 && within(200, 2_000) > 200 && within(2_000, 4_000) > 50);
        assert_eq!(within(11_000, 15_000), 10);
        assert!((30..100).contains(&lives.iter().filter(|life| life.disk_is_full).count()));
        assert_eq!(lives[9].network, Plan::Always(Fault::HalfOpen), "already among few");
    }
}
