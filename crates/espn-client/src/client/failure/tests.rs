//! Kinds and sentences of failures.

use std::time::Duration;

use game_model::SourceErrorKind;
use reqwest::StatusCode;

use super::{Failure, root_cause};
use crate::DecodeError;

fn of_status(code: u16) -> Failure {
    let status = StatusCode::from_u16(code).unwrap();
    Failure::of_status(status, "/scoreboard?dates=20260109".into(), "no such day".into())
}

#[test]
fn each_status_has_its_kind() {
    for (code, kind) in [
        (401, SourceErrorKind::Blocked),
        (403, SourceErrorKind::Blocked),
        (429, SourceErrorKind::RateLimited),
        (304, SourceErrorKind::Rejected),
        (400, SourceErrorKind::Rejected),
        (404, SourceErrorKind::Rejected),
        (418, SourceErrorKind::Rejected),
        (408, SourceErrorKind::Unavailable),
        (500, SourceErrorKind::Unavailable),
        (503, SourceErrorKind::Unavailable),
        (599, SourceErrorKind::Unavailable),
    ] {
        let failure = of_status(code);
        assert_eq!(failure.is_of_the_question(), kind == SourceErrorKind::Rejected, "{code}");
        let error = failure.into_error(Duration::from_secs(3));
        assert_eq!((error.kind, error.retry_after), (kind, Duration::from_secs(3)), "{code}");
        assert!(error.message.contains(&code.to_string()), "{}", error.message);
    }
}

#[test]
fn the_sentences_say_what_to_do() {
    let host = || "espn.test".to_owned();
    let cause = || "connection reset".to_owned();
    for (failure, parts) in [
        (of_status(403), &["403 Forbidden", "ESPN_USER_AGENT"][..]),
        (of_status(429), &["429 Too Many Requests", "LIVE_POLL_SECONDS"]),
        (
            of_status(400),
            &["400 Bad Request", "/scoreboard?dates=20260109, saying \"no such day\"", "ESPN_BASE_URL"],
        ),
        (of_status(503), &["503 Service Unavailable, saying \"no such day\"", "wait"]),
        (
            Failure::TimedOut { limit: Duration::from_secs(10) },
            &["within 10 s", "connection to the internet"],
        ),
        (Failure::Network { host: host(), cause: cause() }, &["espn.test (connection reset)", "DNS"]),
        (
            Failure::BrokenOff { host: host(), bytes: 7, cause: cause() },
            &["after 7 bytes (connection reset)"],
        ),
        (Failure::TooLarge { limit: 8_388_608 }, &["8388608 bytes", "ESPN_BASE_URL"]),
        (Failure::from(DecodeError::Truncated { bytes: 9 }), &["breaks off after 9 bytes"]),
    ] {
        let sentence = failure.to_string();
        for part in parts {
            assert!(sentence.contains(part), "{part:?} is not in {sentence:?}");
        }
    }
    let silent = Failure::of_status(StatusCode::BAD_GATEWAY, String::new(), String::new());
    assert_eq!(silent.to_string(), "ESPN is out of order (502 Bad Gateway); nothing is to be done but wait");
}

#[test]
fn the_root_of_an_error_is_its_cause() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);
    let error = Outer(std::io::Error::other("inner"));
    assert_eq!(root_cause(&error), "inner");
}
