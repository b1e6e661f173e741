//! Waits after failures.

use std::time::Duration;

use game_model::SourceErrorKind;
use proptest::prelude::*;
use tokio::time::Instant;

use super::Backoff;
use crate::EspnConfig;

const FIRST: Duration = Duration::from_secs(2);
const MAX: Duration = Duration::from_mins(2);

fn backoff() -> Backoff {
    Backoff::new(&EspnConfig { first_backoff: FIRST, max_backoff: MAX, ..EspnConfig::default() })
}

#[test]
fn nobody_waits_before_a_failure() {
    assert_eq!(backoff().refusal(Instant::now()), None);
}

#[test]
fn a_wait_ends() {
    let (mut backoff, now) = (backoff(), Instant::now());
    let wait = backoff.failed(now, None, "ESPN is out of order.".into());
    let refusal = backoff.refusal(now + wait.mul_f32(0.5)).unwrap();
    assert_eq!(refusal.kind, SourceErrorKind::BackingOff);
    assert!(refusal.retry_after < wait && refusal.retry_after > wait.mul_f32(0.4));
    assert!(refusal.message.ends_with(" s after a failure: ESPN is out of order."), "{}", refusal.message);
    assert_eq!(backoff.refusal(now + wait), None);
}

#[test]
fn a_success_ends_the_wait_and_starts_the_count_anew() {
    let (mut backoff, now) = (backoff(), Instant::now());
    for _ in 0..10 {
        backoff.failed(now, None, String::new());
    }
    backoff.succeeded();
    assert_eq!(backoff.refusal(now), None);
    assert!(backoff.failed(now, None, String::new()) <= 2 * FIRST);
}

#[test]
fn a_wait_is_not_shortened_by_another_failure() {
    let (mut backoff, now) = (backoff(), Instant::now());
    let asked_for = Duration::from_mins(10);
    assert_eq!(backoff.failed(now, Some(asked_for), "first.".into()), asked_for);
    assert_eq!(backoff.failed(now, None, "second.".into()), asked_for);
}

#[test]
fn waits_differ() {
    let waits: std::collections::HashSet<Duration> =
        (0..20).map(|_| backoff().failed(Instant::now(), None, String::new())).collect();
    assert!(waits.len() > 10, "{waits:?}");
}

proptest! {
    #[test]
    fn waits_double_up_to_the_longest_and_jitter_at_most_doubles_them(failures in 1_u32..20) {
        let (mut backoff, mut now) = (backoff(), Instant::now());
        for nth in 0..failures {
            let wait = backoff.failed(now, None, String::new());
            let plain = (FIRST * 2_u32.pow(nth)).min(MAX);
            prop_assert!(wait >= plain && wait <= 2 * plain, "{nth}: {wait:?}");
            now += wait;
        }
    }

    #[test]
    fn a_longer_retry_after_is_honoured(seconds in 0_u64..100_000) {
        let wait = backoff().failed(Instant::now(), Some(Duration::from_secs(seconds)), String::new());
        prop_assert!(wait >= Duration::from_secs(seconds));
        prop_assert!(wait <= Duration::from_secs(seconds).max(2 * FIRST));
    }
}
