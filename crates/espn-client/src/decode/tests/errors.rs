//! Bytes that are no scoreboard, and scoreboards that the fast reading gives up on.

use espn_sim::shape::{event, scoreboard};
use game_model::{Slate, SlateId};

use super::super::{DecodeError, Decoded, decode};
use super::{board, league, read, saints_at_falcons};

fn bytes(body: &[u8]) -> Result<Decoded, DecodeError> {
    decode(league("nfl"), Slate::Current, body)
}

#[test]
fn an_answer_without_events_is_an_empty_slate() {
    assert_eq!(bytes(br#"{"events":[]}"#).unwrap().games, []);
}

#[test]
fn every_beginning_of_a_scoreboard_is_truncated() {
    let whole = serde_json::to_string_pretty(&board("nfl", saints_at_falcons())).unwrap();
    for end in 0..whole.len() {
        let error = bytes(&whole.as_bytes()[..end]).unwrap_err();
        assert_eq!(error, DecodeError::Truncated { bytes: end }, "{}", &whole[..end]);
    }
}

#[test]
fn the_slow_reading_tells_truncation_too() {
    let error = bytes(br#"{"events":[],"events":[],"#).unwrap_err();
    assert_eq!(error, DecodeError::Truncated { bytes: 25 });
}

#[test]
fn a_page_is_not_json() {
    let page = format!("<html><body>Log in to the hotel's network{}</body>", "!".repeat(1_000));
    let error = bytes(page.as_bytes()).unwrap_err();
    let DecodeError::NotJson { reason, excerpt } = &error else { panic!("{error:?}") };
    assert_eq!(reason, "expected value at line 1 column 1");
    assert_eq!(excerpt.chars().count(), 80);
    assert!(error.to_string().contains("check that ESPN_BASE_URL leads to ESPN"), "{error}");
    assert!(matches!(bytes(br#"{"events":[]} and more"#), Err(DecodeError::NotJson { .. })));
}

#[test]
fn json_of_another_form_has_no_events() {
    for other in [
        r"{}",
        r#"{"events":null}"#,
        r#"{"events":{"0":{}}}"#,
        "[]",
        "[[]]",
        "[[{}],[]]",
        "null",
        "7",
        r#""x""#,
    ] {
        let error = bytes(other.as_bytes()).unwrap_err();
        assert_eq!(error, DecodeError::NoEvents { excerpt: other.to_owned() });
    }
    let error = bytes(br#"{"code":400,"code":400}"#).unwrap_err();
    assert!(error.to_string().contains("has no list `events`"), "{error}");
}

/// An event that no parser takes costs only itself.
#[test]
fn an_event_that_cannot_be_parsed_is_a_problem() {
    let events =
        ["1", "2", "3"].into_iter().fold(scoreboard(league("nfl")), |board, id| board.event(event(id)));
    let whole = events.calendar_week(2, 5, "2025-10-01T08:00Z", "2025-10-08T07:59Z").to_json();
    let expected = read("nfl", &whole);
    let text = whole.to_string();
    for (good, bad) in [
        (r#""id":"2","name""#, r#""id":"2","id":"2","name""#),
        (r#""id":"2","name""#, r#""id":"\ud800","name""#),
        (r#""id":"2","name""#, r#""id":1e999,"name""#),
    ] {
        let broken = text.replace(good, bad);
        assert_ne!(broken, text, "{good} is not there");
        let decoded = bytes(broken.as_bytes()).unwrap();
        let ids: Vec<&str> = decoded.games.iter().map(|game| game.id.0.as_str()).collect();
        assert_eq!(ids, ["1", "3"], "{bad}");
        let [problem] = &decoded.problems[..] else { panic!("{:?}", decoded.problems) };
        assert_eq!((problem.position, &problem.event), (1, &None));
        assert!(problem.reason.starts_with("the event cannot be parsed: "), "{}", problem.reason);
        assert_eq!((&decoded.slate, &decoded.weeks), (&expected.slate, &expected.weeks));
    }
}

#[test]
fn of_a_part_given_twice_the_last_counts() {
    let text = board("nfl", saints_at_falcons()).to_string();
    let twice = text.replacen('{', r#"{"events":[],"week":{"number":9},"leagues":7,"#, 1);
    let decoded = bytes(twice.as_bytes()).unwrap();
    assert_eq!(decoded.games.len(), 1);
    assert_eq!(decoded.slate, Some(SlateId::Week { year: 2022, phase: 2, number: 1 }));
}

#[test]
fn bytes_that_are_no_utf8_spoil_only_their_text() {
    let text = board("nfl", saints_at_falcons()).to_string();
    let mut body = text.into_bytes();
    let at = body.windows(8).position(|window| window == b"Mercedes").unwrap();
    body[at] = 0xff;
    let decoded = bytes(&body).unwrap();
    assert_eq!(decoded.games[0].venue.as_deref(), Some("\u{fffd}ercedes-Benz Stadium"));
}

#[test]
fn escapes_are_read() {
    let text = board("nfl", saints_at_falcons()).to_string().replace("Mercedes", r"M\u00e9r\u0022\\");
    assert_eq!(bytes(text.as_bytes()).unwrap().games[0].venue.as_deref(), Some("Mér\"\\-Benz Stadium"));
}

#[test]
fn deep_nesting_overflows_nothing() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = board("nfl", saints_at_falcons()).to_string();
    for place in [r#""displayClock":"0:00""#, r#""name":"New"#] {
        let (before, after) = text.split_once(place).unwrap();
        let extra = format!("{before}\"extra\":{deep},{place}{after}");
        assert_eq!(bytes(extra.as_bytes()).unwrap().games.len(), 1);
    }
    let as_clock = text.replace(r#""displayClock":"0:00""#, &format!(r#""displayClock":{deep}"#));
    assert_eq!(bytes(as_clock.as_bytes()).unwrap().games.len(), 1);
}
