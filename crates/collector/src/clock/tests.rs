//! Tests of the corrected clock.

use std::sync::Mutex;

use super::*;
use crate::test_support::utc;

struct SetClock(Mutex<DateTime<Utc>>);

impl WallClock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

fn clock(at: &str) -> (ObservationClock, Arc<SetClock>) {
    let wall = Arc::new(SetClock(Mutex::new(utc(at))));
    (ObservationClock::new(Arc::new(SourceClock::new(wall.clone()))), wall)
}

#[test]
fn a_clock_that_is_nearly_right_is_believed() {
    let (clock, _) = clock("2026-01-10T12:00");
    clock.learn(utc("2026-01-10T12:05"));
    assert_eq!(clock.now(), utc("2026-01-10T12:00"));
    assert_eq!(complaint(clock.offset()), None);
}

#[test]
fn a_clock_that_is_far_off_is_corrected_until_it_is_right() {
    let (clock, wall) = clock("2026-01-10T12:00");
    clock.learn(utc("2026-01-10T12:20"));
    assert_eq!(clock.now(), utc("2026-01-10T12:20"));
    let sentence = complaint(clock.offset()).unwrap();
    assert!(sentence.starts_with("this machine's clock is 20 minutes behind ESPN's"), "{sentence}");

    *wall.0.lock().unwrap() = utc("2026-01-10T12:21");
    clock.learn(utc("2026-01-10T12:21"));
    assert_eq!(clock.offset(), TimeDelta::zero());

    clock.learn(utc("2026-01-10T11:21"));
    let sentence = complaint(clock.offset()).unwrap();
    assert!(sentence.contains("60 minutes ahead of ESPN's"), "{sentence}");
}

#[test]
fn observations_never_go_back_in_time() {
    let (mut clock, wall) = clock("2026-01-10T12:00");
    let first = clock.observe();
    assert_eq!(first, utc("2026-01-10T12:00"));
    *wall.0.lock().unwrap() = utc("2026-01-10T11:00");
    assert_eq!(clock.observe(), first + TimeDelta::nanoseconds(1));
    *wall.0.lock().unwrap() = utc("2026-01-10T13:00");
    assert_eq!(clock.observe(), utc("2026-01-10T13:00"));
}
