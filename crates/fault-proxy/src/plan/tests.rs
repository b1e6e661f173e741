//! What plans draw.

use proptest::prelude::*;

use super::*;

fn drawn(mix: Mix, connections: usize) -> Vec<Option<Strike>> {
    let mut planner = Planner::new(Plan::Mix(mix));
    (0..connections).map(|_| planner.next()).collect()
}

#[test]
fn every_kind_is_drawn_and_a_third_is_healthy() {
    let drawn = drawn(Mix::new(7), 3_000);
    for kind in FaultKind::ALL {
        let times = drawn.iter().flatten().filter(|strike| strike.fault.kind() == kind).count();
        assert!((150..500).contains(&times), "{kind}: {times}");
    }
    let healthy = drawn.iter().filter(|strike| strike.is_none()).count();
    assert!((850..1_150).contains(&healthy), "{healthy}");
}

#[test]
fn without_kinds_there_are_no_faults() {
    let mix = Mix { kinds: Vec::new(), healthy: 0.0, ..Mix::new(1) };
    assert_eq!(drawn(mix, 3), [None; 3]);
}

#[test]
fn plans_without_chance_say_the_same_for_each_connection() {
    let mut healthy = Planner::new(Plan::Healthy);
    assert_eq!((healthy.next(), healthy.next()), (None, None));
    let strike = Some(Strike { fault: Fault::HalfOpen, exchange: 0 });
    let mut always = Planner::new(Plan::Always(Fault::HalfOpen));
    assert_eq!((always.next(), always.next()), (strike, strike));
}

proptest! {
    #[test]
    fn a_seed_always_draws_the_same(seed in any::<u64>(), connections in 0_usize..200) {
        prop_assert_eq!(drawn(Mix::new(seed), connections), drawn(Mix::new(seed), connections));
    }

    #[test]
    fn what_is_drawn_stays_within_its_limits(seed in any::<u64>(), latency_ms in 0_u64..500) {
        let max_latency = Duration::from_millis(latency_ms);
        for strike in drawn(Mix { max_latency, ..Mix::new(seed) }, 50).into_iter().flatten() {
            prop_assert!(strike.exchange <= LAST_EXCHANGE);
            match strike.fault {
                Fault::Latency(time) => prop_assert!(time <= max_latency.max(Duration::from_millis(1))),
                Fault::Trickle { bytes, every } => prop_assert!(bytes > 0 && !every.is_zero()),
                Fault::ResetRequest { after } => prop_assert!(after <= RESET_WITHIN),
                Fault::CutAnswer { after } => prop_assert!(after <= CUT_WITHIN),
                Fault::Refuse | Fault::BlackHole | Fault::HalfOpen => {}
            }
        }
    }
}
