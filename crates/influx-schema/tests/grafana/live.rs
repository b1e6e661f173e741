//! The board of games now, next and lately.

use crate::dashboard::Dashboard;
use crate::server::{Server, cells};
use crate::variables::Variables;

const SCORE: [&str; 6] = ["Game", "Visitors", "Visitors score", "Home", "Home score", "Status"];

#[tokio::test]
async fn the_board_shows_each_game_once_as_it_was_seen_last() {
    let Some(server) = Server::with_games("grafana_live").await else { return };
    let board = Dashboard::read("influxql/live");
    let variables = Variables::new((0, 0))
        .with_several("league", &["nfl", "nhl"])
        .with("ahead", board.option("ahead", "a year"))
        .with("back", board.option("back", "three days"));
    assert_eq!(server.offers(&board, &variables).await["league"], ["nfl", "nhl"]);

    let answers = server.ask(&board, &variables).await;
    assert_eq!(
        answers.keys().collect::<Vec<_>>(),
        ["Coming up", "Live now", "Played lately", "Scores"],
        "a panel has no expectation here"
    );
    let shown = |panel: &str, columns: &[&str]| -> Vec<String> {
        answers[panel].iter().map(|row| cells(row, columns)).collect()
    };
    assert_eq!(shown("Live now", &["Live games"]), ["1"]);
    // Neither 109 nor 108: their last look says that they are over.
    assert_eq!(
        shown("Scores", &SCORE),
        ["102 Bills 7 St. Louis (A/B) 10 live", "900 Sabres 0 Bruins 0 delayed"]
    );
    assert_eq!(
        shown("Scores", &["Quarter", "Period", "Clock", "Venue"]),
        ["2 - 3:12 The Dome", "- 1 20:00 The Dome"]
    );
    // The game that was to begin in three days stands at its new start, last.
    assert_eq!(
        shown("Coming up", &SCORE),
        ["110 Jets 0 Bills 0 scheduled", "101 St. Louis (A/B) 0 Dolphins 0 scheduled"]
    );
    let starts = [2 * 24 * 60, 6 * 24 * 60].map(|minutes| server.games.minutes(minutes).to_string());
    assert_eq!(shown("Coming up", &["Time"]), starts);
    assert_eq!(shown("Coming up", &["Week", "Venue"]), ["6 The Dome", "6 The Dome"]);
    assert_eq!(
        shown("Played lately", &SCORE),
        ["109 Jets 14 Dolphins 16 finished", "108 Bills 3 Jets 6 finished"]
    );
    let seen = (server.games.minutes(-22 * 60) / 1_000_000).to_string();
    assert_eq!(shown("Played lately", &["Observed"])[0], seen);
}

#[tokio::test]
async fn the_board_of_one_league_has_no_game_of_another() {
    let Some(server) = Server::with_games("grafana_league").await else { return };
    let board = Dashboard::read("influxql/live");
    let variables = Variables::new((0, 0)).with("league", "nfl").with("ahead", "3d").with("back", "30d");
    let answers = server.ask(&board, &variables).await;
    let ids = |panel: &str| answers[panel].iter().map(|row| row["Game"].clone()).collect::<Vec<_>>();
    assert_eq!(ids("Scores"), ["102"]);
    // Newest first, whatever the ids.
    assert_eq!(ids("Played lately"), ["109", "108", "103", "199", "104", "105"]);
}
