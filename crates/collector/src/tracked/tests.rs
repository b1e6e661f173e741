//! Tests of the teams whose games are watched closely.

use game_model::GameStatus;

use super::*;
use crate::test_support::{game, nfl, nhl};

/// A game of Boston at home against New England: the fixtures know no other teams.
fn a_game(league: League) -> Game {
    game(league, "1", "2026-01-10T19:00", GameStatus::Scheduled)
}

#[test]
fn where_no_team_is_named_every_game_counts() {
    let tracked = Tracked::default();
    assert!(tracked.includes(&a_game(nfl())) && tracked.includes(&a_game(nhl())));
    assert_eq!(tracked.teams_of(nfl()), None);
}

#[test]
fn once_a_team_is_named_games_of_others_do_not_count() {
    let mut tracked = Tracked::default();
    tracked.add_team(nfl(), " NFL-NE ");
    tracked.add_team(nfl(), "nfl-kc");
    assert!(tracked.includes(&a_game(nfl())));
    assert!(!tracked.includes(&a_game(nhl())), "no team of that league is named");
    assert_eq!(tracked.teams_of(nfl()), Some(vec!["nfl-kc".into(), "nfl-ne".into()]));
    assert_eq!(tracked.teams_of(nhl()), Some(Vec::new()));

    let mut others = Tracked::default();
    others.add_team(nhl(), "nhl-tb");
    assert!(!others.includes(&a_game(nhl())));
}

#[test]
fn a_league_as_a_whole_outweighs_its_teams() {
    let mut tracked = Tracked::default();
    tracked.add_team(nhl(), "nhl-tb");
    tracked.add_league(nhl());
    tracked.add_team(nhl(), "nhl-sea");
    assert!(tracked.includes(&a_game(nhl())) && !tracked.includes(&a_game(nfl())));
    assert_eq!((tracked.teams_of(nhl()), tracked.teams_of(nfl())), (None, Some(Vec::new())));
    let named: Vec<_> = tracked.named().collect();
    assert_eq!(named, [(nhl(), "nhl-sea"), (nhl(), "nhl-tb")], "who is named stays so");
}
