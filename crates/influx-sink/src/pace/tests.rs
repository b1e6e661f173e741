//! The pauses after failures.

use super::*;
use crate::failure::both;

const IDLE: Duration = Duration::from_secs(11);

fn pauses_after(pace: &mut Pace, failure: Failure, probe_in: Option<Duration>, count: usize) -> Vec<u64> {
    let now = Instant::now();
    (0..count).map(|_| (pace.next(failure, now, probe_in, IDLE) - now).as_secs()).collect()
}

#[test]
fn they_double_up_to_their_bound_and_begin_anew() {
    let mut pace = Pace::new(&SinkConfig::default());
    assert_eq!(pauses_after(&mut pace, Failure::Outbox, None, 8), [5, 10, 20, 30, 30, 11, 5, 10]);
    pace.reset();
    assert_eq!(pauses_after(&mut pace, Failure::Outbox, None, 1), [5]);
}

#[test]
fn the_bound_holds_for_the_first_too() {
    let config = SinkConfig { max_retry_delay: Duration::from_secs(2), ..SinkConfig::default() };
    assert_eq!(pauses_after(&mut Pace::new(&config), Failure::Outbox, None, 3), [2, 2, 2]);
}

#[test]
fn an_open_breaker_ends_the_cycle() {
    let mut pace = Pace::new(&SinkConfig::default());
    let retry = Failure::Retry { after: None };
    assert_eq!(pauses_after(&mut pace, retry, None, 2), [5, 10]);
    let soon = Some(Duration::from_secs(1));
    assert_eq!(pauses_after(&mut pace, retry, soon, 2), [1, 1]);
    assert_eq!(pauses_after(&mut pace, retry, None, 1), [5]);
}

#[test]
fn the_servers_wish_counts_where_it_is_longer() {
    let after = |seconds| Failure::Retry { after: Some(Duration::from_secs(seconds)) };
    let mut pace = Pace::new(&SinkConfig::default());
    assert_eq!(pauses_after(&mut pace, after(7), None, 2), [7, 10]);
    let soon = Some(Duration::from_mins(1));
    assert_eq!(pauses_after(&mut pace, after(90), soon, 1), [90]);
    assert_eq!(pauses_after(&mut pace, after(u64::MAX), soon, 1), [600]);
}

#[test]
fn what_must_be_minded_most_prevails() {
    let short = Failure::Retry { after: Some(Duration::from_secs(1)) };
    let long = Failure::Retry { after: Some(Duration::from_secs(2)) };
    let rising =
        [Failure::Refused, Failure::Outbox, Failure::Retry { after: None }, short, long, Failure::Setting];
    assert!(rising.is_sorted());
    assert_eq!(both(Err(long), Err(short)), Err(long));
    assert_eq!(both(Ok(()), Err(short)), Err(short));
    assert_eq!(both(Err(short), Ok(())), Err(short));
    assert_eq!(both(Ok(()), Ok(())), Ok(()));
}
