//! Statements as they are sent, and values that would like to be more than values.

use game_model::{GameId, League};

use super::{End, Statement, quote};
use crate::span::{DAY, Span};

fn league(key: &str) -> League {
    key.parse().expect("a league")
}

#[test]
fn statements_name_what_the_league_has() {
    let span = Span { from: 0, until: DAY };
    let (nfl, nhl) = (league("nfl"), league("nhl"));
    assert_eq!(
        Statement::newest(nfl, span, None).quoted(),
        "SELECT max(observed_at) AS observed_at, home_score, away_score, quarter, time_remaining FROM \"nfl_scores\" \
         WHERE time >= '1970-01-01T00:00:00.000000000Z' AND time < '1970-01-02T00:00:00.000000000Z' \
         GROUP BY away_team, game_id, home_team, season, status, week"
    );
    assert_eq!(
        Statement::course(nhl, &GameId("7".into()), Span::ALL, Some(5)).quoted(),
        "SELECT observed_at, home_score, away_score, period, time_remaining FROM \"nhl_scores\" \
         WHERE observed_at < 5 AND game_id = '7' GROUP BY away_team, game_id, home_team, season, status"
    );
    assert_eq!(
        Statement::end(nhl, End::Last, None).quoted(),
        "SELECT last(observed_at) AS observed_at FROM \"nhl_scores\""
    );
}

#[test]
fn what_is_bound_stands_beside_the_statement() {
    let game = GameId("1'; DROP MEASUREMENT nfl_scores; --".into());
    let statement = Statement::course(league("nfl"), &game, Span::ALL, None);
    let (text, values) = statement.bound();
    assert!(text.contains("WHERE game_id = $game GROUP BY") && !text.contains("DROP"), "{text}");
    assert_eq!(values["game"], *game.0);
}

#[test]
fn what_is_quoted_ends_where_it_should() {
    for (value, quoted) in [
        ("", "''"),
        ("O'Brien", r"'O\'Brien'"),
        (r"\", r"'\\'"),
        (r"\'", r"'\\\''"),
        ("a\nb", r"'a\nb'"),
        ("\"$game", "'\"$game'"),
    ] {
        assert_eq!(quote(value), quoted);
    }
    let game = GameId("$game' OR ''='$game".into());
    let text = Statement::course(league("nfl"), &game, Span::ALL, None).quoted();
    assert!(
        text.contains(r"WHERE game_id = '$game\' OR \'\'=\'$game' GROUP BY"),
        "a value is not read again: {text}"
    );
}
