//! The season of a team.

use crate::dashboard::Dashboard;
use crate::games::TEAM;
use crate::server::{Server, cells};
use crate::variables::Variables;

/// The range of the dashboard by default.
fn range(server: &Server) -> (i64, i64) {
    let year = 365 * 24 * 60;
    (server.games.minutes(-year) / 1_000_000, server.games.minutes(year) / 1_000_000)
}

#[tokio::test]
async fn a_season_counts_each_game_once_with_its_newest_score() {
    let Some(server) = Server::with_games("grafana_season").await else { return };
    let dashboard = Dashboard::read("influxql/season");
    let variables = Variables::new(range(&server))
        .with("league", "nfl")
        .with("season", "2025")
        .with("team", TEAM)
        .with("weeks", dashboard.option("weeks", "regular season"));
    let answers = server.ask(&dashboard, &variables).await;
    let titles = [
        "Games",
        "Margins A",
        "Margins B",
        "Points for and against A",
        "Points for and against B",
        "Record A",
        "Record B",
        "Record C",
        "Record D",
    ];
    assert_eq!(answers.keys().collect::<Vec<_>>(), titles, "a panel has no expectation here");
    let shown = |panel: &str, columns: &[&str]| -> Vec<String> {
        answers[panel].iter().map(|row| cells(row, columns)).collect()
    };
    // Won 21-20 (after a correction) and 30-10 (moved by a day), lost 20-23 in overtime, tied 17-17.
    for (panel, column, number) in [
        ("Record A", "Won", "2"),
        ("Record B", "Lost", "1"),
        ("Record C", "Tied", "1"),
        ("Record D", "Lost in overtime", "1"),
    ] {
        assert_eq!(shown(panel, &[column]), [number], "{column}");
    }
    let sides = ["Games at home", "For at home", "Against at home"];
    assert_eq!(shown("Points for and against A", &sides), ["2 38 37"]);
    assert_eq!(shown("Points for and against B", &["Games away", "For away", "Against away"]), ["2 50 33"]);
    assert_eq!(shown("Margins A", &["At home"]), ["1", "0"]);
    assert_eq!(shown("Margins B", &["Away"]), ["-3", "20"]);
    assert_eq!(
        shown("Games", &["Game", "Visitors", "Visitors score", "Home", "Home score", "Status", "Week"]),
        [
            "106 Jets 20 St. Louis (A/B) 21 finished 1",
            "105 St. Louis (A/B) 20 Bills 23 finished 2",
            "104 Dolphins 17 St. Louis (A/B) 17 finished 3",
            "103 St. Louis (A/B) 30 Jets 10 finished 4",
            "102 Bills 7 St. Louis (A/B) 10 live 5",
            "101 St. Louis (A/B) 0 Dolphins 0 scheduled 6",
        ]
    );
    assert_eq!(shown("Games", &["Time"])[3], server.games.minutes(-13 * 24 * 60).to_string());

    let offers = server.offers(&dashboard, &variables).await;
    assert_eq!(offers["league"], ["nfl", "nhl"]);
    assert_eq!(offers["season"], ["2024", "2025"]);
    assert_eq!(offers["team"], ["Bills", "Dolphins", "Jets", "St. Louis (A/B)", "StX Louis A/B"]);
}

#[tokio::test]
async fn the_preseason_counts_apart() {
    let Some(server) = Server::with_games("grafana_preseason").await else { return };
    let dashboard = Dashboard::read("influxql/season");
    for (weeks, games, lost) in [("preseason", 1, "1"), ("all", 7, "2")] {
        let variables = Variables::new(range(&server))
            .with("league", "nfl")
            .with("season", "2025")
            .with("team", TEAM)
            .with("weeks", dashboard.option("weeks", weeks));
        let answers = server.ask_some(&dashboard, &variables).await;
        assert_eq!(answers["Games"].len(), games, "{weeks}");
        assert_eq!(cells(&answers["Record B"][0], &["Lost"]), lost, "{weeks}");
    }
}

#[tokio::test]
async fn a_league_without_weeks_has_a_regular_season() {
    let Some(server) = Server::with_games("grafana_hockey").await else { return };
    let dashboard = Dashboard::read("influxql/season");
    let variables = Variables::new(range(&server))
        .with("league", "nhl")
        .with("season", "2025-26")
        .with("team", "Bruins")
        .with("weeks", dashboard.option("weeks", "regular season"));
    let answers = server.ask_some(&dashboard, &variables).await;
    assert_eq!(cells(&answers["Record B"][0], &["Lost"]), "1");
    assert_eq!(cells(&answers["Record D"][0], &["Lost in overtime"]), "1");
    assert_eq!(
        answers["Games"].iter().map(|row| cells(row, &["Game", "Period"])).collect::<Vec<_>>(),
        ["899 SO", "900 1"]
    );
    assert!(answers["Record A"].is_empty(), "a shootout that was lost is not won");
}
