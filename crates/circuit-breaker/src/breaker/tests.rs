//! The breaker on a clock of the test's own.

use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// A breaker, and the time it is told.
struct Timed {
    breaker: CircuitBreaker,
    now: Instant,
}

impl Timed {
    fn new(config: Config) -> Self {
        Self { breaker: CircuitBreaker::new(config).with_seed(7), now: Instant::now() }
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    fn admit(&mut self) -> Admission {
        self.breaker.admit(self.now).0
    }

    /// A call that fails; none where it was refused.
    fn failing(&mut self) -> Option<Transition> {
        assert!(!matches!(self.admit(), Admission::Refused { .. }), "{:?}", self.breaker);
        self.breaker.fail(self.now, "503")
    }

    fn succeeding(&mut self) -> Option<Transition> {
        assert!(!matches!(self.admit(), Admission::Refused { .. }), "{:?}", self.breaker);
        self.breaker.succeed(self.now)
    }

    fn open(config: Config) -> Self {
        let mut timed = Self::new(config);
        for _ in 0..config.failure_threshold.get() {
            timed.failing();
        }
        assert_eq!(timed.breaker.state(), State::Open);
        timed
    }
}

/// A breaker whose time grows by doubling alone.
fn exact() -> Config {
    Config { jitter: 0.0, ..Config::default() }
}

#[test]
fn three_failures_in_a_row_open_it_and_a_success_between_them_does_not() {
    let mut timed = Timed::new(exact());
    assert_eq!((timed.failing(), timed.failing()), (None, None));
    assert_eq!(timed.succeeding(), None);
    assert_eq!((timed.failing(), timed.failing()), (None, None));
    assert_eq!(timed.breaker.counts().consecutive_failures, 2);
    let opened = timed.failing().unwrap();
    assert_eq!(opened.to_string(), "closed -> open: 503");
    let counts = timed.breaker.counts();
    assert_eq!((counts.successes, counts.failures, counts.opened), (1, 5, 1));
}

#[test]
fn while_open_it_refuses_and_says_when_a_probe_may_go() {
    let mut timed = Timed::open(exact());
    assert_eq!(timed.admit(), Admission::Refused { retry_in: Some(60 * SECOND) });
    timed.pass(59 * SECOND);
    assert_eq!(timed.admit(), Admission::Refused { retry_in: Some(SECOND) });
    assert_eq!(timed.breaker.counts().refused, 2);
    timed.pass(SECOND);
    assert_eq!(timed.breaker.retry_in(timed.now), Some(Duration::ZERO));
    let (admission, transition) = timed.breaker.admit(timed.now);
    assert_eq!(admission, Admission::Probe);
    assert_eq!(transition.unwrap().to_string(), "open -> half_open: its time is up, a probe goes out");
}

#[test]
fn a_single_probe_is_under_way_at_a_time() {
    let mut timed = Timed::open(exact());
    timed.pass(60 * SECOND);
    assert_eq!(timed.admit(), Admission::Probe);
    assert_eq!(timed.admit(), Admission::Refused { retry_in: None });
    timed.breaker.release();
    assert_eq!(timed.admit(), Admission::Probe, "the one before told nothing");
    assert_eq!(timed.breaker.state(), State::HalfOpen);
    assert_eq!(timed.breaker.counts().half_opened, 1);
    assert_eq!(timed.breaker.succeed(timed.now).unwrap().to, State::Closed);
    assert_eq!(timed.admit(), Admission::Admitted);
    assert_eq!(timed.breaker.counts().consecutive_failures, 0);
}

#[test]
fn calls_that_were_under_way_when_it_opened_change_nothing() {
    let mut timed = Timed::open(exact());
    assert_eq!(timed.breaker.succeed(timed.now), None);
    assert_eq!(timed.breaker.fail(timed.now + SECOND, "late"), None);
    assert_eq!(timed.breaker.state(), State::Open);
    assert_eq!(timed.breaker.retry_in(timed.now), Some(60 * SECOND));
}

#[test]
fn each_failed_probe_doubles_the_time_up_to_ten_minutes_and_a_success_begins_anew() {
    let mut timed = Timed::open(exact());
    for seconds in [60, 120, 240, 480, 600, 600] {
        assert_eq!(timed.breaker.retry_in(timed.now), Some(seconds * SECOND));
        timed.pass(seconds * SECOND);
        assert_eq!(timed.failing().unwrap().from, State::HalfOpen);
    }
    timed.pass(600 * SECOND);
    timed.succeeding();
    for _ in 0..3 {
        timed.failing();
    }
    assert_eq!(timed.breaker.retry_in(timed.now), Some(60 * SECOND));
}

#[test]
fn jitter_lengthens_a_grown_time_by_a_tenth_at_most_and_never_the_first() {
    let mut seen = Vec::new();
    for seed in 0..50 {
        let mut timed = Timed::open(Config::default());
        timed.breaker = timed.breaker.clone().with_seed(seed);
        assert_eq!(timed.breaker.retry_in(timed.now), Some(60 * SECOND));
        timed.pass(60 * SECOND);
        timed.failing();
        let grown = timed.breaker.retry_in(timed.now).unwrap();
        assert!((120 * SECOND..=132 * SECOND).contains(&grown), "{grown:?}");
        seen.push(grown);
    }
    seen.dedup();
    assert!(seen.len() > 10, "it varies: {seen:?}");
}

#[test]
fn a_time_that_is_not_to_grow_stays() {
    let mut timed = Timed::open(Config { max_open_for: SECOND, ..Config::default() });
    for _ in 0..5 {
        assert_eq!(timed.breaker.retry_in(timed.now), Some(60 * SECOND));
        timed.pass(60 * SECOND);
        timed.failing();
    }
}

#[test]
fn times_without_bound_do_no_harm() {
    let far = Config { open_for: Duration::MAX, max_open_for: Duration::MAX, ..Config::default() };
    let mut timed = Timed::open(far);
    assert_eq!(timed.admit(), Admission::Refused { retry_in: None });
}

#[test]
fn a_person_holds_it_open_or_closed_and_lets_it_go() {
    let mut timed = Timed::new(exact());
    assert_eq!(timed.breaker.hold(Hold::Open).unwrap().to_string(), "closed -> open: a person holds it open");
    timed.pass(3600 * SECOND);
    assert_eq!(timed.admit(), Admission::Refused { retry_in: None });
    assert_eq!((timed.breaker.held(), timed.breaker.hold(Hold::Open)), (Hold::Open, None));
    let closed = timed.breaker.hold(Hold::Closed).unwrap();
    assert_eq!(closed.to_string(), "open -> closed: a person holds it closed");
    for _ in 0..9 {
        assert_eq!(timed.failing(), None);
    }
    assert_eq!((timed.breaker.hold(Hold::Auto), timed.breaker.held()), (None, Hold::Auto));
    assert_eq!((timed.failing(), timed.failing()), (None, None), "it counts from here");
    assert_eq!(timed.failing().unwrap().to, State::Open);
    assert_eq!(timed.breaker.hold(Hold::Auto).unwrap().reason, "a person lets it decide again");
}

#[test]
fn the_states_have_the_words_that_clients_know() {
    let words = [State::Closed, State::Open, State::HalfOpen].map(|state| state.to_string());
    assert_eq!(words, ["closed", "open", "half_open"]);
}

#[derive(Debug, Clone)]
enum Action {
    Pass(u32),
    Admit,
    Succeed,
    Fail,
    Release,
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        1 => (0_u32..200).prop_map(Action::Pass),
        3 => Just(Action::Admit),
        1 => Just(Action::Succeed),
        3 => Just(Action::Fail),
        1 => Just(Action::Release),
    ];
    proptest::collection::vec(action, 0..60)
}

proptest! {
    /// It opens only by the failures it was set to, is never open longer than its bound, and lets one call pass
    /// at a time while it is half-open; its transitions follow each other and are counted.
    #[test]
    fn the_laws_hold(actions in actions(), threshold in 1_u32..5, seed: u64) {
        let config = Config { failure_threshold: NonZeroU32::new(threshold).unwrap(), ..Config::default() };
        let mut breaker = CircuitBreaker::new(config).with_seed(seed);
        let mut now = Instant::now();
        let (mut state, mut probing) = (State::Closed, false);
        let (mut opened, mut closed, mut half_opened) = (0, 0, 0);
        for action in actions {
            let failures = breaker.counts().consecutive_failures;
            let transition = match action {
                Action::Pass(seconds) => { now += seconds * SECOND; None }
                Action::Admit => {
                    let (admission, transition) = breaker.admit(now);
                    match admission {
                        Admission::Admitted => prop_assert_eq!(state, State::Closed),
                        Admission::Probe => { prop_assert!(!probing); probing = true; }
                        Admission::Refused { retry_in } => {
                            prop_assert!(state != State::Closed);
                            prop_assert!(retry_in.is_none_or(|wait| wait > Duration::ZERO && wait <= config.max_open_for));
                            prop_assert_eq!(retry_in.is_none(), state == State::HalfOpen);
                        }
                    }
                    transition
                }
                Action::Succeed => breaker.succeed(now),
                Action::Fail => breaker.fail(now, "failed"),
                Action::Release => { probing = false; breaker.release(); None }
            };
            if let Some(Transition { from, to, .. }) = transition {
                prop_assert_eq!(from, state);
                match (from, to) {
                    (State::Closed, State::Open) => prop_assert!(failures + 1 >= threshold),
                    (State::HalfOpen, State::Open | State::Closed) | (State::Open, State::HalfOpen) => {}
                    other => prop_assert!(false, "{:?}", other),
                }
                match to {
                    State::Open => opened += 1,
                    State::Closed => closed += 1,
                    State::HalfOpen => half_opened += 1,
                }
                if to != State::HalfOpen {
                    probing = false;
                }
                state = to;
            }
            prop_assert_eq!(breaker.state(), state);
            let counts = breaker.counts();
            prop_assert_eq!((counts.opened, counts.closed, counts.half_opened), (opened, closed, half_opened));
        }
    }
}
