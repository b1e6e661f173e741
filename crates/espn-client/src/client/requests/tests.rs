//! Counting by UTC days.

use chrono::{DateTime, Utc};

use super::Requests;

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_day_ends_at_midnight_utc() {
    let mut requests = Requests::default();
    assert_eq!(requests.on_day_of(utc("2026-01-10T12:00:00Z")), 0);
    requests.count(utc("2026-01-10T12:00:00Z"));
    requests.count(utc("2026-01-10T23:59:59Z"));
    assert_eq!(requests.on_day_of(utc("2026-01-10T23:59:59Z")), 2);
    assert_eq!(requests.on_day_of(utc("2026-01-11T00:00:00Z")), 0);
    requests.count(utc("2026-01-11T00:00:00Z"));
    assert_eq!(requests.on_day_of(utc("2026-01-11T12:00:00Z")), 1);
}
