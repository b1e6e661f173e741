//! Faults on the command line.

use super::*;

fn planned(text: &str) -> (Option<&'static str>, Fault, Times) {
    let PlannedFault { league, fault, times } = text.parse().unwrap();
    (league.map(|league| league.key), fault, times)
}

#[test]
fn faults_are_read() {
    let always = Times::UntilCleared;
    assert_eq!(planned("500"), (None, Fault::status(500), always));
    assert_eq!(planned("nfl:429/30*2"), (Some("nfl"), Fault::rate_limited("30"), Times::Next(2)));
    assert_eq!(planned("slow"), (None, Fault::Slow(SLOW), always));
    assert_eq!(planned("NHL:slow/0.5"), (Some("nhl"), Fault::Slow(Duration::from_millis(500)), always));
    for (text, fault) in [
        ("hang", Fault::Hang),
        ("truncate", Fault::Truncate),
        ("garbage", Fault::Garbage),
        ("reset", Fault::Reset),
    ] {
        assert_eq!(planned(&format!("{text}*1")), (None, fault, Times::Next(1)));
    }
}

#[test]
fn what_is_no_fault_is_said() {
    for (text, said) in [
        ("", "neither a status"),
        ("200", "neither a status"),
        ("hang/3", "neither a status"),
        ("nfl:explode", "\"explode\" is neither"),
        ("curling:500", "unknown league"),
        ("500*often", "\"often\" is not a number"),
        ("slow/-1", "\"-1\" is not a number"),
    ] {
        let error = text.parse::<PlannedFault>().unwrap_err();
        assert!(error.contains(said), "{text}: {error}");
    }
}
