//! The table of leagues: what its rows say, and what always holds for each.

use std::collections::{BTreeMap, BTreeSet};

use game_model::{League, Period, SeasonPhase, TeamFacts, eastern_date};
use proptest::prelude::*;

fn league(key: &str) -> League {
    key.parse().unwrap()
}

fn divisions(key: &str) -> BTreeMap<(&'static str, &'static str), usize> {
    let mut divisions = BTreeMap::new();
    for team in league(key).teams {
        *divisions.entry((team.conference, team.division)).or_default() += 1;
    }
    divisions
}

#[test]
fn the_nfl_has_32_teams_in_eight_divisions_of_four() {
    let quarters = ["East", "North", "South", "West"];
    let expected = ["AFC", "NFC"].into_iter().flat_map(|conference| quarters.map(|d| ((conference, d), 4)));
    assert_eq!(divisions("nfl"), expected.collect());
}

#[test]
fn the_nhl_has_32_teams_in_four_divisions_of_eight() {
    let expected = [
        (("Eastern", "Atlantic"), 8),
        (("Eastern", "Metropolitan"), 8),
        (("Western", "Central"), 8),
        (("Western", "Pacific"), 8),
    ];
    assert_eq!(divisions("nhl"), expected.into());
    let listed = |team: &&TeamFacts| team.listed_as.map(|listed| (team.abbreviation, listed));
    let twice: BTreeSet<_> = league("nhl").teams.iter().filter_map(|team| listed(&team)).collect();
    assert_eq!(twice, [("LA", "LAK"), ("NJ", "NJD"), ("SJ", "SJS"), ("TB", "TBL")].into());
    let utah = league("nhl").teams.iter().find(|team| team.abbreviation == "UTAH").unwrap();
    assert_eq!((utah.conference, utah.division), ("Western", "Central"));
    let arizona = league("nhl").team_by_espn_id("24").unwrap();
    assert_eq!((arizona.nickname, arizona.conference, arizona.division), ("Coyotes", "Western", "Central"));
}

#[test]
fn a_team_has_an_id_and_an_abbreviation_of_its_own() {
    for league in League::all() {
        let teams: Vec<_> = league.known_teams().collect();
        let ids: BTreeSet<_> = teams.iter().map(|team| team.espn_id).collect();
        let names: BTreeSet<_> =
            teams.iter().flat_map(|team| [Some(team.abbreviation), team.listed_as]).flatten().collect();
        let listed_twice = teams.iter().filter(|team| team.listed_as.is_some()).count();
        assert_eq!((ids.len(), names.len()), (teams.len(), teams.len() + listed_twice), "{league}");
        for team in teams {
            assert_eq!(league.team_by_espn_id(&team.espn_id.to_string()).unwrap().name, team.name);
            let (primary, secondary) = team.colors;
            assert!([primary, secondary].iter().all(|color| color.len() == 7 && color.starts_with('#')));
            assert!(team.name.ends_with(team.nickname), "{}", team.name);
        }
    }
    assert!(league("nfl").team_by_espn_id("NE").is_none());
    assert!(league("nfl").team_by_espn_id("99999").is_none());
}

#[test]
fn a_league_is_found_in_any_letter_case_and_an_unknown_one_names_the_known() {
    for league in League::all() {
        assert_eq!(format!(" {} ", league.key.to_uppercase()).parse(), Ok(league));
        let json = serde_json::to_string(&league).unwrap();
        assert_eq!(serde_json::from_str::<League>(&json).unwrap(), league);
    }
    let unknown = "cricket".parse::<League>().unwrap_err().to_string();
    assert!(unknown.contains("\"cricket\"") && unknown.contains("nfl, nhl"), "{unknown}");
    assert!(serde_json::from_str::<League>("\"cricket\"").is_err());
    assert_eq!(
        (league("nfl").to_string(), format!("{:?}", league("nfl"))),
        ("NFL".into(), "League(nfl)".into())
    );
    assert!(league("nfl") < league("nhl"));
}

#[test]
fn seasons_are_named_as_their_league_names_them() {
    let labels =
        [("nfl", "2025"), ("nhl", "2024-25"), ("nba", "2024-25"), ("epl", "2025-26"), ("mlb", "2025")];
    for (key, label) in labels {
        assert_eq!(league(key).season(2025, 2).label, label, "{key}");
    }
    assert_eq!(league("nhl").season(2000, 2).label, "1999-00");
    assert_eq!(league("epl").season(1999, 1).label, "1999-00");
    for league in League::all() {
        // Nonsense has a name too.
        assert!(!league.season(i32::MIN, 2).label.is_empty() && !league.season(i32::MAX, 2).label.is_empty());
    }
    assert_eq!(league("nhl").season(2026, 3).phase, SeasonPhase::Postseason);
}

#[test]
fn weeks_of_the_nfl_have_the_names_that_people_use() {
    let name = |phase, number| league("nfl").week(phase, number).unwrap().label;
    let preseason = [1, 2, 4].map(|number| name(SeasonPhase::Preseason, number));
    assert_eq!(preseason, ["hall_of_fame", "pre_1", "pre_3"]);
    let postseason = [1, 2, 3, 4, 5].map(|number| name(SeasonPhase::Postseason, number));
    assert_eq!(postseason, ["wild_card", "divisional", "conference", "pro_bowl", "super_bowl"]);
    assert_eq!((name(SeasonPhase::Regular, 1), name(SeasonPhase::Regular, 18)), ("1".into(), "18".into()));
    let college = |phase, number| league("ncaaf").week(phase, number).unwrap().label;
    assert_eq!(
        (college(SeasonPhase::Regular, 5), college(SeasonPhase::Postseason, 1)),
        ("5".into(), "post_1".into())
    );
    assert_eq!(league("nhl").week(SeasonPhase::Regular, 5), None);
}

#[test]
fn periods_have_the_names_of_their_sport() {
    let name =
        |key: &str, number, phase| league(key).period(number, Some(phase)).map(|period| period.to_string());
    let of = |key: &str, numbers: [u32; 4], phase| numbers.map(|number| name(key, number, phase).unwrap());
    assert_eq!(of("nfl", [1, 4, 5, 6], SeasonPhase::Postseason), ["1", "4", "OT", "2OT"]);
    assert_eq!(of("nhl", [1, 3, 4, 5], SeasonPhase::Regular), ["1", "3", "OT", "SO"]);
    assert_eq!(of("nhl", [3, 4, 5, 6], SeasonPhase::Postseason), ["3", "OT", "2OT", "3OT"]);
    assert_eq!(of("mlb", [1, 9, 10, 14], SeasonPhase::Regular), ["1", "9", "10", "14"]);
    assert_eq!(of("epl", [2, 3, 4, 5], SeasonPhase::Regular), ["2", "OT", "OT", "SO"]);
    assert_eq!(name("nfl", 0, SeasonPhase::Regular), None);
}

#[test]
fn a_late_game_is_filed_under_the_eastern_day() {
    let day = |moment: &str| eastern_date(moment.parse().unwrap()).to_string();
    assert_eq!(day("2025-10-08T01:40:00Z"), "2025-10-07");
    assert_eq!(day("2025-10-08T03:59:00Z"), "2025-10-07");
    assert_eq!(day("2025-10-08T04:00:00Z"), "2025-10-08");
    // After the end of daylight saving time.
    assert_eq!(day("2025-11-08T04:59:00Z"), "2025-11-07");
}

proptest! {
    /// Later numbers never name earlier periods.
    #[test]
    fn periods_follow_each_other(index in 0..League::all().count(), number in 0_u32..30, phase in 1..5) {
        let league = League::all().nth(index).unwrap();
        let phase = Some(SeasonPhase::from_espn(phase));
        prop_assert!(league.period(number, phase) <= league.period(number + 1, phase));
        prop_assert_eq!(league.period(number, phase).is_none(), number == 0);
        let regulation = number > 0 && number <= league.regulation_periods;
        prop_assert!(!regulation || league.period(number, phase) == Some(Period::Regulation(number)));
    }

    #[test]
    fn phases_keep_their_number(number in -5..50) {
        prop_assert_eq!(SeasonPhase::from_espn(number).to_espn(), number);
    }

    /// A label that spans two years spans consecutive ones.
    #[test]
    fn seasons_span_a_year_at_most(index in 0..League::all().count(), year in 1900..2100) {
        let label = League::all().nth(index).unwrap().season(year, 2).label;
        let (first, second) = label.split_once('-').unwrap_or((&label, ""));
        let first: i32 = first.parse().unwrap();
        prop_assert!((first - year).abs() <= 1);
        prop_assert!(second.is_empty() || second.parse::<i32>().unwrap() == (first + 1).rem_euclid(100));
    }
}
