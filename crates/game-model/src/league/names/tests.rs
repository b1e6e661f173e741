//! Tests of the names of teams.

use super::*;
use crate::Colors;

fn league(key: &str) -> League {
    key.parse().unwrap()
}

#[test]
fn a_team_is_found_by_each_of_its_names() {
    let nfl = league("nfl");
    for name in ["nfl-ne", "NFL-NE", " ne ", "17", "nfl-17", "Patriots", "new england patriots"] {
        assert_eq!(nfl.team_called(name).map(|team| team.abbreviation), Some("NE"), "{name}");
    }
    for name in ["", "-", "nfl-", "nhl-ne", "England", "0", "ne-nfl"] {
        assert!(nfl.team_called(name).is_none(), "{name}");
    }
    let nhl = league("nhl");
    for name in ["tb", "tbl", "nhl-TBL", "Lightning"] {
        assert_eq!(nhl.team_called(name).map(|team| team.abbreviation), Some("TB"), "{name}");
    }
    assert!(
        nhl.team_called("ari")
            .is_some_and(|team| nhl.former_teams.iter().any(|old| old.espn_id == team.espn_id))
    );
}

#[test]
fn a_team_that_only_a_game_tells_of_is_called_by_what_the_game_says() {
    let mlb = league("mlb");
    let team = Team {
        id: "mlb-nyy".into(),
        espn_id: "10".into(),
        name: "New York Yankees".into(),
        nickname: "Yankees".into(),
        abbreviation: "NYY".into(),
        logo: String::new(),
        colors: Colors::default(),
    };
    for name in ["nyy", "MLB-NYY", "10", "yankees", "New York Yankees"] {
        assert!(team.is_called(mlb, name), "{name}");
    }
    assert!(!team.is_called(mlb, "nym") && !team.is_called(mlb, ""));
    let nameless = Team { nickname: String::new(), ..team };
    assert!(!nameless.is_called(mlb, ""));
}

#[test]
fn a_name_that_is_none_is_like_some() {
    let leagues = [league("nfl"), league("nhl")];
    assert_eq!(teams_like(&leagues, "patriot")[0], "nfl-ne (New England Patriots)");
    assert_eq!(teams_like(&leagues, "Bostn")[0], "nhl-bos (Boston Bruins)");
    assert!(teams_like(&leagues, "nfl-nee")[0].starts_with("nfl-ne"));
    assert!(teams_like(&leagues, "new york").len() == 3);
    assert!(teams_like(&leagues, "qqqqqqq").is_empty());
}
