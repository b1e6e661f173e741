//! What a nickname and a label tell.

use crate::{League, PastTeam, SeasonPhase, Team};

fn league(key: &str) -> League {
    key.parse().unwrap()
}

fn team(franchise: &str, name: &str, nickname: &str) -> PastTeam {
    let abbreviation = name[..2].to_uppercase();
    let id = format!("x-{}", abbreviation.to_lowercase());
    PastTeam { franchise: franchise.into(), id, name: name.into(), nickname: nickname.into(), abbreviation }
}

#[test]
fn a_week_tells_the_phase_and_a_label_the_year() {
    let nfl = league("nfl");
    for (phase, number) in [
        (SeasonPhase::Preseason, 1),
        (SeasonPhase::Preseason, 3),
        (SeasonPhase::Regular, 18),
        (SeasonPhase::Postseason, 1),
        (SeasonPhase::Postseason, 4),
        (SeasonPhase::Postseason, 5),
    ] {
        let week = nfl.week(phase, number).unwrap().label;
        assert_eq!(nfl.season_told("2025", Some(&week)), nfl.season(2025, phase.to_espn()), "{week}");
    }
    for (key, year) in [("nhl", 2026), ("epl", 2025), ("wnba", 2025)] {
        let known = league(key).season(year, 2);
        let read = league(key).season_told(&known.label, None);
        assert_eq!((read.year, read.begins(), &read.label), (year, known.begins(), &known.label));
    }
}

#[test]
fn the_table_of_leagues_knows_more_of_a_team_than_its_nickname() {
    let nhl = league("nhl");
    for facts in nhl.teams {
        let team = PastTeam::told(nhl, facts.nickname);
        assert_eq!((team.name.as_str(), team.franchise.clone()), (facts.name, facts.espn_id.to_string()));
        assert!(!team.is_nickname_alone());
    }
    let unknown = PastTeam::told(nhl, "O'Brien; DROP");
    assert_eq!((unknown.id.as_str(), unknown.franchise.as_str()), ("nhl-o'brien; drop", "nhl-o'brien; drop"));
    assert!(unknown.is_called(nhl, "o'brien; drop") && unknown.is_nickname_alone());
}

#[test]
fn of_two_that_were_called_so_the_division_tells() {
    let of = |division| Team::told(league("nhl"), "Jets", division).espn_id;
    let all: Vec<_> = league("nhl").known_teams().filter(|facts| facts.nickname == "Jets").collect();
    for facts in all {
        assert_eq!(of(facts.division), facts.espn_id.to_string());
    }
}

#[test]
fn a_nickname_means_the_only_team_that_is_called_so() {
    let teams = [
        team("13", "Los Angeles Lakers", "Lakers"),
        team("12", "LA Clippers", "Clippers"),
        team("2", "Auburn Tigers", "Tigers"),
        team("99", "LSU Tigers", "Tigers"),
        team("13", "LA Lakers", "Lakers"),
        PastTeam::told(league("nba"), "Celtics"),
    ];
    let meant =
        |name| PastTeam::meant(name, &teams).map(|team| (team.franchise.as_str(), team.name.as_str()));
    assert_eq!(meant("Lakers"), Some(("13", "LA Lakers")), "as it was last called");
    assert_eq!(meant("Los Angeles Lakers"), Some(("13", "Los Angeles Lakers")));
    assert_eq!(meant("Tigers"), None, "there are two");
    assert_eq!(meant("LSU Tigers"), Some(("99", "LSU Tigers")));
    assert_eq!((meant("Celtics"), meant("lakers")), (None, None));
}
