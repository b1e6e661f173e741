//! Headers as ESPN and what lies before it send them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::{max_age, retry_after, server_time};

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    lines
        .iter()
        .map(|(name, value)| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap())
        })
        .fold(HeaderMap::new(), |mut map, (name, value)| {
            map.append(name, value);
            map
        })
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn max_age_is_read_among_other_directives() {
    for (value, seconds) in [
        ("max-age=7", 7),
        ("public, Max-Age=9", 9),
        ("max-age=\"4\" , must-revalidate", 4),
        ("max-age=9, max-age=3", 3),
        ("no-cache, max-age=9", 0),
        ("no-store", 0),
        ("max-age=soon", 0),
        ("max-age=-3", 0),
        ("max-age", 0),
        ("", 0),
    ] {
        assert_eq!(max_age(&headers(&[("cache-control", value)])), Duration::from_secs(seconds), "{value}");
    }
    assert_eq!(max_age(&HeaderMap::new()), Duration::ZERO);
    let two = headers(&[("cache-control", "public"), ("cache-control", "max-age=5")]);
    assert_eq!(max_age(&two), Duration::from_secs(5));
}

#[test]
fn nothing_is_kept_for_days() {
    let year = headers(&[("cache-control", "max-age=31536000")]);
    assert_eq!(max_age(&year), Duration::from_hours(1));
}

#[test]
fn the_date_is_espns_clock() {
    let date = headers(&[("date", "Sun, 11 Sep 2022 20:05:00 GMT")]);
    assert_eq!(server_time(&date), Some(utc("2022-09-11T20:05:00Z")));
    assert_eq!(server_time(&headers(&[("date", "today")])), None);
    assert_eq!(server_time(&HeaderMap::new()), None);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = utc("2022-09-11T20:00:00Z");
    for (value, seconds) in [
        ("120", Some(120)),
        (" 0 ", Some(0)),
        ("Sun, 11 Sep 2022 20:05:00 GMT", Some(300)),
        ("Sun, 11 Sep 2022 19:05:00 GMT", Some(0)),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("\u{e9}", None),
    ] {
        let wait = retry_after(&headers(&[("retry-after", value)]), now);
        assert_eq!(wait, seconds.map(Duration::from_secs), "{value:?}");
    }
    assert_eq!(retry_after(&HeaderMap::new(), now), None);
}

/// The date is of ESPN's clock; this machine's may be hours off.
#[test]
fn a_date_counts_from_espns_clock() {
    let answer = headers(&[
        ("retry-after", "Sun, 11 Sep 2022 20:05:00 GMT"),
        ("date", "Sun, 11 Sep 2022 20:04:30 GMT"),
    ]);
    assert_eq!(retry_after(&answer, utc("1970-01-01T00:00:00Z")), Some(Duration::from_secs(30)));
}

#[test]
fn nobody_stays_away_for_ever() {
    for value in ["9999999", "99999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let wait = retry_after(&headers(&[("retry-after", value)]), utc("2022-09-11T20:00:00Z"));
        assert_eq!(wait, Some(Duration::from_hours(24)), "{value}");
    }
}
