//! The course of one game.

use crate::dashboard::Dashboard;
use crate::games::TEAM;
use crate::server::{Server, cells};
use crate::variables::Variables;

#[tokio::test]
async fn a_game_is_told_from_its_first_look_to_its_last() {
    let Some(server) = Server::with_games("grafana_game").await else { return };
    let dashboard = Dashboard::read("influxql/game");
    let hours = |hours: i64| server.games.minutes(hours * 60) / 1_000_000;
    let variables = Variables::new((hours(-7), hours(5)))
        .with("game", "102")
        .with_all("season", ".*")
        .with_all("team", ".*");

    let answers = server.ask(&dashboard, &variables).await;
    let titles =
        ["Every look at the game", "Lead of the home side", "Score lines", "The game, as it was seen last"];
    assert_eq!(answers.keys().collect::<Vec<_>>(), titles, "a panel has no expectation here");
    let shown = |panel: &str, columns: &[&str]| -> Vec<String> {
        answers[panel].iter().map(|row| cells(row, columns)).collect()
    };
    let columns =
        ["Visitors", "Visitors score", "Home", "Home score", "Status", "Quarter", "Clock", "Week", "Season"];
    assert_eq!(shown(titles[3], &columns), ["Bills 7 St. Louis (A/B) 10 live 2 3:12 5 2025"]);
    // The look before the game is no part of the lines.
    assert_eq!(shown("Score lines", &["Visitors", "Home"]), ["0 0", "0 3", "7 3", "7 10"]);
    assert_eq!(shown("Lead of the home side", &["Lead of the home side"]), ["0", "3", "-4", "3"]);
    assert_eq!(
        shown(titles[0], &["Status", "Visitors score", "Home score", "Quarter", "Clock"]),
        ["live 7 10 2 3:12", "live 7 3 2 9:10", "live 0 3 1 2:30", "live 0 0 1 12:00", "scheduled 0 0 - "]
    );
    let starts = shown(titles[0], &["Time"]);
    assert_eq!(starts[4], server.games.minutes(-60).to_string());
}

#[tokio::test]
async fn the_final_score_is_shown_and_no_part_of_the_lines() {
    let Some(server) = Server::with_games("grafana_final").await else { return };
    let dashboard = Dashboard::read("influxql/game");
    let day = 24 * 60;
    let range = (server.games.minutes(-36 * day) / 1_000_000, server.games.minutes(-34 * day) / 1_000_000);
    let variables = Variables::new(range).with("game", "106").with_all("season", ".*").with_all("team", ".*");
    let answers = server.ask(&dashboard, &variables).await;
    let last = &answers["The game, as it was seen last"];
    assert_eq!(last.len(), 1);
    assert_eq!(cells(&last[0], &["Visitors score", "Home score", "Status", "Clock"]), "20 21 finished Final");
    assert_eq!(answers["Score lines"].len(), 1);
    assert_eq!(cells(&answers["Score lines"][0], &["Visitors", "Home"]), "20 0");
    // Before, on, final and corrected.
    assert_eq!(answers["Every look at the game"].len(), 4);
}

#[tokio::test]
async fn the_game_is_chosen_among_those_of_a_team() {
    let Some(server) = Server::with_games("grafana_choice").await else { return };
    let dashboard = Dashboard::read("influxql/game");
    let range =
        (server.games.minutes(-400 * 24 * 60) / 1_000_000, server.games.minutes(365 * 24 * 60) / 1_000_000);
    let all = Variables::new(range).with_all("season", ".*").with_all("team", ".*").with("game", "102");
    let offers = server.offers(&dashboard, &all).await;
    assert_eq!(offers["season"], ["2024", "2025", "2025-26"]);
    assert_eq!(
        offers["team"],
        ["Bills", "Bruins", "Dolphins", "Jets", "Sabres", "St. Louis (A/B)", "StX Louis A/B"]
    );
    assert_eq!(offers["game"].len(), 14);
    let one = Variables::new(range).with("season", "2025").with("team", TEAM).with("game", "102");
    let offers = server.offers(&dashboard, &one).await;
    assert_eq!(offers["game"], ["101", "102", "103", "104", "105", "106", "107"]);
}
