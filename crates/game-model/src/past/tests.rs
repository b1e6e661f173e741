//! Names of teams, and the course of a game.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Timeline, TimelineEntry};
use crate::GameStatus::{self, Delayed, Finished, Live, Scheduled};
use crate::PastTeam;
use crate::results::tests::game;

fn team(franchise: &str, names: [&str; 4]) -> PastTeam {
    let [id, name, nickname, abbreviation] = names.map(String::from);
    PastTeam { franchise: franchise.into(), id, name, nickname, abbreviation }
}

#[test]
fn a_team_is_called_by_every_name_it_has() {
    let nhl = "nhl".parse().unwrap();
    let lightning = team("20", ["nhl-tb", "Tampa Bay Lightning", "Lightning", "TB"]);
    let names =
        ["Lightning", " lightning ", "TAMPA BAY LIGHTNING", "tb", "TBL", "nhl-tb", "NHL-TBL", "20", "nhl-20"];
    for name in names {
        assert!(lightning.is_called(nhl, name), "{name}");
    }
    for name in ["", " ", "-", "nhl-", "nfl-tb", "Tampa", "Light", "2", "%", "Lightning' OR 1=1 --"] {
        assert!(!lightning.is_called(nhl, name), "{name}");
    }
    let nameless = team("x-1", ["x-1", "", "", ""]);
    assert!(!nameless.is_called(nhl, "") && nameless.is_called(nhl, "X-1"));
    let montreal = team("10", ["nhl-mtl", "Montréal Canadiens", "Canadiens", "MTL"]);
    assert!(montreal.is_called(nhl, "MONTRÉAL CANADIENS"));
}

#[test]
fn a_team_that_was_renamed_is_known_by_its_new_name_too() {
    let nfl = "nfl".parse().unwrap();
    let washington = team("28", ["nfl-wsh", "Washington Football Team", "Football Team", "WSH"]);
    assert!(washington.is_called(nfl, "football team") && washington.is_called(nfl, "Commanders"));
}

fn entry(minute: i64, status: GameStatus, home: u32, period: Option<&str>) -> TimelineEntry {
    TimelineEntry {
        observed_at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minute),
        status,
        home_score: home,
        away_score: 0,
        period: period.map(String::from),
        time_remaining: format!("{minute}:00"),
    }
}

fn timeline(entries: &[TimelineEntry]) -> Timeline {
    Timeline::new(game("nfl", 1, ("1", 7), ("2", 0)), entries.to_vec())
}

#[test]
fn only_changes_of_score_period_and_status_are_entries() {
    let all = timeline(&[
        entry(0, Scheduled, 0, None),
        entry(60, Live, 0, Some("1")),
        entry(61, Live, 0, Some("1")),
        entry(62, Live, 7, Some("1")),
        entry(75, Live, 7, Some("2")),
        entry(76, Delayed, 7, Some("2")),
        entry(90, Live, 7, Some("2")),
        entry(91, Live, 7, Some("2")),
        entry(240, Finished, 7, Some("4")),
        entry(241, Finished, 7, Some("4")),
    ]);
    let minutes: Vec<i64> = all.changes().map(|entry| entry.observed_at.timestamp() / 60).collect();
    assert_eq!(minutes, [0, 60, 62, 75, 76, 90, 240]);
    assert_eq!(all.entries.len(), 10);
    assert_eq!(all.duration_minutes(), Some(180));
    assert_eq!(timeline(&[]).changes().count(), 0);
}

#[test]
fn what_comes_after_the_end_is_no_part_of_the_course() {
    let all = timeline(&[
        entry(60, Live, 0, Some("1")),
        entry(200, Finished, 7, Some("4")),
        entry(205, Live, 7, Some("4")),
        entry(215, Finished, 10, Some("4")),
        entry(300, Scheduled, 0, None),
    ]);
    let minutes: Vec<i64> = all.entries.iter().map(|entry| entry.observed_at.timestamp() / 60).collect();
    assert_eq!(minutes, [60, 200, 205, 215]);
    assert_eq!(all.duration_minutes(), Some(155), "until the end that stands");
}

#[test]
fn a_game_that_is_on_lasts_until_the_newest_look() {
    let on =
        timeline(&[entry(0, Scheduled, 0, None), entry(60, Live, 0, Some("1")), entry(90, Live, 0, None)]);
    assert_eq!(on.duration_minutes(), Some(30));
    assert_eq!(timeline(&[entry(0, Scheduled, 0, None)]).duration_minutes(), None);
    assert_eq!(timeline(&[entry(0, Finished, 3, Some("4"))]).duration_minutes(), None);
}
