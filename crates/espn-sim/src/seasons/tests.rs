//! What seasons are like.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn season(league: &str, begins: i32, seed: u64) -> Season {
    Season::new(league.parse().unwrap(), begins, seed).unwrap()
}

/// How many games of this phase each team has, and at home.
fn games(season: &Season, phase: SeasonPhase) -> BTreeMap<u32, (u32, u32)> {
    let mut games = BTreeMap::new();
    for fixture in season.fixtures.iter().filter(|fixture| fixture.phase == phase) {
        for (team, home) in [(fixture.home, 1), (fixture.away, 0)] {
            let counts: &mut (u32, u32) = games.entry(team.espn_id).or_default();
            *counts = (counts.0 + 1, counts.1 + home);
        }
    }
    games
}

#[test]
fn the_same_seed_makes_the_same_season() {
    for league in ["nfl", "nhl"] {
        let seen = |seed| {
            let season = season(league, 2021, seed);
            let seen: Vec<_> = season.matchdays()[3].polls().map(|poll| (poll.at, poll.board)).collect();
            seen
        };
        assert_eq!(seen(1), seen(1));
        assert_ne!(seen(1), seen(2), "{league}");
    }
}

#[test]
fn every_team_plays_17_games_in_18_weeks_and_has_one_week_off() {
    for begins in 2021..2025 {
        let season = season("nfl", begins, 5);
        let of_teams = games(&season, SeasonPhase::Regular);
        assert_eq!(of_teams.len(), 32);
        assert!(
            of_teams.values().all(|(games, home)| *games == 17 && (6..=11).contains(home)),
            "{of_teams:?}"
        );
        let mut weeks: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut pairs = BTreeSet::new();
        for fixture in season.fixtures.iter().filter(|fixture| fixture.phase == SeasonPhase::Regular) {
            let (home, away) = (fixture.home.espn_id, fixture.away.espn_id);
            weeks.entry(fixture.week).or_default().extend([home, away]);
            assert!(pairs.insert((home.min(away), home.max(away))), "they met before");
        }
        assert_eq!(weeks.keys().copied().collect::<Vec<_>>(), (1..=18).collect::<Vec<_>>());
        for (week, mut teams) in weeks {
            let playing = teams.len();
            teams.sort_unstable();
            teams.dedup();
            assert_eq!(teams.len(), playing, "nobody plays twice in week {week}");
            assert!(playing == 32 || (5..=14).contains(&week) && playing >= 26, "{playing} in week {week}");
        }
    }
}

#[test]
fn every_team_of_hockey_plays_82_games_never_twice_a_day() {
    let season = season("nhl", 2023, 5);
    let of_teams = games(&season, SeasonPhase::Regular);
    assert_eq!((of_teams.len(), season.year), (32, 2024));
    assert!(of_teams.values().all(|(games, home)| *games == 82 && (35..=47).contains(home)), "{of_teams:?}");
    let mut busy = BTreeSet::new();
    for fixture in &season.fixtures {
        for team in [fixture.home, fixture.away] {
            let day = game_model::eastern_date(fixture.start);
            assert!(busy.insert((day, team.espn_id)), "{} plays twice on {day}", team.name);
        }
    }
    let playoffs = season.fixtures.iter().filter(|fixture| fixture.phase == SeasonPhase::Postseason).count();
    assert!((15 * 4..=15 * 7).contains(&playoffs), "{playoffs} games of 15 series");
}

#[test]
fn playoffs_have_no_ties_and_end_with_one_game() {
    let season = season("nfl", 2022, 9);
    let playoffs = season.fixtures.iter().filter(|fixture| fixture.phase == SeasonPhase::Postseason);
    let mut of_week: BTreeMap<u32, u32> = BTreeMap::new();
    for fixture in playoffs {
        let (home, away) = fixture.result();
        assert_ne!(home, away);
        *of_week.entry(fixture.week).or_default() += 1;
    }
    assert_eq!(of_week, BTreeMap::from([(1, 6), (2, 4), (3, 2), (5, 1)]));
}

#[test]
fn games_are_as_long_and_as_high_as_they_usually_are() {
    for (league, minutes, points) in [("nfl", 170..200, 38..52), ("nhl", 140..165, 5..8)] {
        let season = season(league, 2024, 3);
        let (mut polls, mut scored, mut played) = (0, 0, 0);
        for day in season.matchdays().iter().take(12) {
            for poll in day.polls().skip(1) {
                polls += poll.board["events"].as_array().unwrap().len();
            }
            played += day.fixtures().len();
            scored += day.fixtures().iter().map(|fixture| fixture.result()).map(|(h, a)| h + a).sum::<u32>();
        }
        let played = u32::try_from(played).unwrap();
        let took = u32::try_from(polls).unwrap() * 20 / 60 / played;
        assert!(minutes.contains(&took), "{league}: {took} minutes");
        assert!(points.contains(&(scored / played)), "{league}: {} points", scored / played);
    }
}

#[test]
fn the_last_look_at_each_game_shows_its_result() {
    let season = season("nhl", 2020, 11);
    let mut endings = BTreeSet::new();
    for day in season.matchdays().iter().take(20) {
        let mut last = BTreeMap::new();
        for poll in day.polls() {
            for event in poll.board["events"].as_array().unwrap() {
                last.insert(event["id"].as_str().unwrap().to_owned(), event.clone());
            }
        }
        assert_eq!(last.len(), day.fixtures().len());
        for fixture in day.fixtures() {
            let event = &last[&fixture.id];
            let kind = &event["status"]["type"];
            assert_eq!(kind["name"], "STATUS_FINAL");
            endings.insert(kind["detail"].as_str().unwrap().to_owned());
            let score = |side: usize| {
                event["competitions"][0]["competitors"][side]["score"].as_str().unwrap().to_owned()
            };
            assert_eq!((score(0).parse().unwrap(), score(1).parse().unwrap()), fixture.result());
        }
    }
    assert_eq!(endings, ["Final", "Final/OT", "Final/SO"].map(str::to_owned).into());
}

#[test]
fn what_is_not_made_up_is_said() {
    let error = Season::new("mlb".parse().unwrap(), 2022, 1).unwrap_err().to_string();
    assert_eq!(error, "there are no made-up seasons of the MLB; allowed are nfl and nhl");
    let error = Season::new("nfl".parse().unwrap(), 3000, 1).unwrap_err().to_string();
    assert!(error.contains("3000") && error.contains("2200"), "{error}");
}
