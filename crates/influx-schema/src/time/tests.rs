//! Moments outside the range are held at its ends.

use chrono::{DateTime, TimeZone, Utc};

use super::{LATEST, from_nanoseconds, nanoseconds};

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

#[test]
fn counts_nanoseconds_from_1970_to_2262() {
    assert_eq!(nanoseconds(moment("1970-01-01T00:00:00.000000001Z")), 1);
    assert_eq!(nanoseconds(moment("2022-09-11T20:05:00Z")), 1_662_926_700_000_000_000);
    assert_eq!(nanoseconds(moment("2262-04-11T23:47:15.854775807Z")), LATEST);
}

#[test]
fn holds_other_moments_at_the_ends() {
    assert_eq!(nanoseconds(moment("1969-12-31T23:59:59Z")), 0);
    assert_eq!(nanoseconds(moment("0001-01-01T00:00:00Z")), 0);
    assert_eq!(nanoseconds(moment("2262-04-11T23:47:16.5Z")), LATEST);
    assert_eq!(nanoseconds(Utc.with_ymd_and_hms(9999, 12, 31, 0, 0, 0).unwrap()), LATEST);
}

#[test]
fn reads_back_what_it_counted() {
    let kept = moment("2026-11-24T15:00:00.123456789Z");
    assert_eq!(from_nanoseconds(nanoseconds(kept)), kept);
    assert!(from_nanoseconds(i64::MAX) > kept);
}
