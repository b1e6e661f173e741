//! The two sides: which is which, scores, teams and records.

use game_model::{Record, Side};
use serde_json::{Value, json};

use super::{COMPETITION, HOME, board, game, read, reason, saints_at_falcons, with, without};

fn home(key: &str, board: &Value) -> Side {
    game(key, board).home
}

#[test]
fn the_order_of_competitors_means_nothing() {
    let board = board("nfl", saints_at_falcons());
    let mut swapped = board.clone();
    super::at(&mut swapped, COMPETITION)["competitors"].as_array_mut().unwrap().reverse();
    assert_eq!(game("nfl", &swapped), game("nfl", &board));
    assert_eq!(home("nfl", &swapped).team.abbreviation, "ATL");
}

#[test]
fn a_game_has_a_home_and_an_away_team() {
    let board = board("nfl", saints_at_falcons());
    let competitors = format!("{COMPETITION}/competitors");
    let expected = "the number of competitors is 0; it must be 2: a home and an away team";
    assert_eq!(reason("nfl", &without(&board, &competitors)), expected);
    let one = board.pointer(&format!("{competitors}/0")).unwrap();
    let expected = "the number of competitors is 1; it must be 2: a home and an away team";
    assert_eq!(reason("nfl", &with(&board, &competitors, json!([one]))), expected);
    let twice = with(&board, &format!("{HOME}/homeAway"), json!("away"));
    let expected = "no competitor has homeAway \"home\"; one must be \"home\", one \"away\"";
    assert_eq!(reason("nfl", &twice), expected);
    let athlete = without(&board, &format!("{HOME}/team"));
    let expected = "the home competitor has no object `team`; a game is between two teams, not individuals";
    assert_eq!(reason("nfl", &athlete), expected);
}

#[test]
fn a_score_is_a_text_or_a_number() {
    let live = board("nfl", saints_at_falcons().status("STATUS_IN_PROGRESS").period(1));
    for (score, read) in [(json!("26"), 26), (json!(" 26 "), 26), (json!(26), 26), (json!(26.0), 26)] {
        assert_eq!(home("nfl", &with(&live, &format!("{HOME}/score"), score.clone())).score, read, "{score}");
    }
}

#[test]
fn a_missing_score_is_0_before_the_game() {
    for name in ["STATUS_SCHEDULED", "STATUS_POSTPONED", "STATUS_CANCELED"] {
        let board = board("nfl", saints_at_falcons().status(name));
        for missing in [json!(null), json!(""), json!(" ")] {
            assert_eq!(home("nfl", &with(&board, &format!("{HOME}/score"), missing)).score, 0, "{name}");
        }
        assert_eq!(home("nfl", &without(&board, &format!("{HOME}/score"))).score, 0, "{name}");
    }
}

#[test]
fn a_missing_score_is_a_problem_later() {
    for name in ["STATUS_IN_PROGRESS", "STATUS_FINAL", "STATUS_DELAYED", "STATUS_SUSPENDED"] {
        let board = board("nfl", saints_at_falcons().status(name).period(2));
        let reason = reason("nfl", &without(&board, &format!("{HOME}/score")));
        let expected =
            "the home score is missing; it must be a whole number from 0 once the game is under way";
        assert_eq!(reason, expected, "{name}");
    }
}

#[test]
fn what_is_no_number_is_no_score() {
    let scheduled = board("nfl", saints_at_falcons());
    for (odd, shown) in [
        (json!("W"), "\"W\""),
        (json!(-3), "-3"),
        (json!(2.5), "2.5"),
        (json!("99999999999"), "\"99999999999\""),
        (json!(1e300), "1"),
        (json!(true), "true"),
        (json!({"value": 3}), "an object"),
        (json!([3]), "a list"),
    ] {
        let reason = reason("nfl", &with(&scheduled, &format!("{HOME}/score"), odd.clone()));
        assert!(reason.starts_with(&format!("the home score is {shown}")), "{odd}: {reason}");
        assert!(reason.ends_with("it must be a whole number from 0, or missing before the game"), "{reason}");
    }
}

#[test]
fn a_long_value_is_cut_in_the_sentence() {
    let board = board("nfl", saints_at_falcons());
    let reason = reason("nfl", &with(&board, &format!("{HOME}/score"), json!("x".repeat(10_000))));
    assert!(reason.len() < 200, "{reason}");
}

/// What is known of the team takes the place of what the event leaves out.
#[test]
fn a_known_team_may_leave_everything_out_but_its_id() {
    let board = with(&board("nfl", saints_at_falcons()), &format!("{HOME}/team"), json!({"id": "1"}));
    let team = home("nfl", &board).team;
    assert_eq!((team.id.as_str(), team.espn_id.as_str()), ("nfl-atl", "1"));
    assert_eq!((team.name.as_str(), team.nickname.as_str()), ("Atlanta Falcons", "Falcons"));
    assert_eq!((team.abbreviation.as_str(), team.logo.as_str()), ("ATL", ""));
    assert_eq!((team.colors.primary.as_str(), team.colors.secondary.as_str()), ("#000000", "#FFFFFF"));
}

#[test]
fn an_unknown_team_is_named_by_what_there_is() {
    let board = board("nfl", saints_at_falcons());
    for (team, name, nickname, abbreviation) in [
        (json!({"id": "-1", "displayName": "TBD", "abbreviation": "TBD"}), "TBD", "TBD", "TBD"),
        (json!({"id": 31, "shortDisplayName": "AFC", "abbreviation": ""}), "AFC", "AFC", "31"),
        (json!({"location": "St. Louis", "logo": ""}), "St. Louis", "St. Louis", "STLOUIS"),
        (json!({"name": "Stars", "displayName": "All Stars", "id": ""}), "All Stars", "Stars", "ALLSTARS"),
        (json!({"abbreviation": "XX"}), "XX", "XX", "XX"),
    ] {
        let team = home("nfl", &with(&board, &format!("{HOME}/team"), team)).team;
        let names = (team.name.as_str(), team.nickname.as_str(), team.abbreviation.as_str());
        assert_eq!(names, (name, nickname, abbreviation));
        assert_eq!(team.id, format!("nfl-{}", abbreviation.to_lowercase()));
    }
    let nameless = with(&board, &format!("{HOME}/team"), json!({"abbreviation": " ", "color": "ff0000"}));
    let expected = "the home team has neither a name nor an abbreviation; it must have one";
    assert_eq!(reason("nfl", &nameless), expected);
}

#[test]
fn colors_are_six_hex_digits() {
    let board = board("nfl", saints_at_falcons());
    for (color, read) in [
        (json!("a71930"), "#a71930"),
        (json!("#A71930"), "#A71930"),
        (json!("a7193"), "#000000"),
        (json!("red"), "#000000"),
        (json!("ééé"), "#000000"),
        (json!(null), "#000000"),
        (json!(123_456), "#000000"),
    ] {
        let colored = with(&board, &format!("{HOME}/team/color"), color.clone());
        assert_eq!(home("nfl", &colored).team.colors.primary, read, "{color}");
    }
}

#[test]
fn a_record_is_read_by_the_form_of_its_league() {
    let record = |wins, losses, ties, overtime_losses| Some(Record { wins, losses, ties, overtime_losses });
    for (key, summary, expected) in [
        ("nfl", "5-2", record(5, 2, 0, 0)),
        ("nfl", "5-2-1", record(5, 2, 1, 0)),
        ("nhl", "5-2-1", record(5, 2, 0, 1)),
        ("nhl", "5-2", record(5, 2, 0, 0)),
        ("nba", "53-29", record(53, 29, 0, 0)),
        ("nba", "53-29-1", None),
        ("epl", "10-3-1", record(10, 1, 3, 0)),
        ("epl", "10-3", None),
        ("nfl", "5", None),
        ("nfl", "5-2-1-0", None),
        ("nfl", "a-b", None),
        ("nfl", "-5-2", None),
    ] {
        let board = board(key, saints_at_falcons().records(summary, "0-0"));
        assert_eq!(home(key, &board).record, expected, "{key} {summary}");
    }
}

#[test]
fn the_record_of_the_whole_season_counts() {
    let board = board("nfl", saints_at_falcons().records("1-1", "0-0"));
    let records = format!("{HOME}/records");
    let wins = |list: Value| home("nfl", &with(&board, &records, list)).record.map(|record| record.wins);
    let road = json!({"type": "road", "summary": "2-0"});
    let preseason = json!({"type": "ytd", "summary": "3-0"});
    let total = json!({"type": "total", "summary": "4-0"});
    assert_eq!(wins(json!([road, preseason, total])), Some(4));
    assert_eq!(wins(json!([road, preseason])), Some(3));
    assert_eq!(wins(json!([road])), Some(2));
    assert_eq!(wins(json!([])), None);
    assert_eq!(wins(json!([{"type": "total"}])), None);
    assert_eq!(wins(json!("4-0")), None);
}

#[test]
fn an_id_may_be_a_number() {
    let board = with(&board("nfl", saints_at_falcons()), "/events/0/id", json!(401_437_650));
    assert_eq!(game("nfl", &board).id.0, "401437650");
    for odd in [json!(""), json!(1.5), json!(null), json!({}), json!(true)] {
        let board = with(&board, "/events/0/id", odd);
        assert_eq!((read("nfl", &board).games.len(), read("nfl", &board).problems.len()), (0, 1));
    }
}
