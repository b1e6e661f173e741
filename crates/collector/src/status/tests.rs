//! Tests of the report on a league.

use std::time::Duration;

use super::*;
use crate::test_support::{nhl, utc};

fn error(kind: SourceErrorKind, message: &str) -> SourceError {
    SourceError { kind, message: message.into(), retry_after: Duration::ZERO }
}

fn report(status: &LeagueStatus, now: &str) -> PollReport {
    status.report(utc(now), Instant::now())
}

#[test]
fn attempts_are_counted_by_outcome_and_requests_by_day() {
    let mut status = LeagueStatus::new(nhl());
    assert!(!report(&status, "2026-01-10T12:00").attempted);
    status.succeeded(utc("2026-01-10T23:58"));
    status.failed(&error(SourceErrorKind::TimedOut, "late."), true, utc("2026-01-10T23:59"));
    status.failed(&error(SourceErrorKind::BackingOff, "left alone."), true, utc("2026-01-10T23:59"));

    let evening = report(&status, "2026-01-10T23:59");
    assert_eq!(evening.attempts, [("backing_off", 1), ("ok", 1), ("timed_out", 1)]);
    assert_eq!(evening.requests_today, 2, "nothing was asked while the source was left alone");
    assert_eq!(report(&status, "2026-01-11T00:00").requests_today, 0);
    status.succeeded(utc("2026-01-11T00:01"));
    assert_eq!(report(&status, "2026-01-11T00:02").requests_today, 1);
}

#[test]
fn a_failing_league_says_why_and_since_when() {
    let mut status = LeagueStatus::new(nhl());
    let blocked = error(SourceErrorKind::Blocked, "ESPN refuses this client; set another user agent.");
    assert!(status.failed(&blocked, true, utc("2026-01-10T12:00")));
    assert!(!status.failed(&blocked, true, utc("2026-01-10T12:30")), "the same again is no news");
    assert!(!status.failed(&error(SourceErrorKind::BackingOff, "x"), true, utc("2026-01-10T12:40")));
    let failing = report(&status, "2026-01-10T13:00");
    assert_eq!(failing.consecutive_failures, 2);
    assert_eq!(failing.last_error.as_deref(), Some("ESPN refuses this client; set another user agent."));
    let expected =
        "NHL: no scoreboard since 2026-01-10 12:00 UTC: ESPN refuses this client; set another user agent.";
    assert_eq!(failing.reasons, [expected]);

    status.succeeded(utc("2026-01-10T13:01"));
    let mended = report(&status, "2026-01-10T13:02");
    assert_eq!((mended.consecutive_failures, mended.last_error), (0, None));
    assert_eq!(mended.last_success, Some(utc("2026-01-10T13:01")));
    assert!(mended.reasons.is_empty());
}

#[test]
fn a_refused_question_about_days_ahead_is_counted_and_no_complaint() {
    let mut status = LeagueStatus::new(nhl());
    status.failed(&error(SourceErrorKind::Rejected, "no such week."), false, utc("2026-01-10T12:00"));
    let seen = report(&status, "2026-01-10T12:00");
    assert_eq!(seen.attempts, [("rejected", 1)]);
    assert!(seen.reasons.is_empty() && seen.last_error.is_none());
    status.failed(&error(SourceErrorKind::Rejected, "no."), true, utc("2026-01-10T12:00"));
    assert_eq!(report(&status, "2026-01-10T12:00").reasons.len(), 1);
}

#[test]
fn refused_observations_are_a_complaint_until_all_is_kept() {
    let mut status = LeagueStatus::new(nhl());
    assert!(status.refused("the disk is full.", utc("2026-01-10T12:00")));
    assert!(!status.refused("the disk is full.", utc("2026-01-10T12:01")));
    assert!(status.refused("the disk is gone.", utc("2026-01-10T12:02")));
    let seen = report(&status, "2026-01-10T12:03");
    assert_eq!(seen.refused_observations, 3);
    let expected = "NHL: what is seen is served but not kept since 2026-01-10 12:00 UTC: the disk is gone.";
    assert_eq!(seen.reasons, [expected]);
    status.committed(false);
    assert_eq!(report(&status, "2026-01-10T12:03").reasons.len(), 1);
    status.committed(true);
    assert!(report(&status, "2026-01-10T12:03").reasons.is_empty());
}

#[test]
fn every_other_complaint_is_a_sentence_too() {
    let mut status = LeagueStatus::new(nhl());
    status.problems = ["event 1: a", "event 2: b", "event 3: c", "event 4: d"].map(str::to_owned).to_vec();
    status.clock_offset = TimeDelta::minutes(-20);
    status.restore_error = Some("the store is locked.".into());
    status.broken = true;
    assert_eq!(
        report(&status, "2026-01-10T12:00").reasons,
        [
            "NHL: games seen before the start could not be read: the store is locked.",
            "NHL: 4 events can not be read: event 1: a; event 2: b; event 3: c; ...",
            "this machine's clock is 20 minutes ahead of ESPN's and is corrected by it; set it, or let NTP set it",
            "NHL: the watch ended by a fault of its own, see the log; restart the service",
        ]
    );
}

#[test]
fn the_next_poll_is_told_from_the_moment_of_asking() {
    let mut status = LeagueStatus::new(nhl());
    let now = Instant::now();
    status.next_poll_at = Some(now + Duration::from_secs(9));
    let wait = |at| status.report(utc("2026-01-10T12:00"), at).next_poll_in;
    assert_eq!(wait(now), Duration::from_secs(9));
    assert_eq!(wait(now + Duration::from_secs(4)), Duration::from_secs(5));
    assert_eq!(wait(now + Duration::from_secs(40)), Duration::ZERO);
}
