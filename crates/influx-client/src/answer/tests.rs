//! Words, statuses and waits.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, HeaderValue};

use super::{Answer, MAX_WORDS, retry_after, shorten};
use crate::{InfluxError, WriteError};

fn answer(status: u16, body: &str) -> Answer {
    let server = "http://influxdb:8086".into();
    Answer { server, status, headers: HeaderMap::new(), body: body.into() }
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let value = |text: &str| HeaderValue::from_bytes(text.as_bytes()).expect("a header");
    pairs.iter().map(|(name, text)| (name.parse().expect("a name"), value(text))).collect()
}

#[test]
fn waits_are_seconds_or_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    for (after, wait) in [
        ("0", seconds(0)),
        (" 120 ", seconds(120)),
        ("Sun, 06 Nov 1994 08:49:47 GMT", seconds(10)),
        ("Sun, 06 Nov 1994 08:49:27 GMT", seconds(0)),
        ("99999999999999999999", seconds(u64::MAX)),
        ("-3", None),
        ("+3", None),
        ("soon", None),
        ("", None),
        ("s\u{f6}on", None),
    ] {
        assert_eq!(retry_after(&headers(&[("retry-after", after)]), now), wait, "{after:?}");
    }
    assert_eq!(retry_after(&headers(&[]), now), None);
    let clock = [("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT"), ("date", "Sun, 06 Nov 1994 08:49:46 GMT")];
    assert_eq!(retry_after(&headers(&clock), now), seconds(1), "the server's clock counts");
    let broken = [clock[0], ("date", "today")];
    assert_eq!(retry_after(&headers(&broken), now), seconds(10));
}

#[test]
fn words_are_the_servers_own_and_short() {
    for (body, words) in [
        (r#"{"error":"database is required"}"#, "database is required"),
        (r#"{"code":"invalid","message":"no\n\tpoints"}"#, "no points"),
        (r#"{"error":{"code":7}}"#, r#"{"error":{"code":7}}"#),
        ("max request size (10485760 bytes) exceeded", "max request size (10485760 bytes) exceeded"),
        ("\n <html><body>Bad Gateway</body></html>", "a page for people"),
        (" \n", "it says nothing"),
    ] {
        assert_eq!(answer(400, body).words(), words);
    }
    assert_eq!(shorten(&"ü".repeat(MAX_WORDS)), "ü".repeat(MAX_WORDS));
    assert_eq!(shorten(&"ü".repeat(MAX_WORDS + 1)), format!("{}...", "ü".repeat(MAX_WORDS)));
}

#[test]
fn every_status_names_what_to_mend() {
    let unauthorized = r#"{"code":"unauthorized","message":"unauthorized access"}"#;
    let forbidden = r#"{"code":"unauthorized","message":"read:orgs/1 is unauthorized"}"#;
    for (status, body, expected) in [
        (301, "", "redirects to nowhere (301); set INFLUXDB_URL"),
        (400, r#"{"error":"database is required"}"#, "(400): database is required; check INFLUXDB_URL"),
        (401, unauthorized, "does not accept INFLUXDB_TOKEN (401): unauthorized access"),
        (401, forbidden, "does not allow this to INFLUXDB_TOKEN (401): read:orgs/1"),
        (403, "", "does not allow this to INFLUXDB_TOKEN (403): it says nothing"),
        (404, "", "does not have what was asked for (404): it says nothing; check INFLUXDB_BUCKET"),
        (418, "", "refuses a request (418)"),
    ] {
        let error = answer(status, body).check().expect_err("no success");
        assert!(error.to_string().contains(expected), "{error}");
        let reason = error.to_string();
        assert_eq!(WriteError::from(error), WriteError::Setting { reason });
    }
    assert_eq!(answer(299, "fine").check().expect("a success").body, b"fine");
}

#[test]
fn troubles_of_the_server_pass() {
    for status in [408, 429, 500, 502, 503, 504, 599] {
        let mut answer = answer(status, "");
        answer.headers = headers(&[("retry-after", "7")]);
        let error = answer.check().expect_err("no success");
        assert_eq!(error.is_of_the_question(), status == 500);
        let WriteError::Retry { after, reason } = error.into() else { panic!("{status} is to be retried") };
        assert_eq!(after, Some(Duration::from_secs(7)));
        assert_eq!(
            reason,
            format!("InfluxDB at http://influxdb:8086 cannot answer now ({status}): it says nothing")
        );
    }
}

#[test]
fn redirects_show_the_server_alone() {
    let to = |location: &str| {
        let mut answer = answer(308, "");
        answer.headers = headers(&[("location", location)]);
        match answer.check().expect_err("no success") {
            InfluxError::Redirect { to, status: 308, .. } => to,
            other => panic!("a redirect, not {other:?}"),
        }
    };
    assert_eq!(to("https://me:hunter2@db.example:8443/write?token=hunter2"), "https://db.example:8443");
    assert_eq!(to("/login?token=hunter2"), "http://influxdb:8086");
    assert_eq!(to("http://["), "nowhere");
}

#[test]
fn what_is_not_the_json_expected_is_an_error() {
    let error = answer(200, "<html>").json::<Vec<u8>>().expect_err("no JSON");
    assert!(error.to_string().contains("(200): not what InfluxDB answers: a page for people"), "{error}");
}
